/** What a window comes to: counts in the profile's own bins and values, so that ten million rows are a few numbers. */

import type { MetricName } from '../metrics/index.ts';

export interface NumberCounts {
  readonly kind: 'number';
  readonly rows: number;
  readonly missing: number;
  /** Rows per bin of the profile. */
  readonly counts: readonly number[];
  /** Rows below the profile's lowest and above its highest value, infinite ones where it had none. */
  readonly beneath: number;
  readonly beyond: number;
}

export interface CategoryCounts {
  readonly kind: 'category';
  readonly rows: number;
  readonly missing: number;
  /** Rows per value of the profile. */
  readonly counts: readonly number[];
  /** Rows of all other values, and the most frequent of those. */
  readonly others: number;
  readonly otherValues: readonly { readonly value: string; readonly rows: number }[];
}

/** The window holds nothing to compare, and why. */
interface NoCounts {
  readonly kind: 'none';
  readonly reason: string;
}

export type Counted = NumberCounts | CategoryCounts | NoCounts;

/** A metric on the labelled rows: its value and the standard error of it, by the delta method. */
export interface MeasuredMetric {
  readonly metric: MetricName;
  readonly rows: number;
  /** null: undefined on these rows, and why. */
  readonly value: number | null;
  readonly error: number | null;
  /** Rows that it rests on where those are fewer, as recall does on positive ones. */
  readonly restsOn?: number;
  readonly reason?: string;
}

export interface WindowSummary {
  readonly rows: number;
  readonly labelled: number;
  /** Predictions that sequence gaps show as lost. */
  readonly missing: number;
  /** The longest time without a prediction, up to the window's end, ms; null where rows have no times. */
  readonly silenceMs: number | null;
  /** By column of the profile. */
  readonly columns: ReadonlyMap<string, Counted>;
  readonly predictions: Counted | null;
  readonly performance: readonly MeasuredMetric[];
}
