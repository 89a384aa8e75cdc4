import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureGroups } from '#core/evaluation/group-metrics.ts';
import { type Grouping, groupRows } from '#core/evaluation/groups.ts';
import { uniform } from '#test/support/numbers.ts';

const ROWS = 600;
const noise = uniform(3, ROWS);
const labels = Uint8Array.from(noise, (u, row) => (u < 0.3 + (row % 2) * 0.2 ? 1 : 0));
const scores = Float64Array.from(noise, (u, row) => ((u * 7919) % 1) * 0.7 + 0.3 * (labels[row] ?? 0));
const candidate = { task: 'binary-classification', labels, scores, threshold: 0.5 } as const;
const bySex = groupRows(['sex'], { sex: Array.from(labels, (_, row) => (row % 2 === 0 ? 'f' : 'm')) }, ROWS);

test('the metric of each group has an interval, and its rows are counted by class', () => {
  const { groups } = measureGroups({ candidate, champion: candidate, seed: 'a' }, 'roc_auc', bySex);

  assert.deepEqual(
    groups.map(({ values, rows }) => [values, rows]),
    [
      [['f'], 300],
      [['m'], 300],
    ],
  );
  for (const {
    candidate: { point, low, high },
    champion,
    rarer,
  } of groups) {
    assert.ok(low !== null && high !== null && low < Number(point) && Number(point) < high);
    assert.equal(champion, point);
    assert.ok(Number(rarer) > 50);
  }
});

test('where five copies of each row are one cluster, the interval is that of the rows and not of the copies', () => {
  const rows = Array.from({ length: 5 * ROWS }, (_, row) => row % ROWS);
  const copied = {
    ...candidate,
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
    scores: Float64Array.from(rows, (row) => scores[row] ?? 0),
  };
  const grouping = { ...bySex, codes: Int32Array.from(rows, (row) => bySex.codes[row] ?? 0) };
  const widthOf = (contest: Parameters<typeof measureGroups>[0], by: Grouping = grouping) => {
    const [first] = measureGroups(contest, 'roc_auc', by).groups;
    return Number(first?.candidate.high) - Number(first?.candidate.low);
  };
  const plain = widthOf({ candidate, champion: null, seed: 'a' }, bySex);

  const clustered = widthOf({
    candidate: copied,
    champion: null,
    seed: 'a',
    clusters: Int32Array.from(rows),
  });

  assert.ok(Math.abs(clustered / plain - 1) < 0.05, `${clustered} beside ${plain}`);
  assert.ok(widthOf({ candidate: copied, champion: null, seed: 'a' }) < 0.5 * plain);
});

test('a metric of another task says so of every group', () => {
  const { groups } = measureGroups({ candidate, champion: null, seed: 'a' }, 'r2', bySex);

  assert.equal(groups[0]?.candidate.reason, 'r2 says nothing of binary-classification');
});
