import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rank } from '#core/metrics/ranking.ts';
import { areaError, areaInfluence } from '#core/statistics/delong.ts';
import { uniform } from '#test/support/numbers.ts';

const LABELS = Uint8Array.from([1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0]);
const OURS = Float64Array.from([0.9, 0.8, 0.8, 0.7, 0.6, 0.5, 0.5, 0.5, 0.4, 0.3, 0.2, 0.1]);
const THEIRS = Float64Array.from([0.7, 0.2, 0.8, 0.3, 0.6, 0.4, 0.5, 0.5, 0.9, 0.3, 0.1, 0.1]);
const PAIRS = Int32Array.from([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);

const ours = influenceOf(LABELS, OURS);
const difference = ours.map((value, row) => value - (influenceOf(LABELS, THEIRS)[row] ?? 0));

// By numpy, from the definitions over all pairs: DeLong 1988 with sample covariances of the placements, Obuchowski 1997 for pairs of rows.
for (const { name, influence, clusters, expected } of [
  { name: 'of one model', influence: ours, clusters: undefined, expected: 0.14823221348831792 },
  { name: 'of a difference', influence: difference, clusters: undefined, expected: 0.1822945213576283 },
  { name: 'of one model, rows in pairs', influence: ours, clusters: PAIRS, expected: 0.1281560074204733 },
  {
    name: 'of a difference, rows in pairs',
    influence: difference,
    clusters: PAIRS,
    expected: 0.16135902420961015,
  },
]) {
  test(`the standard error of ROC AUC ${name} is ${expected.toFixed(4)}`, () => {
    assert.ok(Math.abs(areaError(influence, LABELS, clusters).error - expected) < 1e-14);
  });
}

test('ranks give what all pairs give, with ties and weights', () => {
  const rows = 80;
  const labels = Uint8Array.from(uniform(1, rows), (u) => (u < 0.4 ? 1 : 0));
  const scores = Float64Array.from(uniform(2, rows), (u) => Math.round(8 * u));
  const weights = Float64Array.from(uniform(3, rows), (u) => 0.5 + u);

  const { area, influence } = areaInfluence(rank(labels, scores), weights);

  const total = (label: number) => sumWhere((row) => labels[row] === label);
  for (const [row, label] of labels.entries()) {
    const sign = label === 1 ? 1 : -1;
    const won = (other: number) => (1 + sign * Math.sign((scores[row] ?? 0) - (scores[other] ?? 0))) / 2;
    const placement = sumWhere((other) => labels[other] !== label, won) / total(1 - label);
    const expected = ((weights[row] ?? 0) * (placement - area)) / total(label);
    assert.ok(Math.abs((influence[row] ?? 0) - expected) < 1e-14, String(row));
  }

  function sumWhere(counts: (row: number) => boolean, value: (row: number) => number = () => 1): number {
    return weights.reduce((sum, weight, row) => sum + (counts(row) ? weight * value(row) : 0), 0);
  }
});

function influenceOf(labels: Uint8Array, scores: Float64Array): Float64Array {
  return areaInfluence(rank(labels, scores), new Float64Array(labels.length).fill(1)).influence;
}
