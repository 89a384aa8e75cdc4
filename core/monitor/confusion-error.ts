/** Metrics of confusion counts with their standard errors: the delta method over the multinomial of the four cells. */

export interface Cells {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** A value and its standard error, or why there is none. */
export type WithError =
  | { readonly value: number; readonly error: number }
  | { readonly value: null; readonly error: null; readonly reason: string };

export function nothing(reason: string): WithError {
  return { value: null, error: null, reason };
}

/** A share of `of` rows: √(p(1 − p)/n). */
export function shareOf(part: number, of: number, reason: string): WithError {
  if (of === 0) return nothing(reason);
  const value = part / of;
  return { value, error: Math.sqrt((value * (1 - value)) / of) };
}

export function balancedAccuracy({ tp, fp, fn, tn }: Cells): WithError {
  const [hit, passed] = [
    shareOf(tp, tp + fn, 'no row is positive'),
    shareOf(tn, tn + fp, 'no row is negative'),
  ];
  if (hit.value === null) return hit;
  if (passed.value === null) return passed;
  return { value: (hit.value + passed.value) / 2, error: Math.hypot(hit.error, passed.error) / 2 };
}

/** F₁ = 2tp / D, D = 2tp + fp + fn: its derivative is 2(fp + fn)/D² by tp and −2tp/D² by fp and fn. */
export function f1({ tp, fp, fn }: Cells): WithError {
  const d = 2 * tp + fp + fn;
  if (d === 0) return nothing('no row is positive, and none is predicted so');
  const [up, down] = [(2 * (fp + fn)) / d ** 2, (-2 * tp) / d ** 2];
  return { value: (2 * tp) / d, error: Math.sqrt(tp * up ** 2 + (fp + fn) * down ** 2) };
}
