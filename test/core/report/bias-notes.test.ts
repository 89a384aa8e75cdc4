import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import { judge } from '#core/gates/judge.ts';
import { biasNotes } from '#core/report/bias-notes.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';

const often = { tp: 600, fp: 400, fn: 400, tn: 3600 };
const seldom = { tp: 240, fp: 460, fn: 160, tn: 4140 };

test('groups that are positive more or less often are named, and what follows from it', () => {
  const text = notes('{metric: equalized_odds_difference, by: [sex], max: 0.1}', two(often, seldom));

  assert.match(
    text,
    /^- \*\*Base rates\*\* by sex differ by 0\.1200 \[0\.10\d+, 0\.13\d+\]: 8\.0 % of m are positive, 20\.0 % of f\./,
  );
  assert.match(text, /If the labels are right, look first at whether need is found equally well/);
});

test('where groups are positive equally often, need explains no gap', () => {
  const text = notes('{metric: equalized_odds_difference, by: [sex], max: 0.1}', two(often, often));

  assert.match(text, /do not differ measurably/);
});

for (const { limit, says } of [
  { limit: 0.8, says: true },
  { limit: 0.7, says: false },
]) {
  test(`a limit of ${limit} is ${says ? '' : 'not '}called the four-fifths rule`, () => {
    const text = notes(`{metric: demographic_parity_ratio, by: [sex], min: ${limit}}`, two(often, often));

    assert.equal(text.includes('29 CFR 1607.4 D'), says);
  });
}

test('a gate without a limit asks for no notes', () => {
  assert.equal(notes('{metric: demographic_parity_ratio, by: [sex]}', two(often, seldom)), '');
});

test('names of groups are escaped', () => {
  const groups = two(often, seldom);
  const [table] = groups;
  const evil = table
    ? [{ ...table, groups: table.groups.map((group) => ({ ...group, values: ['@a<b>'] })) }]
    : [];

  assert.doesNotMatch(notes('{metric: equalized_odds_difference, by: [sex], max: 0.1}', evil), /@a|<b>/);
});

function notes(gate: string, groups: EvaluationPredicate['groups']): string {
  const evidence = evaluation({ groups });
  return biasNotes(evidence, judge(evidence, modelConfig(`{bias: [${gate}]}`)));
}

function two(f: typeof often, m: typeof often): EvaluationPredicate['groups'] {
  const groups = [
    { values: ['f'], candidate: f, champion: null },
    { values: ['m'], candidate: m, champion: null },
  ];
  return [{ by: ['sex'], groups }];
}
