/** A metric's interval on the scale on which its estimate is nearly normal: logarithm of losses, logit of shares, else the value itself. */

import { type MetricName, metrics } from '../metrics/index.ts';
import { Z_95 } from '../statistics/interval.ts';
import type { MeasuredMetric } from './summary.ts';

interface Scale {
  to(value: number): number;
  from(place: number): number;
  /** Derivative of `to`. */
  slope(value: number): number;
}

const IDENTITY: Scale = { to: (x) => x, from: (y) => y, slope: () => 1 };
const LOG: Scale = { to: Math.log, from: Math.exp, slope: (x) => 1 / x };
const LOGIT: Scale = {
  to: (x) => Math.log(x / (1 - x)),
  from: (y) => 1 / (1 + Math.exp(-y)),
  slope: (x) => 1 / (x * (1 - x)),
};

/** A value with its 95 % interval. */
export interface Measured {
  readonly point: number;
  readonly low: number;
  readonly high: number;
  /** What tests go by: the point, but for a share of 0 or 1, which is no certainty. */
  readonly centre: number;
  /** Rows that the value rests on. */
  readonly restsOn: number;
}

/** Losses without any spread: up to 3 rows in n might be otherwise (rule of three, 95 %). */
const RULE_OF_THREE = 3;

export function scaleOf(metric: MetricName): Scale {
  const [least, most] = metrics[metric].range;
  if (least !== 0) return IDENTITY;
  return most === 1 ? LOGIT : LOG;
}

export function intervalOf(
  { metric, rows, restsOn = rows }: Omit<MeasuredMetric, 'value' | 'error'>,
  value: number,
  error: number,
): Measured {
  const [least, most] = metrics[metric].range;
  const scale = scaleOf(metric);
  if (error > 0 && value > least && value < most) {
    return { ...around(scale, { point: value, centre: value, error }), restsOn };
  }
  if (scale === LOGIT) return { ...around(scale, nearBound(value, restsOn)), restsOn };
  const room = Number.isFinite(most - least) ? (RULE_OF_THREE / restsOn) * (most - least) : 0;
  const [low, high] = [Math.max(least, value - room), Math.min(most, value + room)];
  return { point: value, low, high, centre: value, restsOn };
}

/** Half a row is added to each side of a share: 0 of 3 rows leaves room for one in two (Haldane 1956, Anscombe 1956). */
function nearBound(point: number, rows: number) {
  const centre = (point * rows + 0.5) / (rows + 1);
  return { point, centre, error: Math.sqrt((centre * (1 - centre)) / (rows + 1)) };
}

function around(
  scale: Scale,
  { point, centre, error }: { readonly point: number; readonly centre: number; readonly error: number },
): Omit<Measured, 'restsOn'> {
  const reach = Z_95 * error * scale.slope(centre);
  const place = scale.to(centre);
  const [low, high] = [scale.from(place - reach), scale.from(place + reach)];
  return { point, centre, low: Math.min(point, low), high: Math.max(point, high) };
}

/**
 * Standard error on a scale, from the interval: of the side that is asked for, or of both where that is more. Infinite where the interval
 * ends at a bound.
 */
export function errorOn({ to }: Scale, { low, high, centre }: Measured, side: 'below' | 'above'): number {
  const [below, above] = [to(centre) - to(low), to(high) - to(centre)];
  const [asked, other] = side === 'below' ? [below, above] : [above, below];
  return Math.max(asked, Number.isFinite(other) ? (asked + other) / 2 : 0) / Z_95;
}
