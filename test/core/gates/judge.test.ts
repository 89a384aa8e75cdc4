import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '#core/digest.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import type { ValidationPredicate } from '#core/evidence/validation.ts';
import { judgeBenchmark } from '#core/gates/benchmark.ts';
import { configurationDigest, judge, overallStatus } from '#core/gates/judge.ts';
import { judgeLimit } from '#core/gates/limit.ts';
import { describe } from '#core/verdict.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';

const fair = { tp: 60, fp: 40, fn: 40, tn: 360 };

for (const { name, gates, evidence = {}, says } of [
  {
    name: 'an interval above the bound passes',
    gates: '{benchmark: [{metric: roc_auc, min: 0.78}]}',
    says: ['roc_auc at least 0.78', 'passed: roc_auc is 0.8000 [0.7800, 0.8200], wanted at least 0.78'],
  },
  {
    name: 'an interval below the bound fails',
    gates: '{benchmark: [{metric: roc_auc, min: 0.83}]}',
    says: ['roc_auc at least 0.83', 'failed: roc_auc is 0.8000 [0.7800, 0.8200], wanted at least 0.83'],
  },
  {
    name: 'an interval that holds the bound could not tell, and says what would settle it',
    gates: '{benchmark: [{metric: roc_auc, min: 0.79}]}',
    says: [
      'roc_auc at least 0.79',
      'could not tell: roc_auc is 0.8000 [0.7800, 0.8200], wanted at least 0.79; the interval holds the limit; about 8,200 holdout rows instead of 1,000 (80 % power, if the truth is where the estimate is) would settle it',
    ],
  },
  {
    name: 'the estimate alone decides only where the policy says so, and the reason names it',
    gates: '{benchmark: [{metric: roc_auc, min: 0.79, decide: point}]}',
    says: [
      'roc_auc at least 0.79',
      'passed: roc_auc is 0.8000 [0.7800, 0.8200], wanted at least 0.79 (decided by the estimate alone: `decide: point`)',
    ],
  },
  {
    name: 'a loss within the margin passes, the gain being uncertain',
    gates: '{benchmark: [{metric: roc_auc, versus: champion, margin: 0.005}]}',
    says: [
      'roc_auc versus champion',
      'passed: roc_auc changed by +0.0100 [−0.0040, +0.0240] against champion v0.0.3 and may fall by at most 0.005',
    ],
  },
  {
    name: 'of a metric that should be low, a rise is the loss',
    gates: '{benchmark: [{metric: log_loss, versus: champion, margin: 0.004}]}',
    says: [
      'log_loss versus champion',
      'failed: log_loss changed by +0.0200 [+0.0050, +0.0350] against champion v0.0.3 and may rise by at most 0.004',
    ],
  },
  {
    name: 'a first version is not compared',
    gates: '{benchmark: [{metric: roc_auc, versus: champion}]}',
    evidence: { champion: null },
    says: ['roc_auc versus champion', 'skipped (no champion yet): first version: there is no champion'],
  },
  {
    name: 'a metric that was not measured could not tell',
    gates: '{benchmark: [{metric: brier_score, min: 0.5}]}',
    says: [
      'brier_score at least 0.5',
      'could not tell: the evidence holds no brier_score (task binary-classification); evidence of an evaluation that measures brier_score would settle it',
    ],
  },
  {
    name: 'a slice that was not measured could not tell, and names the nearest that was',
    gates: '{benchmark: [{metric: roc_auc, min: 0.5, slice: new costumers}]}',
    evidence: { slices: [{ name: 'new customers', rows: 300, metrics: [] }] },
    says: [
      'roc_auc of slice new costumers at least 0.5',
      'could not tell: the evidence holds no slice new costumers; did you mean `new customers`? (it holds new customers); a slice of this name in `evaluate.slices` would settle it',
    ],
  },
  {
    name: 'an undefined metric could not tell, and says why',
    gates: '{benchmark: [{metric: roc_auc, min: 0.5}]}',
    evidence: {
      metrics: [
        {
          metric: 'roc_auc',
          candidate: { point: null, low: null, high: null, reason: 'no row is positive' },
          champion: null,
          difference: null,
        },
      ],
    },
    says: [
      'roc_auc at least 0.5',
      'could not tell: roc_auc is undefined, wanted at least 0.5: no row is positive; holdout rows on which it is defined would settle it',
    ],
  },
  {
    name: 'a bias gate without a limit reports its numbers',
    gates: '{bias: [{metric: demographic_parity_ratio, by: [sex]}]}',
    says: [
      'demographic_parity_ratio by sex',
      /^reported only: demographic_parity_ratio by sex is 1\.000 \[0\.\d+, 1\.000\]; no limit set$/,
    ],
  },
  {
    name: 'groups that the evidence lacks could not tell',
    gates: '{bias: [{metric: equalized_odds_difference, by: [age], max: 0.1}]}',
    says: ['equalized_odds_difference by age', /^could not tell: the evidence holds no groups by age/],
  },
  {
    name: 'a group too small to tell leaves a bias gate open',
    gates: '{bias: [{metric: equal_opportunity_difference, by: [sex], max: 0.9}]}',
    evidence: groups(fair, fair, { tp: 2, fp: 1, fn: 1, tn: 30 }),
    says: [
      'equal_opportunity_difference by sex',
      /groups too small to tell: 2 \(3 positive rows\); a holdout with at least 10 rows/,
    ],
  },
  {
    name: 'large groups that fail alone fail, whatever a small one would add',
    gates: '{bias: [{metric: equal_opportunity_difference, by: [sex], max: 0.1}]}',
    evidence: groups(fair, { tp: 10, fp: 40, fn: 90, tn: 360 }, { tp: 2, fp: 1, fn: 1, tn: 30 }),
    says: [
      'equal_opportunity_difference by sex',
      /^failed: true-positive rate 0\.10 for sex=1, 0\.60 for sex=0; equal_opportunity_difference by sex is 0\.5000/,
    ],
  },
  {
    name: 'a small group leaves a bias gate open also where the estimate decides',
    gates: '{bias: [{metric: equal_opportunity_difference, by: [sex], max: 0.1, decide: point}]}',
    evidence: groups(fair, fair, { tp: 2, fp: 1, fn: 1, tn: 30 }),
    says: ['equal_opportunity_difference by sex', /^could not tell/],
  },
  {
    name: 'a percentile within its limit passes',
    gates: '{latency: [{percentile: 99, max: 20ms}]}',
    says: ['p99 at most 20 ms', 'passed: p99 is 0.1090 [0.1090, 0.1090] ms, wanted at most 20 ms'],
  },
  {
    name: 'a champion as fast passes the ratio',
    gates: '{latency: [{percentile: 90, versus: champion, ratio: 1.2}]}',
    says: [
      'p90 versus champion',
      "passed: p90 is 1.000 [1.000, 1.000] times the champion's, wanted at most 1.2",
    ],
  },
  {
    name: 'a percentile that rests on a handful of requests could not tell',
    gates: '{latency: [{percentile: 99.9, max: 20ms}]}',
    says: [
      'p99.9 at most 20 ms',
      /1000 timed requests are too few for percentile 99.9, which needs 5000; more timed requests would settle it$/,
    ],
  },
  {
    name: 'latencies without their pairs are not compared',
    gates: '{latency: [{percentile: 90, versus: champion, ratio: 1.2}]}',
    evidence: { latency: { candidateUs: [1, 2], championUs: null } },
    says: ['p90 versus champion', /^could not tell: the evidence holds no latencies measured in pairs/],
  },
  {
    name: 'no latencies at all could not tell',
    gates: '{latency: [{percentile: 50, max: 1ms}]}',
    evidence: { latency: { candidateUs: [], championUs: null } },
    says: [
      'p50 at most 1 ms',
      /^could not tell: p50 is undefined, wanted at most 1 ms: no latency was measured/,
    ],
  },
  {
    name: 'a contract without evidence could not tell',
    gates: '{data: {contract: data/train.odcs.yaml}}',
    says: ['contract data/train.odcs.yaml', /^could not tell: no evidence of a validation/],
  },
] satisfies readonly {
  name: string;
  gates: string;
  evidence?: Partial<EvaluationPredicate>;
  says: [string, string | RegExp];
}[]) {
  test(name, () => {
    const [result, ...others] = judge(evaluation(evidence), modelConfig(gates));

    assert.equal(others.length, 0);
    assert.equal(result?.name, says[0]);
    const sentence = result ? describe(result.verdict) : '';
    if (typeof says[1] === 'string') assert.equal(sentence, says[1]);
    else assert.match(sentence, says[1]);
  });
}

