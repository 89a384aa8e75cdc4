/**
 * Sample sizes by power: how many rows a 95 % interval needs so that it clears a limit at a given distance in 80 % of samples. Standard
 * errors shrink with the square root of the rows.
 *
 *     rows needed = rows · ( (z_α + z_power) · standard error / distance )²
 */

import { type Interval, Z_95 } from './interval.ts';
import { normalQuantile } from './normal.ts';
import { studentLimit } from './student.ts';

/** Chance that a true distance is seen. */
const POWER = 0.8;

const TAIL = 0.025;

/** The standard error that a 95 % interval was made with: half of it over its quantile. */
export function errorOf({ low, high }: Interval, freedom: number | undefined): number {
  return (high - low) / 2 / quantileOf(freedom);
}

/** `tail`: chance on the side of the limit, .025 for one limit that a 95 % interval decides. */
export function rowsForPower({
  rows,
  error,
  distance,
  tail = TAIL,
}: {
  readonly rows: number;
  readonly error: number;
  readonly distance: number;
  readonly tail?: number;
}): number {
  const reach = -normalQuantile(tail) + normalQuantile(POWER);
  return rows * ((reach * error) / Math.abs(distance)) ** 2;
}

/** The smallest distance between truth and limit that so many rows see in 80 % of samples. */
export function resolvable(error: number): number {
  return (Z_95 + normalQuantile(POWER)) * error;
}

/** Standard errors on each side of a 95 % interval. */
export function quantileOf(freedom: number | undefined): number {
  return freedom === undefined ? Z_95 : studentLimit(TAIL, freedom);
}
