/**
 * The interval of the difference of two shares on the same rows (Tango 1998): the differences that a score test does not refuse.
 * At a difference of 0 that test is McNemar's, so the interval leaves 0 out exactly where McNemar's test tells two models apart.
 *
 *     z(Δ) = (b − c − nΔ) / √( n (2q + Δ(1 − Δ)) ),   q the likeliest share of c given Δ
 *
 * Unlike the plain interval it keeps a width where few rows differ, down to none: z² / (n + z²).
 */

import type { Interval } from './interval.ts';

/** Halvings until the interval is exact to double precision. */
const HALVINGS = 60;

export interface PairedCounts {
  /** Rows in all, whole or effective. */
  readonly rows: number;
  /** Rows that only ours has right, and only theirs. */
  readonly ours: number;
  readonly theirs: number;
}

/** Of ours minus theirs; `z`: standard errors on each side. */
export function pairedShareInterval(counts: PairedCounts, z: number): Interval {
  const point = (counts.ours - counts.theirs) / counts.rows;
  return { low: edge(counts, -1, point, z), high: edge(counts, 1, point, z) };
}

/** Between a difference that the test refuses and the estimate, which it never does. */
function edge(counts: PairedCounts, refused: number, point: number, z: number): number {
  let [outside, inside] = [refused, point];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (outside + inside) / 2;
    if (Math.abs(score(counts, middle)) > z) outside = middle;
    else inside = middle;
  }
  return (outside + inside) / 2;
}

function score({ rows, ours, theirs }: PairedCounts, difference: number): number {
  const slope = (2 * rows - ours + theirs) * difference - ours - theirs;
  const constant = -theirs * difference * (1 - difference);
  const likeliest = (Math.sqrt(Math.max(0, slope ** 2 - 8 * rows * constant)) - slope) / (4 * rows);
  const variance = rows * (2 * likeliest + difference * (1 - difference));
  const distance = ours - theirs - rows * difference;
  return distance === 0 ? 0 : distance / Math.sqrt(Math.max(0, variance));
}
