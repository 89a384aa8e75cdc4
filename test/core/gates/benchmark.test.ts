import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import type { MetricEvidence } from '#core/evidence/metrics.ts';
import { judgeBenchmark } from '#core/gates/benchmark.ts';
import { describe } from '#core/verdict.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';

/** A difference of roc_auc with standard error .01. */
function changed(point: number): MetricEvidence {
  const half = 0.0196;
  return {
    metric: 'roc_auc',
    candidate: { point: 0.8, low: 0.78, high: 0.82 },
    champion: { point: 0.8 - point, low: 0.7, high: 0.9 },
    difference: { point, low: point - half, high: point + half },
  };
}

for (const { name, gate, point, says } of [
  {
    name: 'a gain that is certain to be large enough passes',
    gate: '{metric: roc_auc, versus: champion, gain: 0.005}',
    point: 0.03,
    says: 'passed: roc_auc changed by +0.0300 [+0.0104, +0.0496] against champion v0.0.3 and must rise by at least 0.005',
  },
  {
    name: 'a gain that is certain to be too small fails',
    gate: '{metric: roc_auc, gain: 0.005}',
    point: -0.015,
    says: 'failed: roc_auc changed by −0.0150 [−0.0346, +0.0046] against champion v0.0.3 and must rise by at least 0.005',
  },
  {
    // (1.96 + .8416)² = 7.849 times (.01 / .01)² = 1 times 1,000 rows.
    name: 'rows for a margin do not depend on where the estimate lies: near',
    gate: '{metric: roc_auc, versus: champion, margin: 0.01}',
    point: 0,
    says: 'could not tell: roc_auc changed by 0 [−0.0196, +0.0196] against champion v0.0.3 and may fall by at most 0.01; the interval holds the limit; about 7,900 holdout rows instead of 1,000 (80 % power: a candidate as good as the champion passes, one two margins worse fails; 1,000 resolve a margin of 0.0280) would settle it',
  },
  {
    name: 'rows for a margin do not depend on where the estimate lies: on the limit',
    gate: '{metric: roc_auc, versus: champion, margin: 0.01}',
    point: -0.01,
    says: 'could not tell: roc_auc changed by −0.0100 [−0.0296, +0.0096] against champion v0.0.3 and may fall by at most 0.01; the interval holds the limit; about 7,900 holdout rows instead of 1,000 (80 % power: a candidate as good as the champion passes, one two margins worse fails; 1,000 resolve a margin of 0.0280) would settle it',
  },
]) {
  test(name, () => {
    const [result] = judgeBenchmark(
      evaluation({ metrics: [changed(point)] }),
      modelConfig(`{benchmark: [${gate}]}`),
    );

    assert.equal(result && describe(result.verdict), says);
  });
}

test('clusters are what more of is needed, where rows are not independent', () => {
  const [result] = judgeBenchmark(
    evaluation({ metrics: [changed(0)], clusters: 100 }),
    modelConfig('{benchmark: [{metric: roc_auc, margin: 0.01}]}'),
  );

  assert.match(result ? describe(result.verdict) : '', /about 790 clusters instead of 100 /);
});

const MANY = Array.from({ length: 4 }, (_, index) => `{metric: roc_auc, min: 0.${70 + index}}`).join(', ');

// .8 [.78, .82] misses .821 by z = 2.06 (p = .0198) and .85 by z = 4.9.
for (const { correction, min, status } of [
  { correction: 'none', min: 0.821, status: 'fail' },
  { correction: 'holm', min: 0.821, status: 'inconclusive' },
  { correction: 'benjamini-hochberg', min: 0.821, status: 'inconclusive' },
  { correction: 'holm', min: 0.85, status: 'fail' },
]) {
  test(`a failure by little among five limits is ${status} with ${correction}, limit ${min}`, () => {
    const gates = `{correction: ${correction}, benchmark: [${MANY}, {metric: roc_auc, min: ${min}}]}`;

    const results = judgeBenchmark(evaluation(), modelConfig(gates));

    assert.equal(results.at(-1)?.verdict.status, status);
    for (const { verdict } of results.slice(0, -1)) assert.equal(verdict.status, 'pass');
  });
}

test('a failure that may be chance says so', () => {
  const gates = `{benchmark: [${MANY}, {metric: roc_auc, min: 0.821}]}`;

  const result = judgeBenchmark(evaluation(), modelConfig(gates)).at(-1);

  assert.match(
    result ? describe(result.verdict) : '',
    /; alone it would fail, but among 5 limits one is so far off by chance \(Holm\); about [\d,]+ holdout rows /,
  );
});

test('a slice is judged by its own numbers, and one that was not measured could not tell', () => {
  const slices = [{ name: 'new customers', rows: 400, metrics: [changed(-0.05)] }];
  const gates = (slice: string) =>
    modelConfig(`{benchmark: [{metric: roc_auc, margin: 0.01, slice: ${slice}}]}`);

  const [known] = judgeBenchmark(evaluation({ slices }), gates('new customers'));
  const [unknown] = judgeBenchmark(evaluation({ slices }), gates('old customers'));

  assert.equal(known?.name, 'roc_auc of slice new customers versus champion');
  assert.equal(known?.verdict.status, 'fail');
  assert.equal(unknown?.verdict.status, 'inconclusive');
});

for (const { seeds, status } of [
  { seeds: 2, status: 'pass' },
  { seeds: 1, status: 'inconclusive' },
  { seeds: 0, status: 'inconclusive' },
]) {
  test(`a policy with 3 seeds is answered by evidence of ${seeds + 1}: ${status}`, () => {
    const { train, ...policy } = modelConfig(
      '{benchmark: [{metric: roc_auc, versus: champion, margin: 0.01}]}',
    );
    const further = Array.from({ length: seeds }, (_, seed) => digestOf(`seed ${seed}`));
    const [result] = judgeBenchmark(
      evaluation({ metrics: [changed(0.03)], ...(seeds > 0 && { seeds: further }) }),
      { ...policy, train: { ...train, seeds: 3 } },
    );

    assert.equal(result?.verdict.status, status);
  });
}

test('where seeds differ by more than the margin, no number of rows is asked for', () => {
  const measured = { ...changed(0), seeds: [0.78, 0.82, 0.81, 0.79] };
  const [result] = judgeBenchmark(
    evaluation({ metrics: [measured] }),
    modelConfig('{benchmark: [{metric: roc_auc, versus: champion, margin: 0.01}]}'),
  );

  assert.match(
    result ? describe(result.verdict) : '',
    /a training whose models differ less by seed \(by 0\.0158 over 5: more rows cannot tell a margin of 0\.01\)/,
  );
});
