import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureContest } from '#core/evaluation/measure.ts';
import type { Estimate } from '#core/evidence/estimate.ts';
import type { BinaryPredictions } from '#core/metrics/predictions.ts';
import { uniform } from '#test/support/numbers.ts';

const ROWS = 400;
const labels = Uint8Array.from(uniform(1, ROWS), (value) => (value < 0.4 ? 1 : 0));
const [candidate, champion, ...seeds] = [0.9, 0.8, 0.5, 1.3].map(model);

test('candidate and difference hold the seeds, the champion and every point stay', () => {
  const plain = measured([]);
  const seeded = measured(seeds);

  assert.equal(seeded?.seeds?.length, 2);
  assert.ok(width(seeded?.candidate) > width(plain?.candidate));
  assert.ok(width(seeded?.difference) > width(plain?.difference));
  assert.deepEqual(seeded?.champion, plain?.champion);
  assert.equal(seeded?.candidate.point, plain?.candidate.point);
  assert.match(seeded?.difference?.method ?? '', /, with 3 seeds$/);
});

test('without seeds nothing of the evidence changes', () => {
  assert.equal(measured([])?.seeds, undefined);
});

test('seeds that score alike leave the interval of the rows', () => {
  const alike = measured(candidate ? [candidate, candidate] : []);
  const plain = measured([]);

  assert.equal(alike?.difference?.low, plain?.difference?.low);
  assert.equal(alike?.difference?.high, plain?.difference?.high);
});

function measured(further: readonly BinaryPredictions[]) {
  if (!candidate || !champion) throw new Error('there are two models');
  const [auc] = measureContest({ candidate, champion, seeds: further, only: ['roc_auc'], seed: 'seeds' });
  return auc;
}

/** Scores that hold so much of the label. */
function model(signal: number, index: number): BinaryPredictions {
  const noise = uniform(1000 * (index + 2), ROWS);
  const scores = Float64Array.from(
    noise,
    (value, row) => (signal * (labels[row] ?? 0) + value) / (1 + signal),
  );
  return { task: 'binary-classification', labels, scores, threshold: 0.5 };
}

function width(estimate: Estimate | null | undefined): number {
  return (estimate?.high ?? 0) - (estimate?.low ?? 0);
}
