/** A metric's interval on the scale on which its estimate is nearly normal: logarithm of losses, logit of shares, else the value itself. */

import { type MetricName, metrics } from '../metrics/index.ts';
import { Z_95 } from '../statistics/interval.ts';
import type { MeasuredMetric } from './summary.ts';

export interface Scale {
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
}

/** Rows of which none did what an estimate without any spread says never happens: up to 3 in n might (rule of three, 95 %). */
const RULE_OF_THREE = 3;

export function scaleOf(metric: MetricName): Scale {
  const [least, most] = metrics[metric].range;
  if (least !== 0) return IDENTITY;
  return most === 1 ? LOGIT : LOG;
}

export function intervalOf({ metric, rows }: MeasuredMetric, value: number, error: number): Measured {
  const [least, most] = metrics[metric].range;
  if (error === 0 || value <= least || value >= most) {
    const room = Number.isFinite(most - least) ? (RULE_OF_THREE / rows) * (most - least) : 0;
    return { point: value, low: Math.max(least, value - room), high: Math.min(most, value + room) };
  }
  const scale = scaleOf(metric);
  const reach = Z_95 * error * scale.slope(value);
  const place = scale.to(value);
  return { point: value, low: scale.from(place - reach), high: scale.from(place + reach) };
}

/** Standard error on a scale, from the width of the interval; undefined where an end has no place on it. */
export function errorOn({ to }: Pick<Scale, 'to'>, { low, high }: Measured): number | undefined {
  const error = (to(high) - to(low)) / (2 * Z_95);
  return Number.isFinite(error) ? error : undefined;
}
