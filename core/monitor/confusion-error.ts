/** Metrics of confusion counts with their standard errors: the delta method over the multinomial of the four cells. */

import { intervalOf, type Measured } from './metric-interval.ts';
import { Z_95 } from '../statistics/interval.ts';

export interface Cells {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** A value and its standard error, or why there is none. */
export type WithError =
  | { readonly value: number; readonly error: number; readonly restsOn?: number }
  | { readonly value: null; readonly error: null; readonly reason: string };

export function nothing(reason: string): WithError {
  return { value: null, error: null, reason };
}

/** A share of `of` rows: √(p(1 − p)/n). */
export function shareOf(part: number, of: number, reason: string): WithError {
  if (of === 0) return nothing(reason);
  const value = part / of;
  return { value, error: Math.sqrt((value * (1 - value)) / of), restsOn: of };
}

/**
 * The mean of two shares. Its error is that of the shares' own intervals put together (Donner and Zou 2012), the longer side of the two:
 * where 0 of 12 positives are found, √(p(1 − p)/n) says that nothing else could be.
 */
export function balancedAccuracy({ tp, fp, fn, tn }: Cells): WithError {
  const [hit, passed] = [shareInterval(tp, tp + fn), shareInterval(tn, tn + fp)];
  if (!hit) return nothing('no row is positive');
  if (!passed) return nothing('no row is negative');
  const below = Math.hypot(hit.point - hit.low, passed.point - passed.low);
  const above = Math.hypot(hit.high - hit.point, passed.high - passed.point);
  return {
    value: (hit.point + passed.point) / 2,
    error: Math.max(below, above) / 2 / Z_95,
    restsOn: Math.min(tp + fn, fp + tn),
  };
}

function shareInterval(part: number, of: number): Measured | undefined {
  const share = shareOf(part, of, '');
  return share.value === null
    ? undefined
    : intervalOf({ metric: 'recall', rows: of }, share.value, share.error);
}

/** F₁ = 2tp / D, D = 2tp + fp + fn: its derivative is 2(fp + fn)/D² by tp and −2tp/D² by fp and fn. */
export function f1({ tp, fp, fn }: Cells): WithError {
  const d = 2 * tp + fp + fn;
  if (d === 0) return nothing('no row is positive, and none is predicted so');
  const [up, down] = [(2 * (fp + fn)) / d ** 2, (-2 * tp) / d ** 2];
  const error = Math.sqrt(tp * up ** 2 + (fp + fn) * down ** 2);
  return { value: (2 * tp) / d, error, restsOn: Math.min(tp + fn, d / 2) };
}
