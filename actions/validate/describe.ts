/** A validation for people: the verdict first, then what failed with examples, then what could not be told. */

import type { RuleOutcome, Validation } from '#core/contract/validate.ts';
import { counted } from '#core/plural.ts';

const TITLES = {
  fail: 'failed',
  inconclusive: 'could not tell',
  skipped: 'skipped',
  pass: 'passed',
} as const;

/** Passed rules are only counted. */
export function describeValidation({ verdict, rows, rules }: Validation): string {
  const passed = rules.filter((rule) => rule.verdict === 'pass').length;
  const lines = (['fail', 'inconclusive', 'skipped'] as const).flatMap((status) =>
    rules.filter((rule) => rule.verdict === status).flatMap(describeRule),
  );
  return [
    `${TITLES[verdict]}: ${passed} of ${rules.length} rules passed on ${counted(rows, 'row')}`,
    ...lines,
  ].join('\n');
}

function describeRule(rule: RuleOutcome): readonly string[] {
  const where = rule.column === null ? rule.rule : `${rule.rule} of ${rule.column}`;
  const warning = rule.severity === 'warning' ? ' (warning)' : '';
  return [
    `  ${TITLES[rule.verdict]}${warning}: ${where}: ${rule.reason}`,
    ...rule.samples.map((sample) => `    ${JSON.stringify(sample)}`),
  ];
}
