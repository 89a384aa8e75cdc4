/**
 * Per-group rates from confusion counts: Fairlearn's and Aequitas' names for them in docs/gates.md. A rate of 0/0 is undefined;
 * Fairlearn takes it for 0.
 */

import type { Confusion } from '../evidence/groups.ts';
import { type MetricValue, ratio } from '../metrics/metric.ts';

type Cell = keyof Confusion;

export interface Rate {
  /** What is counted: the numerator. */
  readonly selected: readonly Cell[];
  /** What it is a share of: the denominator. */
  readonly of: readonly Cell[];
  /** The denominator is that of all groups together, not of the group alone. */
  readonly ofAll?: true;
  /** What the rows of the denominator are called. */
  readonly rows: string;
  readonly words: string;
  /** At which end a group is worse off. */
  readonly harm: 'low' | 'high';
}

const EVERY: readonly Cell[] = ['tp', 'fp', 'fn', 'tn'];

export const rates = {
  selection_rate: {
    selected: ['tp', 'fp'],
    of: EVERY,
    rows: 'rows',
    words: 'selection rate',
    harm: 'low',
  },
  true_positive_rate: {
    selected: ['tp'],
    of: ['tp', 'fn'],
    rows: 'positive rows',
    words: 'true-positive rate',
    harm: 'low',
  },
  false_positive_rate: {
    selected: ['fp'],
    of: ['fp', 'tn'],
    rows: 'negative rows',
    words: 'false-positive rate',
    harm: 'high',
  },
  true_negative_rate: {
    selected: ['tn'],
    of: ['fp', 'tn'],
    rows: 'negative rows',
    words: 'true-negative rate',
    harm: 'low',
  },
  false_negative_rate: {
    selected: ['fn'],
    of: ['tp', 'fn'],
    rows: 'positive rows',
    words: 'false-negative rate',
    harm: 'high',
  },
  precision: {
    selected: ['tp'],
    of: ['tp', 'fp'],
    rows: 'rows predicted positive',
    words: 'precision',
    harm: 'low',
  },
  false_discovery_rate: {
    selected: ['fp'],
    of: ['tp', 'fp'],
    rows: 'rows predicted positive',
    words: 'false-discovery rate',
    harm: 'high',
  },
  false_omission_rate: {
    selected: ['fn'],
    of: ['fn', 'tn'],
    rows: 'rows predicted negative',
    words: 'false-omission rate',
    harm: 'high',
  },
  negative_predictive_value: {
    selected: ['tn'],
    of: ['fn', 'tn'],
    rows: 'rows predicted negative',
    words: 'negative predictive value',
    harm: 'low',
  },
  predicted_positive_share: {
    selected: ['tp', 'fp'],
    of: ['tp', 'fp'],
    ofAll: true,
    rows: 'rows predicted positive in all groups',
    words: 'share of all predicted positive',
    harm: 'low',
  },
  /** Of the labels, not of a model: how often the group is positive. */
  base_rate: { selected: ['tp', 'fn'], of: EVERY, rows: 'rows', words: 'base rate', harm: 'low' },
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof rates;

/** How many rows the rate counts: its numerator. */
function selectedRows(rate: RateName, counts: Confusion): number {
  return sum(rates[rate].selected, counts);
}

/** How many rows the rate is a share of: its denominator. `all`: the counts of all groups together. */
export function rateRows(rate: RateName, counts: Confusion, all: Confusion = counts): number {
  const { of, ofAll }: Rate = rates[rate];
  return sum(of, ofAll ? all : counts);
}

/** The group's rate; undefined, saying why, where it is a share of no rows. */
export function rateOf(rate: RateName, counts: Confusion, all: Confusion = counts): MetricValue {
  return ratio(selectedRows(rate, counts), rateRows(rate, counts, all), `no ${rates[rate].rows}`);
}

/** How many rows, or how much weight, the group has. */
export function rowsOf(counts: Confusion): number {
  return sum(EVERY, counts);
}

/** The counts of several groups together. */
export function together(groups: readonly Confusion[]): Confusion {
  const all = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const counts of groups) for (const cell of EVERY) all[cell] += counts[cell];
  return all;
}

function sum(cells: readonly Cell[], counts: Confusion): number {
  let total = 0;
  for (const cell of cells) total += counts[cell];
  return total;
}
