/** The library metrics of ODCS: nullValues, missingValues, invalidValues, duplicateValues and rowCount, each with an operator. */

import { counted as spellCount } from '../../plural.ts';
import { type Check, type ContractRule, type Shape, skip } from '../check.ts';
import { type ContractProperty, columnOf, type QualityCheck } from '../odcs.ts';
import { identifier, literal } from '../sql.ts';
import { judgeRows, severityOf, type Threshold, thresholdOf } from '../threshold.ts';
import { textSql } from '../values.ts';
import { duplicateSql, surplus } from './duplicates.ts';

type Metric = (
  check: QualityCheck,
  threshold: Threshold,
  column: string,
  shape: Shape,
) => Check | { readonly unusable: string };

/** Metrics of one column. */
const COLUMN_METRICS: Readonly<Record<string, Metric>> = {
  nullValues: (check, threshold, column) =>
    counted(check, threshold, column, `${identifier(column)} IS NULL`, 'missing values'),
  missingValues: (check, threshold, column) => {
    const values = listOf(check, 'missingValues') ?? [null];
    return counted(check, threshold, column, oneOf(column, values), 'missing values');
  },
  invalidValues: (check, threshold, column) => {
    const failing = invalidSql(check, column);
    if (!failing) return { unusable: 'arguments need validValues or pattern' };
    return counted(check, threshold, column, failing, 'invalid values');
  },
  duplicateValues: (check, threshold, column) => duplicates(check, threshold, column, [column]),
};

/** Metrics of the table. */
const TABLE_METRICS: Readonly<Record<string, Metric>> = {
  rowCount: (check, threshold) => {
    if (threshold.unit === 'percent') return { unusable: 'rowCount has no share' };
    return {
      rule: 'rowCount',
      column: null,
      severity: severityOf(check),
      measures: {},
      shows: [],
      judge: (_, rows) => {
        const status = threshold.holds(rows) ? 'pass' : 'fail';
        return { status, reason: `${spellCount(rows, 'row')}, ${threshold.words}`, failed: 0 };
      },
    };
  },
  duplicateValues: (check, threshold, _, shape) => {
    const columns = listOf(check, 'properties')?.map(String) ?? [];
    if (columns.length === 0) return { unusable: 'arguments need properties' };
    const missing = columns.find((column) => !shape.columns.has(column));
    if (missing !== undefined) return { unusable: `column ${missing} is missing` };
    return duplicates(check, threshold, columns.join(', '), columns);
  },
};

export const library: ContractRule = {
  ofProperty: (property, shape) =>
    property.quality.map((check) => compile(COLUMN_METRICS, check, property, shape)),
  ofTable: (table, shape) => table.quality.map((check) => compile(TABLE_METRICS, check, undefined, shape)),
};

function compile(
  metrics: Readonly<Record<string, Metric>>,
  check: QualityCheck,
  property: ContractProperty | undefined,
  shape: Shape,
): Check {
  const column = property ? columnOf(property) : null;
  const name = check.metric ?? check.rule ?? check.name ?? String(check.id ?? check.type);
  const skipped = (reason: string) => skip(name, column, reason, severityOf(check));
  if (check.type !== 'library') return skipped(`quality rules of type ${check.type} are not run`);
  if (column !== null && !shape.columns.has(column)) return skipped('the column is missing');

  const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (!metric) {
    return skipped(
      `metric ${name} is not known ${column === null ? 'for tables' : 'for columns'}; known are ${Object.keys(metrics).join(', ')}`,
    );
  }
  const threshold = thresholdOf(check);
  if ('unusable' in threshold) return skipped(threshold.unusable);
  const compiled = metric(check, threshold, column ?? '', shape);
  return 'unusable' in compiled ? skipped(compiled.unusable) : compiled;
}

/** Rows that a predicate holds for, judged by the threshold. */
function counted(
  check: QualityCheck,
  threshold: Threshold,
  column: string,
  failing: string,
  what: string,
): Check {
  return {
    rule: check.metric ?? '',
    column,
    severity: severityOf(check),
    measures: { count: `count(*) FILTER (WHERE ${failing})` },
    failing,
    shows: [column],
    judge: ({ count = 0 }, rows) => judgeRows(threshold, count, rows, what),
  };
}

function duplicates(
  check: QualityCheck,
  threshold: Threshold,
  named: string,
  columns: readonly string[],
): Check {
  return {
    rule: 'duplicateValues',
    column: named,
    severity: severityOf(check),
    ...duplicateSql(columns),
    shows: columns,
    judge: (measured, rows) => judgeRows(threshold, surplus(measured), rows, 'duplicate values'),
  };
}

/** Missing values are not invalid: they are nullValues' business. */
function invalidSql(check: QualityCheck, column: string): string | undefined {
  const values = listOf(check, 'validValues');
  const pattern = check.arguments?.pattern;
  const broken = [
    ...(values ? [`NOT (${oneOf(column, values)})`] : []),
    ...(typeof pattern === 'string' ? [`NOT regexp_matches(${textSql(column)}, ${literal(pattern)})`] : []),
  ];
  if (broken.length === 0) return undefined;
  return `${identifier(column)} IS NOT NULL AND (${broken.join(' OR ')})`;
}

/** Predicate: the column's value is one of the list's, numbers compared as numbers and all else as text. */
function oneOf(column: string, values: readonly unknown[]): string {
  const name = identifier(column);
  const numbers = values.filter((value) => typeof value === 'number');
  const texts = values.filter((value) => value !== null).map(String);
  const parts = [
    ...(values.includes(null) ? [`${name} IS NULL`] : []),
    ...(numbers.length > 0
      ? [`coalesce(TRY_CAST(${name} AS DOUBLE) IN (${numbers.join(', ')}), false)`]
      : []),
    ...(texts.length > 0
      ? [`coalesce(${textSql(column)} IN (${texts.map(literal).join(', ')}), false)`]
      : []),
  ];
  return parts.length > 0 ? parts.join(' OR ') : 'false';
}

function listOf(check: QualityCheck, argument: string): readonly unknown[] | undefined {
  const list = check.arguments?.[argument];
  return Array.isArray(list) && list.length > 0 ? list : undefined;
}
