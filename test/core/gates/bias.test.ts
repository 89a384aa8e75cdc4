import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import type { GroupMetricEvidence } from '#core/evidence/groups.ts';
import { judge } from '#core/gates/judge.ts';
import { describe } from '#core/verdict.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';

const fair = { tp: 600, fp: 400, fn: 400, tn: 3600 };
const unfair = { tp: 300, fp: 400, fn: 700, tn: 3600 };
const few = { tp: 12, fp: 8, fn: 8, tn: 72 };

for (const { name, gate, evidence, title, says } of [
  {
    name: 'to overall',
    gate: '{metric: equal_opportunity_difference, by: [sex], to: overall, max: 0.1}',
    evidence: counts(['sex'], [['f'], fair], [['m'], unfair]),
    title: 'equal_opportunity_difference by sex to overall',
    says: /^failed: true-positive rate 0\.30 for sex=m, 0\.45 for all rows; .* is 0\.1500 \[0\.1\d+, 0\.1\d+\]/,
  },
  {
    name: "Aequitas' rule of τ against the largest group",
    gate: '{metric: tpr_disparity, by: [sex], min: 0.8}',
    evidence: counts(['sex'], [['f'], unfair], [['m'], { ...fair, tn: 5000 }]),
    title: 'tpr_disparity by sex against the majority',
    says: /^failed: true-positive rate 0\.30 for sex=f, 0\.60 for sex=m; .* is 0\.5000/,
  },
  {
    name: 'a named reference',
    gate: '{metric: equal_opportunity_ratio, by: [sex], to: reference, reference: {sex: m}, min: 0.8}',
    evidence: counts(['sex'], [['f'], fair], [['m'], fair]),
    title: 'equal_opportunity_ratio by sex against sex=m',
    says: /^passed/,
  },
  {
    name: 'a reference that no row is in could not tell',
    gate: '{metric: equal_opportunity_ratio, by: [sex], reference: {sex: x}, min: 0.8}',
    evidence: counts(['sex'], [['f'], fair], [['m'], fair]),
    title: 'equal_opportunity_ratio by sex against sex=x',
    says: /^could not tell: .*no group is there to hold against reference; groups too small to tell: all rows \(no sex=x there; there are sex=f; sex=m\)/,
  },
  {
    name: 'a region that lacks the reference leaves the verdict open',
    gate: '{metric: equal_opportunity_ratio, by: [sex], reference: {sex: m}, control: [region], min: 0.5}',
    evidence: counts(['sex', 'region'], [['f', 'n'], fair], [['m', 'n'], fair], [['f', 's'], fair]),
    title: 'equal_opportunity_ratio by sex against sex=m within region',
    says: /^could not tell: .*region=s \(no sex=m\)/,
  },
  {
    name: 'the worst region is named',
    gate: '{metric: equal_opportunity_difference, by: [sex], control: [region], max: 0.1}',
    evidence: counts(
      ['sex', 'region'],
      [['f', 'n'], fair],
      [['m', 'n'], fair],
      [['f', 's'], unfair],
      [['m', 's'], fair],
    ),
    title: 'equal_opportunity_difference by sex within region',
    says: /^failed: true-positive rate 0\.30 for sex=f, 0\.60 for sex=m within region=s/,
  },
  {
    name: 'a mean of two rates hides a gap in one, and says that it is a mean',
    gate: '{metric: equalized_odds_difference, agg: mean, by: [sex], max: 0.2}',
    evidence: counts(['sex'], [['f'], unfair], [['m'], fair]),
    title: 'equalized_odds_difference (mean) by sex',
    says: /^passed: equalized_odds_difference \(mean\) by sex is 0\.1500/,
  },
  {
    name: 'groups below the size that was asked for leave the verdict open',
    gate: '{metric: demographic_parity_difference, by: [sex], min-group-size: 200, max: 0.9}',
    evidence: counts(['sex'], [['f'], few], [['m'], fair], [['x'], fair]),
    title: 'demographic_parity_difference by sex',
    says: /groups too small to tell: f \(100 rows\); a holdout with at least 200 rows of every group and 10 for every rate of it/,
  },
  {
    name: 'so do groups with fewer positives',
    gate: '{metric: equal_opportunity_difference, by: [sex], min-positives: 50, max: 0.9}',
    evidence: counts(['sex'], [['f'], few], [['m'], fair], [['x'], fair]),
    title: 'equal_opportunity_difference by sex',
    says: /f \(20 positive rows\)/,
  },
  {
    name: 'binned ages are found by their name',
    gate: '{metric: demographic_parity_difference, by: [{column: age, bins: [30]}], max: 0.1}',
    evidence: counts(['age(30)'], [['< 30'], fair], [['≥ 30'], fair]),
    title: 'demographic_parity_difference by age(30)',
    says: /^passed/,
  },
  {
    name: 'a metric of six hundred groups is judged',
    gate: '{metric: roc_auc, by: [sex], max: 0.5}',
    evidence: metric(
      'roc_auc',
      ...Array.from({ length: 600 }, (_, index) => [[`g${index}`], 0.8, 0.01] as [string[], number, number]),
    ),
    title: 'roc_auc difference by sex',
    says: /^passed: roc_auc difference by sex is 0 \[0, 0\.014/,
  },
  {
    name: 'nobody selected at all is 0/0, never 0',
    gate: '{metric: demographic_parity_ratio, by: [sex], min: 0.1}',
    evidence: counts(['sex'], [['f'], { ...fair, tp: 0, fp: 0 }], [['m'], { ...fair, tp: 0, fp: 0 }]),
    title: 'demographic_parity_ratio by sex',
    says: /^could not tell: .*selection_rate is 0 in f and in m: 0\/0/,
  },
  {
    name: 'a metric of each group that is clearly lower in one',
    gate: '{metric: roc_auc, by: [sex], max: 0.05}',
    evidence: metric('roc_auc', [['f'], 0.7, 0.01], [['m'], 0.85, 0.01]),
    title: 'roc_auc difference by sex',
    says: /^failed: roc_auc 0\.7000 for sex=f, 0\.8500 for sex=m; roc_auc difference by sex is 0\.1500 \[0\.13\d+, 0\.1641\]/,
  },
  {
    name: 'errors compared as a ratio',
    gate: '{metric: root_mean_squared_error, compare: ratio, by: [sex], min: 0.8}',
    evidence: metric('root_mean_squared_error', [['f'], 10, 0.1], [['m'], 10.5, 0.1]),
    title: 'root_mean_squared_error ratio by sex',
    says: /^passed/,
  },
  {
    name: 'a metric that is undefined in one group could not tell',
    gate: '{metric: roc_auc, by: [sex], max: 0.5}',
    evidence: metric('roc_auc', [['f'], null, 0], [['m'], 0.85, 0.01]),
    title: 'roc_auc difference by sex',
    says: /^could not tell: .*roc_auc of f: no row is positive/,
  },
  {
    name: 'older evidence without that metric by group could not tell',
    gate: '{metric: roc_auc, by: [sex], max: 0.5}',
    evidence: {},
    title: 'roc_auc difference by sex',
    says: /^could not tell: the evidence holds no roc_auc of groups by sex/,
  },
] satisfies readonly {
  name: string;
  gate: string;
  evidence: Partial<EvaluationPredicate>;
  title: string;
  says: RegExp;
}[]) {
  test(`bias: ${name}`, () => {
    const [result] = judge(evaluation(evidence), modelConfig(`{bias: [${gate}]}`));

    assert.equal(result?.name, title);
    assert.match(result ? describe(result.verdict) : '', says);
  });
}

test('weights that rest on few rows leave open what as many rows would settle', () => {
  const config = modelConfig('{bias: [{metric: equal_opportunity_difference, by: [sex], max: 0.1}]}');
  const weighing = { rows: fair, squares: { tp: 30_000, fp: 20_000, fn: 20_000, tn: 180_000 } };
  const weighted = counts(['sex'], [['f'], fair], [['m'], fair]).groups?.map((table) => ({
    ...table,
    groups: table.groups.map((group) => ({ ...group, weighing })),
  }));

  const [plain] = judge(evaluation(counts(['sex'], [['f'], fair], [['m'], fair])), config);
  const [heavy] = judge(evaluation({ groups: weighted ?? [] }), config);

  assert.equal(plain?.verdict.status, 'pass');
  assert.equal(heavy?.verdict.status, 'inconclusive');
  assert.equal(heavy?.estimate?.point, 0);
});

test('rows in clusters are never taken for independent ones: older evidence could not tell, few clusters neither', () => {
  const config = modelConfig('{bias: [{metric: equal_opportunity_difference, by: [sex], max: 0.1}]}');
  const pair = counts(['sex'], [['f'], fair], [['m'], fair]);
  // All rows of a cell in as many clusters of one size.
  const inClusters = (clusters: number) => ({
    clusters: 2 * clusters,
    groups: (pair.groups ?? []).map((table) => ({
      ...table,
      groups: table.groups.map((group) => ({
        ...group,
        clustering: {
          clusters,
          products: [600, 0, 0, 0, 400, 0, 0, 400, 0, 3600].map((rows) => (rows * 5000) / clusters),
        },
      })),
    })),
  });

  const [older] = judge(evaluation({ ...pair, clusters: 1000 }), config);
  const [many] = judge(evaluation(inClusters(5000)), config);
  const [some] = judge(evaluation(inClusters(500)), config);
  const [few] = judge(evaluation(inClusters(40)), config);

  assert.match(
    describe(older?.verdict ?? missing),
    /^could not tell: .*rows of one cluster are not independent/,
  );
  assert.equal(many?.verdict.status, 'pass');
  assert.equal(some?.verdict.status, 'inconclusive');
  assert.match(
    describe(few?.verdict ?? missing),
    /^could not tell: .*f \(positive rows in clusters that vary as 8 of one size would\)/,
  );
});

const missing = { status: 'skipped', reason: 'no result' } as const;

function counts(
  by: string[],
  ...groups: readonly (readonly [string[], typeof fair])[]
): Partial<EvaluationPredicate> {
  return {
    groups: [{ by, groups: groups.map(([values, candidate]) => ({ values, candidate, champion: null })) }],
  };
}

function metric(
  name: string,
  ...groups: readonly (readonly [string[], number | null, number])[]
): Partial<EvaluationPredicate> {
  const table: GroupMetricEvidence = {
    by: ['sex'],
    metric: name,
    groups: groups.map(([values, point, half]) => ({
      values,
      rows: 500,
      rarer: 100,
      candidate:
        point === null
          ? { point, low: null, high: null, reason: 'no row is positive' }
          : { point, low: point - half, high: point + half },
      champion: null,
    })),
  };
  return { groupMetrics: [table] };
}
