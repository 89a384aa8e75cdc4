/** The data gate: what the contract said of the training data. A contract without its evidence could not tell. */

import type { ModelConfig } from '../config/model.ts';
import type { ValidationPredicate } from '../evidence/validation.ts';
import type { Verdict } from '../verdict.ts';
import { type GateResult, notMeasured } from './result.ts';

const MOST_RULES = 5;

export function judgeData(
  validations: readonly ValidationPredicate[],
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  const base = { gate: 'data', estimate: null, limit: null } as const;
  if (validations.length === 0 && gates.data) {
    const verdict = notMeasured(
      `no evidence of a validation against ${gates.data.contract}`,
      '`mergeway validate` with this contract',
    );
    return [{ ...base, name: `contract ${gates.data.contract}`, subject: gates.data.contract, verdict }];
  }
  return validations.map((validation) => ({
    ...base,
    name: `contract ${validation.contract.id} ${validation.contract.version}`,
    subject: validation.contract.id,
    verdict: verdictOf(validation),
  }));
}

function verdictOf(validation: ValidationPredicate): Verdict {
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
      return { status: 'skipped', reason: 'the contract has no rules for this data' };
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
