/**
 * Performance on the rows whose labels came. The metric has a 95 % interval by the delta method; so has its ratio to the holdout's value,
 * which carries both uncertainties (Donner and Zou 2012, "Closed-form confidence intervals for functions of the normal mean and standard
 * deviation", on logarithms):
 *
 *     ln low = ln r − √( (ln m − ln m_low)² + (ln h_high − ln h)² ),   r = m / h;   `high` alike
 *
 * A failure needs the whole interval beyond the limit, and a difference from the holdout that the month's budget of false alarms allows
 * to call one, by Welch's t on the metric's scale with the longer sides of both intervals: few positives and small holdouts have heavier
 * tails than a normal. A pass needs the whole interval within.
 */

import type { PerformanceMonitor } from '../config/monitor.ts';
import type { MonitorCheck } from '../evidence/monitor.ts';
import { metrics } from '../metrics/index.ts';
import { counted } from '../plural.ts';
import { studentAbove, welchFreedom } from '../statistics/student.ts';
import { chanceText, check, type Say, short } from './check.ts';
import type { Holdout } from './holdout.ts';
import { errorOn, intervalOf, type Measured, scaleOf } from './metric-interval.ts';
import type { MeasuredMetric } from './summary.ts';

export interface PerformanceTerms {
  /** Chance of a false alarm that each limit may have. */
  readonly chance: number;
  readonly minRows: number;
  /** Predictions of the window, labelled or not. */
  readonly rows: number;
}

interface Limit {
  readonly measure: 'min' | 'max' | 'ratio';
  readonly value: number;
  readonly side: 'at least' | 'at most';
}

/** One check per limit; without a limit the number is reported only. */
export function performanceChecks(
  monitor: PerformanceMonitor,
  measured: MeasuredMetric | undefined,
  holdout: Holdout,
  terms: PerformanceTerms,
): readonly MonitorCheck[] {
  const { metric, alarm } = monitor;
  const say = (measure: string) => check({ kind: 'performance', subject: metric, measure, alarm });
  const limits = limitsOf(monitor);
  const found = valueFound(measured, terms);
  if ('reason' in found) {
    const measures = limits.length > 0 ? limits.map(({ measure }) => measure) : ['value'];
    return measures.map((measure) => say(measure)('inconclusive', found.reason));
  }
  const { now, rows } = found;
  const what = `${metric} ${short(now.point)} [${short(now.low)}, ${short(now.high)}] on ${counted(rows, 'labelled row')} of ${terms.rows.toLocaleString('en-US')}`;
  if (limits.length === 0) {
    const numbers = {
      statistic: now.point,
      low: now.low,
      high: now.high,
      reference: known(holdout)?.point ?? null,
    };
    return [say('value')('skipped', `${what}; the policy has no limit for it`, numbers)];
  }
  return limits.map((limit) => {
    const judging = { limit, metric, now, holdout, what, chance: terms.chance };
    return limit.measure === 'ratio'
      ? judgeRatio(judging, say('ratio'))
      : judgeValue(judging, say(limit.measure));
  });
}

function limitsOf({ metric, min, max, ratio }: PerformanceMonitor): readonly Limit[] {
  const side = metrics[metric].better === 'lower' ? 'at most' : 'at least';
  return [
    ...(min === undefined ? [] : [{ measure: 'min', value: min, side: 'at least' } as const]),
    ...(max === undefined ? [] : [{ measure: 'max', value: max, side: 'at most' } as const]),
    ...(ratio === undefined ? [] : [{ measure: 'ratio', value: ratio, side } as const]),
  ];
}

function valueFound(
  measured: MeasuredMetric | undefined,
  { minRows }: PerformanceTerms,
): { readonly now: Measured; readonly rows: number } | { readonly reason: string } {
  if (!measured) return { reason: 'it was not measured' };
  const { rows, value, error, reason } = measured;
  if (value === null && rows === 0) return { reason: reason ?? 'no labels' };
  if (rows < minRows) return { reason: `${counted(rows, 'labelled row')}, ${minRows} would settle it` };
  if (value === null || error === null) return { reason: reason ?? 'undefined on these rows' };
  return { now: intervalOf(measured, value, error), rows };
}

function known(holdout: Holdout): Measured | undefined {
  return 'reason' in holdout ? undefined : holdout;
}