test('a gate with a bound and a comparison gives a result for each', () => {
  const gates = '{benchmark: [{metric: roc_auc, min: 0.7, max: 0.9, versus: champion, margin: 0.01}]}';

  const results = judge(evaluation(), modelConfig(gates));

  assert.deepEqual(
    results.map(({ name }) => name),
    ['roc_auc at least 0.7', 'roc_auc at most 0.9', 'roc_auc versus champion'],
  );
  assert.equal(overallStatus(results), 'pass');
});

function validation(changes: Partial<ValidationPredicate> = {}): ValidationPredicate {
  return {
    mergeway: '0.1.0',
    contract: { id: 'flights', version: '1.0.0', digest: digestOf('contract') },
    rows: 10,
    verdict: 'pass',
    rules: [],
    ...changes,
  };
}

for (const { name, handedOver, verdict } of [
  {
    name: 'that the data breaks fails with the rule that broke',
    handedOver: validation({
      verdict: 'fail',
      rules: [
        {
          rule: 'required',
          column: 'origin',
          verdict: 'fail',
          severity: 'error',
          reason: '3 rows are empty',
          failed: 3,
          rows: 10,
          samples: [],
        },
      ],
    }),
    verdict: { status: 'fail', reason: '10 rows break origin: required (3 rows are empty)' },
  },
  {
    name: 'that no row was held against could not tell',
    handedOver: validation({ rows: 0 }),
    verdict: { status: 'inconclusive', reason: 'the data has no rows', wouldSettle: 'data with rows' },
  },
  {
    name: 'whose evidence is of something else could not tell',
    handedOver: { unfit: 'it speaks of other data than the locks name' },
    verdict: {
      status: 'inconclusive',
      reason: 'the evidence of a validation does not count: it speaks of other data than the locks name',
      wouldSettle: '`mergeway validate` with this contract on the data that the locks name',
    },
  },
] as const) {
  test(`a contract ${name}`, () => {
    const [result] = judge(evaluation(), modelConfig('{data: {contract: a.yaml}}'), [handedOver]);

    assert.deepEqual(result?.verdict, verdict);
  });
}

