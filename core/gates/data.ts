/**
 * The data gate: what the contract said of the training data. Without evidence, or with evidence of something else, it could
 * not tell; without a contract in the policy nothing is judged, whatever was handed over.
 */

import type { ModelConfig } from '../config/model.ts';
import type { ValidationPredicate } from '../evidence/validation.ts';
import type { Verdict } from '../verdict.ts';
import { type GateResult, notMeasured } from './result.ts';

const MOST_RULES = 5;

/** Evidence that was handed over and does not count, and why. */
export interface UnfitValidation {
  readonly unfit: string;
}

export function judgeData(
  validations: readonly (ValidationPredicate | UnfitValidation)[],
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  if (!gates.data) return [];
  const { contract } = gates.data;
  const base = { gate: 'data', estimate: null, limit: null } as const;
  const open = (reason: string): GateResult => ({
    ...base,
    name: `contract ${contract}`,
    subject: contract,
    verdict: notMeasured(reason, '`mergeway validate` with this contract on the data that the locks name'),
  });
  if (validations.length === 0) return [open(`no evidence of a validation against ${contract}`)];

  return validations.map((validation) => {
    if ('unfit' in validation)
      return open(`the evidence of a validation does not count: ${validation.unfit}`);
    const { id, version } = validation.contract;
    return { ...base, name: `contract ${id} ${version}`, subject: id, verdict: verdictOf(validation) };
  });
}

function verdictOf(validation: ValidationPredicate): Verdict {
  if (validation.rows === 0) return notMeasured('the data has no rows', 'data with rows');
  const rows = `${validation.rows.toLocaleString('en-US')} rows`;
  switch (validation.verdict) {
    case 'pass':
      return { status: 'pass', reason: `${rows} keep all ${validation.rules.length} rules` };
    case 'fail':
      return { status: 'fail', reason: `${rows} break ${brokenRules(validation, 'fail')}` };
    case 'inconclusive':
      return notMeasured(
        `${rows}; could not tell ${brokenRules(validation, 'inconclusive')}`,
        'data on which these rules can be checked',
      );
    case 'skipped':
      return { status: 'skipped', reason: 'the contract has no rules for this data', because: 'no rules' };
  }
}

function brokenRules({ rules }: ValidationPredicate, status: 'fail' | 'inconclusive'): string {
  const broken = rules.filter((rule) => rule.verdict === status && rule.severity === 'error');
  const shown = broken
    .slice(0, MOST_RULES)
    .map(({ rule, column, reason }) => `${column ? `${column}: ` : ''}${rule} (${reason})`);
  if (broken.length > MOST_RULES) shown.push(`${broken.length - MOST_RULES} more`);
  return shown.join('; ');
}