interface Judging {
  readonly limit: Limit;
  readonly metric: PerformanceMonitor['metric'];
  readonly now: Measured;
  readonly holdout: Holdout;
  readonly what: string;
  readonly chance: number;
}

/** The null is the holdout's value, or the limit where the holdout itself was beyond it or is not known. */
function judgeValue({ limit, metric, now, holdout, what, chance }: Judging, say: Say): MonitorCheck {
  const reference = known(holdout);
  const held = reference && isWithin(reference.point, limit) ? reference : limit.value;
  const pValue = chanceBeyond(now, held, { metric, limit });
  const numbers = { ...numbersOf(now, limit), reference: reference?.point ?? null, pValue };
  return verdictOf(
    { interval: now, limit, pValue, chance, reason: `${what}, limit ${limit.side} ${short(limit.value)}` },
    numbers,
    say,
  );
}

/** The null is a ratio of 1, which every limit allows. */
function judgeRatio({ limit, metric, now, holdout, what, chance }: Judging, say: Say): MonitorCheck {
  if ('reason' in holdout) return say('inconclusive', `${what}; ${holdout.reason}`);
  if (!(now.low > 0 && holdout.low > 0)) {
    return say(
      'inconclusive',
      `${what}, ${short(holdout.point)} on the holdout: a ratio needs values above 0`,
    );
  }
  const ratio = ratioOf(now, holdout);
  const pValue = chanceBeyond(now, holdout, { metric, limit });
  const reason = `${what}, ${short(ratio.point)} × [${short(ratio.low)}, ${short(ratio.high)}] the ${short(holdout.point)} of its holdout, limit ${limit.side} ${short(limit.value)} ×`;
  const numbers = { ...numbersOf(ratio, limit), reference: holdout.point, pValue };
  return verdictOf({ interval: ratio, limit, pValue, chance, reason }, numbers, say);
}

interface Interval {
  readonly point: number;
  readonly low: number;
  readonly high: number;
}

function ratioOf(now: Measured, held: Measured): Interval {
  const ln = Math.log;
  const point = ln(now.point / held.point);
  return {
    point: Math.exp(point),
    low: Math.exp(point - Math.hypot(ln(now.point / now.low), ln(held.high / held.point))),
    high: Math.exp(point + Math.hypot(ln(now.high / now.point), ln(held.point / held.low))),
  };
}

function verdictOf(
  {
    interval,
    limit,
    pValue,
    chance,
    reason,
  }: {
    readonly interval: Interval;
    readonly limit: Limit;
    readonly pValue: number;
    readonly chance: number;
    readonly reason: string;
  },
  numbers: Parameters<Say>[2],
  say: Say,
): MonitorCheck {
  const [nearest, farthest] =
    limit.side === 'at most' ? [interval.low, interval.high] : [interval.high, interval.low];
  if (isWithin(farthest, limit)) return say('pass', reason, numbers);
  if (isWithin(nearest, limit)) return say('inconclusive', `${reason}; more labels would settle it`, numbers);
  if (pValue <= chance) return say('fail', reason, numbers);
  return say(
    'inconclusive',
    `${reason}; chance alone goes as far (p ${chanceText(pValue)}), more labels would settle it`,
    numbers,
  );
}

function isWithin(value: number, { side, value: limit }: Limit): boolean {
  return side === 'at most' ? value <= limit : value >= limit;
}

/** That a window as good as the holdout (or as the limit, which has no error) is as far beyond it. */
function chanceBeyond(
  now: Measured,
  held: Measured | number,
  { metric, limit: { side } }: Pick<Judging, 'metric' | 'limit'>,
): number {
  const scale = scaleOf(metric);
  const [towards, away] = side === 'at most' ? (['below', 'above'] as const) : (['above', 'below'] as const);
  const errors = [{ error: errorOn(scale, now, towards), freedom: now.restsOn - 1 }];
  if (typeof held !== 'number') {
    errors.push({ error: errorOn(scale, held, away), freedom: held.restsOn - 1 });
  }
  const distance = scale.to(now.centre) - scale.to(typeof held === 'number' ? held : held.centre);
  const spread = Math.hypot(...errors.map(({ error }) => error));
  const t = distance / spread;
  if (Number.isNaN(t) || spread === Number.POSITIVE_INFINITY) return 1;
  return studentAbove(side === 'at most' ? t : -t, welchFreedom(errors));
}

function numbersOf({ point, low, high }: Interval, { value }: Limit) {
  return { statistic: point, low, high, threshold: value };
}
