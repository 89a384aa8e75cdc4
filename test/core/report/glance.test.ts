import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InputChange } from '#core/candidate/input-changes.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import { glance } from '#core/report/glance.ts';
import { buildReport } from '#core/report/report.ts';
import { evaluation } from '#test/support/evaluation.ts';

test('a metric is worse or better by its own direction, and only where its interval leaves zero out', () => {
  const lines = glanceOf({
    metrics: [
      moved('roc_auc', [0.01, -0.004, 0.024]),
      moved('log_loss', [0.02, 0.005, 0.035]),
      moved('recall', [0.1, 0.05, 0.15]),
      moved('brier_score', [-0.02, -0.03, -0.01]),
    ],
  });

  assert.deepEqual(lines.slice(0, 2), [
    '- **Worse**: log_loss +0.0200 [+0.0050, +0.0350]',
    '- **Better**: recall +0.1000 [+0.0500, +0.1500] · brier_score −0.0200 [−0.0300, −0.0100]',
  ]);
});

test('where nothing moved, it says so', () => {
  assert.deepEqual(glanceOf({ metrics: [moved('roc_auc', [0, -0.01, 0.01])] }), [
    '- **No metric moved** by more than chance explains',
  ]);
});

test('rows of one cluster do not make a group that moved: each cluster counts once', () => {
  const before = { tp: 100, fp: 0, fn: 100, tn: 0 };
  const group = { values: ['f'], candidate: { ...before, tp: 60, fn: 140 }, champion: before };
  const groups = [{ by: ['sex'], groups: [group] }];

  assert.equal(glanceOf({ metrics: [], groups }).length, 1);
  assert.equal(glanceOf({ metrics: [], groups, clusters: 1000 }).length, 1);
  assert.deepEqual(glanceOf({ metrics: [], groups, clusters: 200 }), []);
});

test('heavy weights do not make a group that moved: a rate rests on its effective rows', () => {
  const of = (tp: number, fn: number) => ({ tp, fp: 0, fn, tn: 0 });
  // 20 rows of weight 100: 1,200 and 1,000 of 2,000 would be z = 6.4, 12 and 10 of 20 are 0.6.
  const group = {
    values: ['f'],
    candidate: of(1200, 800),
    champion: of(1000, 1000),
    weighing: { rows: of(12, 8), squares: of(120_000, 80_000) },
  };

  assert.deepEqual(glanceOf({ metrics: [], groups: [{ by: ['sex'], groups: [group] }] }), []);
});

// z: .200 / .0491 = 4.1 and .149 / .0376 = 4.0; .050 / .0499 = 1.0 stays out; four rates at 5 % ask for 2.5.
test('a group is named when its rate moved by more than chance explains among all that are compared', () => {
  const before = { tp: 100, fp: 50, fn: 100, tn: 150 };
  const lines = glanceOf({
    metrics: [],
    groups: [
      {
        by: ['sex'],
        groups: [
          { values: ['f'], candidate: { tp: 60, fp: 50, fn: 140, tn: 150 }, champion: before },
          { values: ['m'], candidate: { tp: 90, fp: 20, fn: 110, tn: 180 }, champion: before },
        ],
      },
    ],
  });

  assert.deepEqual(lines, [
    '- **Worse for**: sex=f: true-positive rate 0.300, was 0.500 (200 positive rows)',
    '- **Better for**: sex=m: false-positive rate 0.100, was 0.250 (200 negative rows)',
  ]);
});

test('what changed stands beside it, with values where people can read them', () => {
  const changes: readonly InputChange[] = [
    { kind: 'parameter', name: 'depth', change: 'changed', before: '6', after: '@8' },
    { kind: 'code', name: 'src/train.py', change: 'added' },
  ];

  assert.equal(
    glanceOf({}, changes).at(-1),
    '- **Changed**: parameter depth: 6 → @&#8203;8 · code src/train.py: added',
  );
  assert.equal(glanceOf({}, []).at(-1), '- **Changed**: none of the inputs');
});

test('a first version has nothing to be compared with', () => {
  assert.deepEqual(glanceOf({ champion: null }), []);
});

function glanceOf(changed: Partial<EvaluationPredicate>, changes?: readonly InputChange[]): string[] {
  const report = buildReport({
    results: [],
    evaluation: evaluation(changed),
    context: {
      head: '0'.repeat(40),
      policyFrom: 'base',
      promotion: 'trusted',
      ...(changes && { changes }),
    },
  });
  return glance(report).split('\n').slice(2);
}

function moved(metric: string, [point, low, high]: readonly [number, number, number]) {
  const anything = { point: 0.5, low: 0.4, high: 0.6 };
  return { metric, candidate: anything, champion: anything, difference: { point, low, high } };
}
