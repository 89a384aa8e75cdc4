/**
 * Bins of our PSI. Numbers: the deciles of the reference's finite values, upper ends included, the outer two open, so that ±infinity
 * has a place. Text, switches and numbers of few values: a bin per value, thin and unseen ones together. Missing (NULL, NaN) is a bin.
 */

import type { CountPair } from './measure.ts';
import { sum } from './measure.ts';

/** A value's rows; null stands for missing. */
export interface ValueCount {
  readonly value: string | null;
  readonly rows: number;
}

export interface CategoryBins extends CountPair {
  /** Values that only the current data has, the most frequent first. */
  readonly unseen: readonly ValueCount[];
}

/** Below this many expected rows on either side a category is counted with the other thin ones. */
const THIN_ROWS = 5;

/** Decile edges without repetitions, each an upper end that some but not all reference rows are above. */
export function edgesOf(deciles: readonly number[], highest: number): number[] {
  return [...new Set(deciles)].filter((edge) => edge < highest);
}

/** Names of the bins between edges, and of the missing values' bin at the end. */
export function binNames(edges: readonly number[]): string[] {
  const shown = edges.map((edge) => String(Number(edge.toPrecision(6))));
  const middle = shown.slice(1).map((edge, index) => `${shown[index]} to ${edge}`);
  const outer =
    shown.length === 0 ? ['any number'] : [`up to ${shown[0]}`, ...middle, `above ${shown.at(-1)}`];
  return [...outer, 'missing'];
}

/** A bin per category of the reference; thin and unseen ones share one. */
export function categoryBins(reference: readonly ValueCount[], current: readonly ValueCount[]): CategoryBins {
  const [rows, others] = [sum(reference.map((entry) => entry.rows)), sum(current.map((entry) => entry.rows))];
  const scale = Math.min(1, others / rows);
  const now = new Map(current.map(({ value, rows: count }) => [value, count]));
  const before = new Map(reference.map(({ value, rows: count }) => [value, count]));
  const kept = reference.filter(({ value, rows: count }) => value !== null && count * scale >= THIN_ROWS);
  const ofKept = {
    reference: kept.map((entry) => entry.rows),
    current: kept.map(({ value }) => now.get(value) ?? 0),
  };
  const [missing, missingNow] = [before.get(null) ?? 0, now.get(null) ?? 0];
  return {
    keys: [...kept.map(({ value }) => String(value)), 'other', 'missing'],
    reference: [...ofKept.reference, rows - sum(ofKept.reference) - missing, missing],
    current: [...ofKept.current, others - sum(ofKept.current) - missingNow, missingNow],
    unseen: current.filter(({ value }) => value !== null && !before.has(value)),
  };
}