test('a validation that no policy asks for judges nothing', () => {
  assert.deepEqual(judge(evaluation(), modelConfig(), [validation({ verdict: 'fail' })]), []);
});

test('a metric that never has an interval asks for another decision, not for rows', () => {
  const candidate = { point: 4, low: null, high: null, reason: 'a maximum has none' };
  const metrics = [{ metric: 'max_error' as const, candidate, champion: null, difference: null }];
  const benchmark = [{ metric: 'max_error' as const, max: 10, decide: 'interval' as const }];

  const [result] = judgeBenchmark(evaluation({ task: 'regression', metrics }), {
    gates: { ...modelConfig().gates, benchmark },
  });

  assert.deepEqual(result?.verdict, {
    status: 'inconclusive',
    reason: 'max_error is 4.000, wanted at most 10: a maximum has none',
    wouldSettle: '`decide: point` (no number of rows can)',
  });
});

test('the same evidence is judged the same', () => {
  const config = modelConfig(
    '{bias: [{metric: equalized_odds_difference, by: [sex], max: 0.1}], latency: [{percentile: 90, max: 1ms}]}',
  );

  assert.deepEqual(judge(evaluation(), config), judge(evaluation(), config));
});

test('an interval decides if and only if it lies on one side of the limit', () => {
  const number = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(number, number, number, (a, b, limit) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const { status } = judgeLimit({
        estimate: { point: (low + high) / 2, low, high },
        bound: { atMost: limit },
        decide: 'interval',
        reason: '',
        rows: { now: 100, name: 'rows' },
      });

      assert.equal(status, high <= limit ? 'pass' : low > limit ? 'fail' : 'inconclusive');
    }),
  );
});

test('tensor names are not part of the evaluation policy; the threshold is', () => {
  const base = modelConfig();
  const renamed = { ...base, evaluate: { ...base.evaluate, predict: { output: 'other', columns: ['a'] } } };
  const moved = {
    ...base,
    evaluate: { ...base.evaluate, predict: { output: 'probabilities', threshold: 0.3 } },
  };

  assert.equal(configurationDigest(renamed), configurationDigest(base));
  assert.notEqual(configurationDigest(moved), configurationDigest(base));
});

function groups(...counts: readonly (typeof fair)[]): Partial<EvaluationPredicate> {
  return {
    groups: [
      {
        by: ['sex'],
        groups: counts.map((candidate, index) => ({ values: [String(index)], candidate, champion: null })),
      },
    ],
  };
}
