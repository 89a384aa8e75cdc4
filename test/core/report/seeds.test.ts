import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { judge } from '#core/gates/judge.ts';
import { seedsLine } from '#core/report/seeds.ts';
import { CANDIDATE, evaluation, modelConfig } from '#test/support/evaluation.ts';

const POLICY = modelConfig('{benchmark: [{metric: roc_auc, min: 0.7}]}');
const METRIC = {
  metric: 'roc_auc',
  candidate: { point: 0.8, low: 0.72, high: 0.88 },
  champion: null,
  difference: null,
};

test('a report of several seeds says what its intervals speak of, and how much the seeds differ', () => {
  const line = lineOf(['first', 'second'].map(digestOf), [0.78, 0.82]);

  assert.match(line, /trained 3 times/);
  assert.match(line, /on average, not of these bytes alone/);
  assert.match(line, /roc_auc 0\.0200\./);
});

test('seeds that change no byte are told: the training may ignore them', () => {
  assert.match(lineOf([CANDIDATE, CANDIDATE], [0.8, 0.8]), /it ignores `MERGEWAY_SEED`/);
});

test('a report of one run says nothing of seeds', () => {
  const plain = evaluation({ metrics: [METRIC] });

  assert.equal(seedsLine(plain, judge(plain, POLICY)), '');
});

function lineOf(seeds: readonly string[], values: readonly number[]): string {
  const seeded = evaluation({ metrics: [{ ...METRIC, seeds: [...values] }], seeds: [...seeds] });
  return seedsLine(seeded, judge(seeded, POLICY));
}
