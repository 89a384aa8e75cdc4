/**
 * What a drift measure is: numbers of two samples in, a statistic out, with a p-value where the measure is a test. Samples come
 * as counts (by value, by category, by bin), so the data stays in the database.
 */

/** Distinct finite values, ascending, with how often each occurs. */
export interface Sample {
  readonly values: readonly number[];
  readonly counts: readonly number[];
  /** Sum of the counts. */
  readonly total: number;
}

/** Both sides of a numeric column. Missing and infinite values are left out, as the libraries do. */
export interface SamplePair {
  readonly reference: Sample;
  readonly current: Sample;
  /** Whole-number columns without nulls on either side: numpy makes no histogram bins narrower than 1 of them. */
  readonly whole: boolean;
}

/** Counts by category or bin, in one order; a side's zero says that the key is only on the other. */
export interface CountPair {
  readonly keys: readonly string[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** Both sides row by row, in the order of the files; what is missing is left out. For measures that draw from the rows. */
export interface RowPair {
  /** How many categories there are; rows hold their places in sorted order. */
  readonly categories: number;
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

export interface Score {
  /** Infinite where a test is certain: a category that the reference does not have. */
  readonly statistic: number;
  readonly pValue: number | null;
}

/** Why a measure says nothing about these samples. */
interface Undefined {
  readonly undefined: string;
}

export interface DriftMeasure {
  /** One line for docs: library and variant. */
  readonly variant: string;
  /** Which number is compared with the threshold, and from where on it is drift. */
  readonly drift: { readonly of: 'statistic' | 'p-value'; readonly when: '>=' | '>' | '<' | '<=' };
  /** The library's default. */
  readonly threshold: number;
  readonly samples?: (pair: SamplePair) => Score | Undefined;
  readonly counts?: (pair: CountPair) => Score | Undefined;
  readonly rows?: (pair: RowPair) => Score | Undefined;
}

/** A distance: no p-value. */
export function distance(statistic: number): Score {
  return { statistic, pValue: null };
}

/** A test's outcome. */
export function tested(statistic: number, pValue: number): Score {
  return { statistic, pValue: Math.min(1, Math.max(0, pValue)) };
}

/** Drift when a distance reaches its threshold, as Evidently decides. */
export const BY_DISTANCE = { of: 'statistic', when: '>=' } as const;

/** Drift when a test's p-value is below its threshold. */
export const BY_P_VALUE = { of: 'p-value', when: '<' } as const;

export function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** Counts as shares of their sum. */
export function sharesOf(counts: readonly number[]): number[] {
  const total = sum(counts);
  return counts.map((count) => count / total);
}
