/**
 * Every metric that fits the task, for candidate and champion on the same rows, with 95 % intervals: in closed form where one is known,
 * else from one paired bootstrap, and for many rows from a paired jackknife.
 */

import { seededRandom } from '../chance.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import { type MetricName, measuresOf } from '../metrics/index.ts';
import { isDefined, type MetricValue } from '../metrics/metric.ts';
import type { Predictions } from '../metrics/predictions.ts';
import { bootstrap, REPLICATES, type Spread } from '../statistics/bootstrap.ts';
import {
  bcaInterval,
  jackknifeInterval,
  type StudentInterval,
  studentInterval,
} from '../statistics/interval.ts';
import { type ClosedForm, closedForm, type Made } from './closed-forms.ts';
import { decisiveParts, tooFew } from './few-rows.ts';
import { whyNoInterval } from './resampled.ts';
import { type Sampled, sampledOf } from './sampled.ts';
import { withSeeds } from './seeds.ts';

/** From here on the jackknife's normal interval is as good, and 1,000 resamples would take minutes. */
const MANY_ROWS = 20_000;

export interface Contest {
  readonly candidate: Predictions;
  readonly champion: Predictions | null;
  /** Each row's cluster, numbered from 0; absent: rows are independent. */
  readonly clusters?: Int32Array | undefined;
  /** What is measured; absent: all that fits the task. */
  readonly only?: readonly MetricName[];
  /** Metrics that a gate judges: they have an interval, standard or not. */
  readonly judged?: ReadonlySet<string>;
  /** Runs of the candidate's training with other seeds, on the same rows. */
  readonly seeds?: readonly Predictions[] | undefined;
  /** From digests, so that the same evidence has the same intervals (design §10). */
  readonly seed: string;
}

/** Metrics in the registry's order. `onProgress` hears how many resamples of how many are done. */
export function measureContest(
  { candidate, champion, clusters, only, judged = new Set(), seed, seeds = [] }: Contest,
  onProgress: (done: number, of: number) => void = () => {},
): MetricEvidence[] {
  const sampled = sampledOf(candidate, clusters);
  const rivals = champion ? measuresOf(champion, only) : [];
  const pairs = measuresOf(candidate, only).map(({ name, metric, measure }, index) => {
    const parts = decisiveParts(metric, { candidate, champion }, sampled);
    const noInterval = whyNoInterval(name, metric, judged) ?? tooFew(parts, sampled);
    const value = measure(sampled.weights);
    const form =
      noInterval || !isDefined(value) ? undefined : closedForm(name, { candidate, champion }, sampled);
    const scale = {
      range: metric.range,
      span: metric.range[1] - metric.range[0],
      decisive: Math.min(sampled.effective, ...parts.map(({ effective }) => effective)),
      sampled,
      noInterval,
    };
    return { name, measure, value, rival: rivals[index]?.measure, scale, form };
  });
  const resampled = pairs.filter(
    ({ scale, form, rival }) => !scale.noInterval && !(form && (form.difference || !rival)),
  );
  const measures = resampled.flatMap(({ measure, rival }) => (rival ? [measure, rival] : [measure]));
  const replicates = candidate.labels.length > MANY_ROWS ? 0 : REPLICATES;
  const spreads = bootstrap({ ...sampled, replicates }, measures, seededRandom(seed), (done) =>
    onProgress(done, replicates),
  );

  const measured = pairs.map(({ name, measure, value, rival, scale, form }) => {
    const ours = { value, spread: spreads[measures.indexOf(measure)], form: form?.candidate };
    const theirs = rival && {
      value: rival(sampled.weights),
      spread: spreads[measures.indexOf(rival)],
      form: form?.champion,
    };
    return evidenceOf(name, scale, { ours, theirs, form });
  });
  return seeds.length > 0 ? withSeeds(measured, { seeds, only, weights: sampled.weights }) : measured;
}

interface Sample {
  readonly value: MetricValue;
  readonly spread: Spread | undefined;
  readonly form: Made | undefined;
  readonly isDifference?: true;
}

interface Scale {
  /** Least and most possible value. */
  readonly range: readonly [number, number];
  /** How much one row can matter at most, were it the only one. */
  readonly span: number;
  /** Effective units of the part of the rows that decides. */
  readonly decisive: number;
  readonly sampled: Sampled;
  readonly noInterval: string | undefined;
}

function evidenceOf(
  metric: MetricName,
  scale: Scale,
  {
    ours,
    theirs,
    form,
  }: {
    readonly ours: Sample;
    readonly theirs: Sample | undefined;
    readonly form: ClosedForm | undefined;
  },
): MetricEvidence {
  const { span } = scale;
  return {
    metric,
    candidate: estimateOf(ours, scale),
    champion: theirs ? estimateOf(theirs, scale) : null,
    difference: theirs
      ? estimateOf(differenceOf(ours, theirs, form?.difference), { ...scale, range: [-span, span] })
      : null,
  };
}

function differenceOf(ours: Sample, theirs: Sample, form: Made | undefined): Sample {
  const minus = (column: keyof Spread) =>
    (ours.spread?.[column] ?? new Float64Array()).map(
      (value, index) => value - (theirs.spread?.[column][index] ?? 0),
    );
  return {
    value: difference(ours.value, theirs.value),
    spread: { replicates: minus('replicates'), jackknife: minus('jackknife') },
    form,
    isDifference: true,
  };
}

function difference(ours: MetricValue, theirs: MetricValue): MetricValue {
  if (!isDefined(ours)) return ours;
  return isDefined(theirs) ? ours - theirs : { reason: `champion: ${theirs.reason}` };
}

function estimateOf(sample: Sample, scale: Scale): Estimate {
  const { value, form } = sample;
  if (!isDefined(value)) return { point: null, low: null, high: null, reason: value.reason.slice(0, 500) };
  if (!Number.isFinite(value)) {
    return { point: null, low: null, high: null, reason: 'the errors are too large for a number' };
  }
  if (scale.noInterval) return { point: value, low: null, high: null, reason: scale.noInterval };

  const made = form ?? resampled(value, sample, scale.sampled);
  if (!made) {
    return { point: value, low: null, high: null, reason: 'undefined on too many resamples for an interval' };
  }
  return { point: value, ...within(widened(made, scale), scale) };
}

function resampled(point: number, { spread, isDifference }: Sample, { units }: Sampled): Made | undefined {
  if (!spread) return undefined;
  if (spread.replicates.length === 0) return named(jackknifeInterval({ point, ...spread }), 'jackknife');
  const sample = { point, ...spread, units };
  return isDifference
    ? named(studentInterval(sample), 'paired bootstrap, t')
    : named(bcaInterval(sample), 'bootstrap, bca');
}

function named(made: StudentInterval | undefined, method: string): Made | undefined {
  return made && { ...made, method };
}

/**
 * Where no resample differs (no mistake at all, or two models that agree on every row) the interval has no width, which
 * claims too much: what never happened in n rows may still happen to 3 of n (rule of three, 95 %), which may all be of the class that decides.
 */
function widened(made: Made, { span, decisive }: Scale): Made {
  const { low, high } = made;
  if (low !== high || !Number.isFinite(span)) return made;
  const room = (3 / decisive) * span;
  return { low: low - room, high: high + room, method: 'rule of three' };
}

/** Nothing that the metric cannot be, and degrees of freedom as far as they matter. */
function within({ low, high, method, freedom }: Made, { range: [least, most] }: Scale) {
  return {
    low: Math.max(least, low),
    high: Math.min(most, high),
    method,
    ...(freedom !== undefined && { freedom: Math.round(freedom * 10) / 10 }),
  };
}
