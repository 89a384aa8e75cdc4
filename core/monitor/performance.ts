/**
 * Performance on the rows whose labels came. The metric has a 95 % interval by the delta method; so has its ratio to the holdout's value,
 * which carries both uncertainties (Donner and Zou 2012, "Closed-form confidence intervals for functions of the normal mean and standard
 * deviation", on logarithms):
 *
 *     ln low = ln r − √( (ln m − ln m_low)² + (ln h_high − ln h)² ),   r = m / h;   `high` alike
 *
 * A failure needs the whole interval beyond the limit, and a difference from the holdout that the month's budget of false alarms allows
 * to call one. A pass needs the whole interval within.
 */

import type { PerformanceMonitor } from '../config/monitor.ts';
import type { Estimate } from '../evidence/evaluation.ts';
import type { MonitorCheck } from '../evidence/monitor.ts';
import { metrics } from '../metrics/index.ts';
import { counted } from '../plural.ts';
import { normalAbove } from '../statistics/gamma.ts';
import { chanceText, check, type Say, short } from './check.ts';
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
  holdout: Estimate | undefined,
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
  const reference = knownOf(holdout);
  const what = `${metric} ${short(now.point)} [${short(now.low)}, ${short(now.high)}] on ${counted(rows, 'labelled row')} of ${terms.rows.toLocaleString('en-US')}`;
  if (limits.length === 0) {
    const numbers = {
      statistic: now.point,
      low: now.low,
      high: now.high,
      reference: reference?.point ?? null,
    };
    return [say('value')('skipped', `${what}; the policy has no limit for it`, numbers)];
  }
  return limits.map((limit) => {
    const judging = { limit, metric, now, reference, what, chance: terms.chance };
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

function knownOf(estimate: Estimate | undefined): Measured | undefined {
  if (!estimate) return undefined;
  const { point, low, high } = estimate;
  return point === null || low === null || high === null ? undefined : { point, low, high };
}

interface Judging {
  readonly limit: Limit;
  readonly metric: PerformanceMonitor['metric'];
  readonly now: Measured;
  readonly reference: Measured | undefined;
  readonly what: string;
  readonly chance: number;
}

/** The null is the holdout's value, or the limit where the holdout itself was beyond it. */
function judgeValue({ limit, metric, now, reference, what, chance }: Judging, say: Say): MonitorCheck {
  const scale = scaleOf(metric);
  const held = reference && isWithin(reference.point, limit) ? reference : undefined;
  const spread = Math.hypot(errorOn(scale, now) ?? 0, held ? (errorOn(scale, held) ?? 0) : 0);
  const pValue = chanceBeyond(
    (scale.to(now.point) - scale.to((held ?? { point: limit.value }).point)) / spread,
    limit,
  );
  const numbers = { ...numbersOf(now, limit), reference: reference?.point ?? null, pValue };
  return verdictOf(
    { interval: now, limit, pValue, chance, reason: `${what}, limit ${limit.side} ${short(limit.value)}` },
    numbers,
    say,
  );
}

/** The null is a ratio of 1, or the limit where that is nearer. */
function judgeRatio({ limit, now, reference, what, chance }: Judging, say: Say): MonitorCheck {
  if (!reference)
    return say('inconclusive', `${what}; the profile has no interval of its value on the holdout`);
  if (!(now.low > 0 && reference.low > 0)) {
    return say(
      'inconclusive',
      `${what}, ${short(reference.point)} on the holdout: a ratio needs values above 0`,
    );
  }
  const ratio = ratioOf(now, reference);
  const nullRatio = isWithin(1, limit) ? 1 : limit.value;
  const log = { to: Math.log };
  const spread = Math.hypot(errorOn(log, now) ?? 0, errorOn(log, reference) ?? 0);
  const pValue = chanceBeyond(Math.log(ratio.point / nullRatio) / spread, limit);
  const reason = `${what}, ${short(ratio.point)} × [${short(ratio.low)}, ${short(ratio.high)}] the ${short(reference.point)} of its holdout, limit ${limit.side} ${short(limit.value)} ×`;
  const numbers = { ...numbersOf(ratio, limit), reference: reference.point, pValue };
  return verdictOf({ interval: ratio, limit, pValue, chance, reason }, numbers, say);
}

function ratioOf(now: Measured, held: Measured): Measured {
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
    readonly interval: Measured;
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

function chanceBeyond(z: number, { side }: Limit): number {
  if (Number.isNaN(z)) return 1;
  return normalAbove(side === 'at most' ? z : -z);
}

function numbersOf({ point, low, high }: Measured, { value }: Limit) {
  return { statistic: point, low, high, threshold: value };
}
