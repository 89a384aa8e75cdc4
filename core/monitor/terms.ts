/** What every drift check of a window goes by. */

import type { Monitor } from '../config/monitor.ts';
import { chiSquaredLimit } from '../statistics/gamma.ts';
import { counted } from '../plural.ts';

export interface DriftTerms {
  /** Chance of a false alarm that each test may have. */
  readonly chance: number;
  readonly psi: 'auto' | number;
  readonly alarm: boolean;
  /** Fewer rows in the window tell nothing. */
  readonly minRows: number;
  /** χ² that a sample without drift passes with that chance. */
  chiSquared(freedom: number): number;
}

/** Rows with a value, on each side. */
export interface Sides {
  readonly reference: number;
  readonly current: number;
}

/** A reference of fewer rows tells nothing either. */
export const FEWEST_REFERENCE_ROWS = 200;

/** Fewer rows of a class, or that are predicted positive, tell nothing of metrics that rest on those. */
export const FEWEST_OF_CLASS = 10;

export function driftTerms(
  { psi, alarm }: NonNullable<Monitor['drift']>,
  { chance, minRows }: { readonly chance: number; readonly minRows: number },
): DriftTerms {
  const known = new Map<number, number>();
  return {
    chance,
    psi,
    alarm,
    minRows,
    chiSquared(freedom) {
      const limit = known.get(freedom) ?? chiSquaredLimit(chance, freedom);
      known.set(freedom, limit);
      return limit;
    },
  };
}

/** Why nothing can be told of so few rows; undefined when there are enough. */
export function tooFew({ reference, current }: Sides, { minRows }: DriftTerms): string | undefined {
  if (current < minRows) return `${counted(current, 'row')} in the window, ${minRows} would settle it`;
  if (reference >= FEWEST_REFERENCE_ROWS) return undefined;
  return `${counted(reference, 'row')} in the reference, ${FEWEST_REFERENCE_ROWS} would settle it`;
}
