/**
 * A table against a contract, in one scan: every check's numbers are one aggregate SELECT. Only rules that failed cost a second
 * query, which brings a few failing rows with secret values masked.
 */

import type { z } from 'zod';
import { MergewayError } from '../errors.ts';
import type { RuleResult } from '../evidence/validation.ts';
import type { Cell, OpenTable, Row } from '../ports/table.ts';
import { overall, type VerdictStatus } from '../verdict.ts';
import type { Check, Judgement, Shape } from './check.ts';
import { skip } from './check.ts';
import { type ContractObject, columnOf, isSecret } from './odcs.ts';
import { contractRules } from './rules/index.ts';
import { identifier, literal } from './sql.ts';

export type RuleOutcome = z.infer<typeof RuleResult>;

export interface Validation {
  readonly verdict: VerdictStatus;
  readonly rows: number;
  readonly rules: readonly RuleOutcome[];
}

const MAX_SAMPLES = 5;
const MAX_SAMPLE_CHARS = 200;

/** Judges the table by the contract's object. Rules of severity `warning` do not decide the verdict. */
export async function validateTable(
  table: OpenTable,
  contract: ContractObject,
  format: Shape['format'],
): Promise<Validation> {
  const shape: Shape = { columns: new Map(table.columns.map((column) => [column.name, column])), format };
  const checks = await withoutBadPatterns(table, compileChecks(contract, shape));
  const { rows, measured } = await scan(table, checks);

  const rules: RuleOutcome[] = [];
  for (const [index, check] of checks.entries()) {
    const judgement = check.judge(measured[index] ?? {}, rows);
    const samples = judgement.status === 'fail' ? await sample(table, contract, check) : [];
    rules.push(result(check, judgement, rows, samples));
  }
  const deciding = rules.filter((rule) => rule.severity === 'error').map((rule) => rule.verdict);
  return { verdict: overall(deciding), rows, rules };
}

/** The object of a contract that describes the data: the only one, or the one of that name. */
export function objectOf(
  contract: { readonly id: string; readonly schema: readonly ContractObject[] },
  name: string | undefined,
): ContractObject {
  const names = contract.schema.map((object) => object.name);
  const found =
    name === undefined ? contract.schema : contract.schema.filter((object) => object.name === name);
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new MergewayError(
    'MW_USAGE',
    name === undefined
      ? `contract ${contract.id} describes ${names.join(', ')}: name one with --object`
      : `contract ${contract.id} describes ${names.join(', ')}, not ${name}`,
  );
}

function compileChecks(contract: ContractObject, shape: Shape): readonly Check[] {
  const rules = Object.values(contractRules);
  return [
    ...contract.properties.flatMap((property) =>
      rules.flatMap((rule) => ('ofProperty' in rule ? (rule.ofProperty?.(property, shape) ?? []) : [])),
    ),
    ...rules.flatMap((rule) => ('ofTable' in rule ? (rule.ofTable?.(contract, shape) ?? []) : [])),
  ];
}

/** A regular expression that the engine does not know would break the whole scan: such rules are skipped instead. */
async function withoutBadPatterns(table: OpenTable, checks: readonly Check[]): Promise<readonly Check[]> {
  const kept: Check[] = [];
  for (const check of checks) {
    const uses = Object.values(check.measures).some((sql) => sql.includes('regexp_matches('));
    kept.push(uses && !(await runs(table, check)) ? withoutPattern(check) : check);
  }
  return kept;
}

function withoutPattern({ rule, column, severity }: Check): Check {
  return skip(rule, column, 'the pattern is no regular expression that RE2 knows', severity);
}

async function runs(table: OpenTable, check: Check): Promise<boolean> {
  try {
    await table.query(
      `SELECT ${Object.values(check.measures).join(', ')} FROM (SELECT * FROM data LIMIT 1) AS data`,
    );
    return true;
  } catch {
    return false;
  }
}

interface Scan {
  readonly rows: number;
  /** By the index of the check. */
  readonly measured: readonly Readonly<Record<string, number>>[];
}

async function scan(table: OpenTable, checks: readonly Check[]): Promise<Scan> {
  const wanted = checks.flatMap((check, index) =>
    Object.entries(check.measures).map(([name, sql]) => `${sql} AS ${identifier(`${index}.${name}`)}`),
  );
  const [found = {}] = await table.query(`SELECT ${['count(*) AS "rows"', ...wanted].join(', ')} FROM data`);
  const measured = checks.map((check, index) =>
    Object.fromEntries(
      Object.keys(check.measures).map((name) => [name, Number(found[`${index}.${name}`] ?? 0)]),
    ),
  );
  return { rows: Number(found.rows ?? 0), measured };
}

async function sample(table: OpenTable, contract: ContractObject, check: Check): Promise<readonly Row[]> {
  if (!check.failing) return [];
  const secret = new Set(contract.properties.filter(isSecret).map(columnOf));
  const keys = contract.properties.filter((property) => property.primaryKey).map(columnOf);
  const known = new Set(table.columns.map((column) => column.name));
  const shown = [...new Set([...keys, ...check.shows])].filter((column) => known.has(column));
  if (shown.length === 0) return [];

  const list = shown.map((column) => {
    const name = identifier(column);
    return secret.has(column)
      ? `CASE WHEN ${name} IS NULL THEN NULL ELSE ${literal('***')} END AS ${name}`
      : name;
  });
  const rows = await table.query(
    `SELECT ${list.join(', ')} FROM data WHERE ${check.failing} LIMIT ${MAX_SAMPLES}`,
  );
  return rows.map(shorten);
}

function shorten(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, cell]): [string, Cell] => [
      column,
      typeof cell === 'string' ? cell.slice(0, MAX_SAMPLE_CHARS) : cell,
    ]),
  );
}

function result(check: Check, judgement: Judgement, rows: number, samples: readonly Row[]): RuleOutcome {
  return {
    rule: check.rule,
    column: check.column,
    verdict: judgement.status,
    severity: check.severity,
    reason: judgement.reason.slice(0, 1000),
    failed: judgement.failed,
    rows,
    samples: [...samples],
  };
}
