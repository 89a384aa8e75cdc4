import assert from 'node:assert/strict';
import { test } from 'node:test';
import { regressionsOf } from '#core/evaluation/regressions.ts';
import { rowLosses } from '#core/evaluation/row-losses.ts';
import type { SliceEvidence } from '#core/evidence/slices.ts';
import type { BinaryPredictions } from '#core/metrics/predictions.ts';

const task = 'binary-classification';
const labels = Uint8Array.of(1, 0, 1, 0);
const candidate: BinaryPredictions = {
  task,
  labels,
  scores: Float64Array.of(0.9, 0.8, 0.25, 0.1),
  threshold: 0.5,
};
const champion = { ...candidate, scores: Float64Array.of(0.8, 0.5, 0.5, 0.1) };
const request = {
  contest: { candidate, champion, seed: 'a' },
  slices: [],
  judged: [],
  key: 'id',
  label: 'late',
  keyOf: (row: number) => `flight ${row}`,
  restricted: new Set<string>(),
};

test('slices come by the lower end of the loss: a sure small one before a large one that may be chance', () => {
  const slices = [
    slice('few rows', 'roc_auc', { point: -0.2, low: -0.45, high: 0.05 }),
    slice('many rows', 'roc_auc', { point: -0.03, low: -0.04, high: -0.02 }),
    slice('gains', 'roc_auc', { point: 0.1, low: 0.05, high: 0.15 }),
    slice('too few rows', 'roc_auc', { point: -0.5, low: null, high: null, reason: 'too few' }),
  ];

  const found = regressionsOf({ ...request, slices })?.slices;

  assert.deepEqual(found, [
    { slice: 'many rows', metric: 'roc_auc', loss: { point: 0.03, low: 0.02, high: 0.04 } },
    { slice: 'few rows', metric: 'roc_auc', loss: { point: 0.2, low: -0.05, high: 0.45 } },
    {
      slice: 'too few rows',
      metric: 'roc_auc',
      loss: { point: 0.5, low: null, high: null, reason: 'too few' },
    },
  ]);
});

test('a metric of which less is better is a loss where it rises; judged metrics are shown alone', () => {
  const slices: SliceEvidence[] = [
    {
      name: 'a',
      rows: 100,
      metrics: [
        ...slice('a', 'roc_auc', { point: -0.1, low: -0.2, high: 0 }).metrics,
        ...slice('a', 'log_loss', { point: 0.3, low: 0.2, high: 0.4 }).metrics,
      ],
    },
  ];

  const found = regressionsOf({ ...request, slices, judged: ['log_loss'] })?.slices;

  assert.deepEqual(found, [{ slice: 'a', metric: 'log_loss', loss: { point: 0.3, low: 0.2, high: 0.4 } }]);
});

test('rows are named by their keys, with what they cost either model', () => {
  const rows = regressionsOf(request)?.rows;

  // Row 1: -ln .2 = 1.609 against -ln .5 = .693; row 2: -ln .25 = 1.386 against .693; row 0 gains, row 3 is equal.
  assert.equal(rows?.measure, 'log_loss');
  assert.equal(rows?.worse, 2);
  assert.deepEqual(
    rows?.rows.map(({ key, candidate: ours, champion: theirs }) => [
      key,
      ours?.toFixed(3),
      theirs?.toFixed(3),
    ]),
    [
      ['flight 1', '1.609', '0.693'],
      ['flight 2', '1.386', '0.693'],
    ],
  );
});

test('a restricted key names no row, a restricted label hides what a row cost', () => {
  const noKey = regressionsOf({ ...request, restricted: new Set(['id']) })?.rows;
  const noLabel = regressionsOf({ ...request, label: 'Late', restricted: new Set(['late']) })?.rows;

  assert.deepEqual(noKey, {
    measure: 'log_loss',
    worse: 2,
    rows: [],
    hidden: 'the contract restricts the key, id',
  });
  assert.deepEqual(noLabel?.rows, [{ key: 'flight 1' }, { key: 'flight 2' }]);
});

test('at most 20 rows, the largest losses first', () => {
  const rows = 1000;
  const every = { task, labels: new Float64Array(rows), scores: new Float64Array(rows) } as const;
  const ours = {
    ...every,
    task: 'regression',
    scores: every.scores.map((_, row) => (row * 7) % rows),
  } as const;
  const contest = { candidate: ours, champion: { ...every, task: 'regression' } as const, seed: 'a' };

  const found = regressionsOf({ ...request, contest })?.rows;

  assert.equal(found?.measure, 'absolute_error');
  assert.deepEqual(
    found?.rows.map((row) => row.candidate),
    Array.from({ length: 20 }, (_, place) => rows - 1 - place),
  );
});

test('scores that are no probabilities are right or wrong', () => {
  const lost = rowLosses({ ...candidate, scores: Float64Array.of(3, -1, -2, 0.7) });

  assert.deepEqual(lost, { measure: 'zero_one_loss', losses: Float64Array.of(0, 0, 1, 1) });
});

test('without a champion nothing is lost', () => {
  assert.equal(regressionsOf({ ...request, contest: { candidate, champion: null, seed: 'a' } }), undefined);
});

function slice(
  name: string,
  metric: string,
  difference: NonNullable<SliceEvidence['metrics'][number]['difference']>,
): SliceEvidence {
  const unknown = { point: null, low: null, high: null };
  return { name, rows: 100, metrics: [{ metric, candidate: unknown, champion: unknown, difference }] };
}
