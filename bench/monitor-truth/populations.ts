/**
 * Populations as values with shares, so that a sample of any size is one multinomial draw of counts. Numbers lie on a grid of a tenth
 * of a standard deviation, as 32-bit floats: our tests see only their ranks, the peers' measures see the values.
 */

import { normalBelow } from '#core/statistics/normal.ts';

export interface Population {
  readonly name: string;
  readonly kind: 'number' | 'category';
  /** Ascending; of categories their numbers. */
  readonly values: readonly number[];
  /** Of the rows with a value; they sum to 1. */
  readonly shares: readonly number[];
  readonly missing: number;
}

const STEP = 0.1;
const GRID = Array.from({ length: 161 }, (_, index) => Math.fround((index - 80) * STEP));

/** Standard deviations and means in units of the healthy population. */
export function normal(name: string, { mean = 0, deviation = 1, missing = 0 } = {}): Population {
  const upTo = (value: number) => normalBelow((value - mean) / deviation);
  const shares = GRID.map((value) => Math.max(0, upTo(value + STEP / 2) - upTo(value - STEP / 2)));
  return { name, kind: 'number', values: GRID, shares: normalised(shares), missing };
}

/** Cauchy's tails, cut at a millionth: a handful of rows lie thousands of times further out than the rest. */
export function outliers(name: string): Population {
  const inner = Array.from({ length: 100 }, (_, index) => (index + 0.5) / 100).map((p) => ({
    p,
    share: 1 / 100,
  }));
  const tail = Array.from({ length: 14 }, (_, index) => ({ p: 2 ** -(index + 8), share: 2 ** -(index + 8) }));
  const all = [
    ...tail.toReversed().map(({ p, share }) => ({ value: cauchy(p), share })),
    ...inner.slice(1, -1).map(({ p, share }) => ({ value: cauchy(p), share })),
    ...tail.map(({ p, share }) => ({ value: cauchy(1 - p), share })),
  ];
  return {
    name,
    kind: 'number',
    values: all.map(({ value }) => Math.fround(value)),
    shares: normalised(all.map(({ share }) => share)),
    missing: 0,
  };
}

/** Sixty rows in a hundred are 0, the others fall off by an eighth from one whole number to the next. */
export function ties(name: string): Population {
  const positive = Array.from({ length: 60 }, (_, index) => 0.875 ** index);
  const total = positive.reduce((sum, share) => sum + share, 0);
  return {
    name,
    kind: 'number',
    values: [0, ...positive.map((_, index) => index + 1)],
    shares: [0.6, ...positive.map((share) => (0.4 * share) / total)],
    missing: 0.03,
  };
}

/** A few categories of very different size. */
export function categories(name: string, { added = 0 } = {}): Population {
  const shares = [0.4, 0.25, 0.15, 0.1, 0.05, 0.03, 0.015, 0.005].map((share) => share * (1 - added));
  const all = added > 0 ? [...shares, added] : shares;
  return { name, kind: 'category', values: all.map((_, index) => index), shares: all, missing: 0 };
}

/** Four hundred categories by Zipf's law: more than a profile lists, most of them rare. */
export function longTail(name: string): Population {
  const shares = Array.from({ length: 400 }, (_, index) => 1 / (index + 1));
  return {
    name,
    kind: 'category',
    values: shares.map((_, index) => index),
    shares: normalised(shares),
    missing: 0.01,
  };
}

/** Of ten columns four are normal, two have outliers, two heavy ties, one a few categories and one very many. */
export function healthyColumns(count: number): readonly Population[] {
  const kinds = [
    normal('normal'),
    outliers('outliers'),
    ties('ties'),
    normal('normal with missing values', { missing: 0.03 }),
    categories('categories'),
    normal('normal'),
    outliers('outliers'),
    ties('ties'),
    longTail('long tail'),
    normal('normal'),
  ];
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length] ?? normal('normal'));
}

/** Another unit: every value times a factor. */
export function inOtherUnit(population: Population, factor: number): Population {
  return { ...population, values: population.values.map((value) => Math.fround(value * factor)) };
}

function cauchy(p: number): number {
  return Math.tan(Math.PI * (p - 0.5));
}

function normalised(shares: readonly number[]): readonly number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
