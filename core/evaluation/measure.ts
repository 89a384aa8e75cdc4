/** Every metric that fits the task, for candidate and champion on the same rows, with 95 % intervals from one paired bootstrap. */

import { seededRandom } from '../chance.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import { type MetricName, measuresOf } from '../metrics/index.ts';
import { isDefined, type Measure, type Metric, type MetricValue } from '../metrics/metric.ts';
import { clustersOf, type Predictions, weightsOf } from '../metrics/predictions.ts';
import { bootstrap, REPLICATES, type Spread, unitsOf } from '../statistics/bootstrap.ts';
import { bcaInterval, type Interval } from '../statistics/interval.ts';
import { whyNoInterval } from './resampled.ts';

/** With fewer rows (or, for metrics of one class, fewer rows of it) a bootstrap promises more than it knows. */
const FEWEST_ROWS = 20;
const FEWEST_OF_CLASS = 10;

/** What is drawn. */
const UNITS = {
  'binary-classification': 'rows',
  'multiclass-classification': 'rows',
  regression: 'rows',
  ranking: 'lists',
  forecasting: 'series',
} as const satisfies Record<Predictions['task'], string>;

export interface Contest {
  readonly candidate: Predictions;
  readonly champion: Predictions | null;
  /** From digests, so that the same evidence has the same intervals (design §10). */
  readonly seed: string;
  /** Metrics that a gate judges: they have an interval, standard or not. */
  readonly judged?: ReadonlySet<string>;
}

/** Every metric of the task, in the registry's order. `onProgress` hears how many resamples of how many are done. */
export function measureContest(
  { candidate, champion, seed, judged = new Set() }: Contest,
  onProgress: (done: number, of: number) => void = () => {},
): MetricEvidence[] {
  const entries = measuresOf(candidate);
  const rivals = champion ? measuresOf(champion) : [];
  const weights = weightsOf(candidate);
  const sampling = { weights, clusters: clustersOf(candidate)?.codes };
  const measures = [...entries, ...rivals]
    .filter(({ name, metric }) => whyNoInterval(name, metric, judged) === undefined)
    .map(({ measure }) => measure);
  const spreads = bootstrap(sampling, measures, seededRandom(seed), (done) => onProgress(done, REPLICATES));

  return entries.map(({ name, metric, measure }, index) => {
    const ours = sample(measure, weights, spreads[measures.indexOf(measure)]);
    const rival = rivals[index]?.measure;
    const theirs = rival && sample(rival, weights, spreads[measures.indexOf(rival)]);
    const [least, most] = metric.range;
    const span = most - least;
    const noInterval = whyNoInterval(name, metric, judged) ?? tooFew(metric, candidate);
    const scale = { range: metric.range, span, rows: unitsOf(sampling), noInterval };
    return evidenceOf(name, scale, ours, theirs);
  });
}

interface Sample extends Spread {
  readonly value: MetricValue;
}

interface Scale {
  /** Least and most possible value. */
  readonly range: readonly [number, number];
  /** How much one row can matter at most, were it the only one. */
  readonly span: number;
  /** Rows, lists or series that are drawn. */
  readonly rows: number;
  /** Why there is none. */
  readonly noInterval: string | undefined;
}

function sample(measure: Measure, weights: Float64Array, spread: Spread | undefined): Sample {
  const empty = new Float64Array();
  return { value: measure(weights), replicates: empty, jackknife: empty, ...spread };
}

function evidenceOf(
  metric: MetricName,
  scale: Scale,
  ours: Sample,
  theirs: Sample | undefined,
): MetricEvidence {
  return {
    metric,
    candidate: estimateOf(ours, scale),
    champion: theirs ? estimateOf(theirs, scale) : null,
    difference: theirs
      ? estimateOf(differenceOf(ours, theirs), { ...scale, range: [-scale.span, scale.span] })
      : null,
  };
}

function differenceOf(ours: Sample, theirs: Sample): Sample {
  return {
    value: minus(ours.value, theirs.value),
    replicates: ours.replicates.map((value, index) => value - (theirs.replicates[index] ?? 0)),
    jackknife: ours.jackknife.map((value, index) => value - (theirs.jackknife[index] ?? 0)),
  };
}

function minus(ours: MetricValue, theirs: MetricValue): MetricValue {
  if (!isDefined(ours)) return ours;
  return isDefined(theirs) ? ours - theirs : { reason: `champion: ${theirs.reason}` };
}

function estimateOf({ value, replicates, jackknife }: Sample, scale: Scale): Estimate {
  if (!isDefined(value)) return { point: null, low: null, high: null, reason: value.reason.slice(0, 500) };
  if (!Number.isFinite(value)) {
    return { point: null, low: null, high: null, reason: 'the errors are too large for a number' };
  }
  if (scale.noInterval) return { point: value, low: null, high: null, reason: scale.noInterval };

  const interval = bcaInterval({ point: value, replicates, jackknife });
  if (!interval) {
    return { point: value, low: null, high: null, reason: 'undefined on too many resamples for an interval' };
  }
  return { point: value, ...widened(interval, scale) };
}

/**
 * Where no resample differs (no mistake at all, or two models that agree on every row) the interval has no width, which
 * claims too much: what never happened in n rows may still happen to 3 of n (rule of three, 95 %).
 */
function widened({ low, high }: Interval, { range: [least, most], span, rows }: Scale): Interval {
  if (low !== high || !Number.isFinite(span)) return { low, high };
  const room = (3 / rows) * span;
  return { low: Math.max(least, low - room), high: Math.min(most, high + room) };
}

function tooFew(metric: Metric, predictions: Predictions): string | undefined {
  const { task, labels } = predictions;
  const units = clustersOf(predictions)?.count ?? labels.length;
  if (units < FEWEST_ROWS) return `${units} ${UNITS[task]} are too few for an interval (${FEWEST_ROWS})`;
  if (task !== 'binary-classification' || !metric.perClass) return undefined;

  let positives = 0;
  for (const label of labels) positives += label;
  const rarer = Math.min(positives, labels.length - positives);
  if (rarer >= FEWEST_OF_CLASS) return undefined;
  const which = positives === rarer ? 'positive' : 'negative';
  return `${rarer} ${which} rows are too few for an interval (${FEWEST_OF_CLASS})`;
}
