/**
 * Every metric of scikit-learn beside the real one (PyPI, 1.7.2), on random predictions: ties, weights, one class, empty classes, constant
 * scores. Where ours is undefined, theirs is what docs/metrics.md says that it is, and nothing else.
 */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type MetricName, measuresOf, metrics } from '#core/metrics/index.ts';
import { isDefined, type Metric } from '#core/metrics/metric.ts';
import { weightsOf } from '#core/metrics/predictions.ts';
import { type Drawn, drawPredictions, fixedPredictions } from '#test/support/predictions.ts';
import { type Answers, askScikitLearn } from '#test/support/scikit-learn.ts';
import expected from './scikit-learn.json' with { type: 'json' };

const CASES = drawPredictions(900, 'scikit-learn');

type Kind = '0' | '1' | 'number' | 'huge' | 'nan' | 'error';

const AVERAGED_WITH_0 = ['0', 'number'] as const;
const SAME_LABELS = ['0', '1', 'nan'] as const;

/** What scikit-learn says where Mergeway says that the value is undefined. Lists without a relevant row are not shown to it. */
const UNDEFINED: Partial<Record<MetricName, readonly Kind[]>> = {
  roc_auc: ['nan'],
  roc_auc_ovr: ['nan'],
  roc_auc_ovr_weighted: ['nan'],
  roc_auc_ovo: ['nan'],
  roc_auc_ovo_weighted: ['error'],
  average_precision: AVERAGED_WITH_0,
  precision: AVERAGED_WITH_0,
  precision_macro: AVERAGED_WITH_0,
  precision_weighted: AVERAGED_WITH_0,
  recall: AVERAGED_WITH_0,
  recall_macro: AVERAGED_WITH_0,
  f1: ['0'],
  jaccard: ['0'],
  matthews_corrcoef: ['0'],
  cohen_kappa_score: ['nan'],
  positive_likelihood_ratio: ['nan'],
  negative_likelihood_ratio: ['nan'],
  // The classes' frequencies make no mistake then, but for the clipping: anything comes out, and an error where they sum to 1 + 2⁻⁵¹.
  d2_log_loss_score: ['0', 'huge', 'nan', 'error'],
  // 0, or a small number, where the prediction is 0 as well.
  mean_absolute_percentage_error: ['0', 'number', 'huge'],
  mean_squared_log_error: ['error'],
  root_mean_squared_log_error: ['error'],
  mean_poisson_deviance: ['error'],
  mean_gamma_deviance: ['error'],
  r2: SAME_LABELS,
  explained_variance: ['0', '1'],
  d2_absolute_error_score: SAME_LABELS,
  ndcg: ['nan', 'error'],
  ndcg_at_10: ['nan', 'error'],
  label_ranking_average_precision: ['nan', 'error'],
};

let fixed: readonly Answers[] = [];
let answers: readonly Answers[] = [];

before(async () => {
  const all = await askScikitLearn([...Object.values(fixedPredictions()), ...CASES]);
  fixed = all.slice(0, -CASES.length);
  answers = all.slice(-CASES.length);
});

test("scikit-learn's values in scikit-learn.json are what it says today", () => {
  for (const [index, name] of Object.keys(fixedPredictions()).entries()) {
    const values: Readonly<Record<string, number>> = expected[name as keyof typeof expected];
    assert.deepEqual(Object.keys(fixed[index] ?? {}), Object.keys(values));
    for (const [metric, value] of Object.entries(values)) assertClose(fixed[index]?.[metric], value, metric);
  }
});

for (const [name, metric] of Object.entries(metrics) as [MetricName, Metric][]) {
  if (!isOfScikitLearn(metric)) continue;
  test(`${name} is scikit-learn's`, () => {
    const differing = new Set<Kind>();
    let compared = 0;
    for (const [index, predictions] of CASES.entries()) {
      const theirs = answers[index]?.[name];
      const ours = ourValue(name, predictions);
      if (theirs === undefined || ours === undefined || isBeyond(theirs)) continue;
      if (!isDefined(ours)) {
        differing.add(kindOf(theirs));
      } else if (!isKnownMedian(name, predictions, Number(theirs))) {
        assertClose(theirs, ours, `case ${index}: ${predictions.task}, ${predictions.labels.length} rows`);
        compared++;
      }
    }

    assert.ok(compared >= 50, `${compared} values`);
    assert.deepEqual([...differing].sort(), [...(UNDEFINED[name] ?? [])].sort());
    if (differing.size > 0) assert.ok(metric.differs, 'docs/metrics.md says so');
  });
}

/** Not of trec_eval or the forecasting literature. */
function isOfScikitLearn({ source, forecasting }: Metric): boolean {
  return !forecasting && !source.startsWith('trec_eval');
}

function ourValue(name: MetricName, predictions: Drawn) {
  return measuresOf(predictions)
    .find((one) => one.name === name)
    ?.measure(weightsOf(predictions));
}

/** Pairs of classes take no weights there: rows are repeated in their place, which weights that are no whole numbers can't be. */
function isBeyond(theirs: number | string): boolean {
  return String(theirs).includes('weights are no whole numbers');
}

/** With weights theirs is the lower of two middle values, where half of the weight ends between them. */
function isKnownMedian(name: MetricName, { labels, scores, weights }: Drawn, theirs: number): boolean {
  if (name !== 'median_absolute_error' || !weights) return false;
  let [upTo, all] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const weight = weights[row] ?? 0;
    if (Math.abs((scores?.[row] ?? 0) - label) <= theirs) upTo += weight;
    all += weight;
  }
  return upTo === all / 2;
}

function kindOf(theirs: number | string): Kind {
  if (typeof theirs === 'string') return theirs === 'nan' ? 'nan' : 'error';
  if (theirs === 0 || theirs === 1) return `${theirs}`;
  return Math.abs(theirs) > 1e9 ? 'huge' : 'number';
}

function assertClose(theirs: number | string | undefined, ours: number, what: string): void {
  const isClose =
    typeof theirs === 'number' && Math.abs(ours - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs));
  assert.ok(isClose, `${what}: ours ${ours}, theirs ${theirs}`);
}
