/** The profile of numbers: by value where there are few different ones, else in fine bins. */

import type { CategoryProfile, NumberProfile } from '../evidence/profile.ts';
import { binsOf, type Step, sharesEnded, shortened, shortest } from './bins.ts';

/** Numbers of at most this many different values are counted by value. */
export const FEW_VALUES = 10;

/** The finite values: all of them where they are few, else those that end an equal share. */
export interface Finite {
  readonly steps: readonly Step[];
  readonly lowest: number | null;
  readonly distinct: number;
}

export interface Rows {
  readonly rows: number;
  readonly missing: number;
  /** −infinity and +infinity. */
  readonly below: number;
  readonly above: number;
}

export function profileOfSteps(
  { steps, lowest, distinct }: Finite,
  rows: Rows,
): NumberProfile | CategoryProfile {
  const last = steps.at(-1);
  if (last && distinct <= FEW_VALUES && rows.below + rows.above === 0) return byValue(steps, rows);

  const { edges, counts } = last ? binsOf(steps, last.upTo) : { edges: [], counts: [0] };
  const open = counts.map(
    (count, bin) => count + (bin === 0 ? rows.below : 0) + (bin === counts.length - 1 ? rows.above : 0),
  );
  return {
    kind: 'number',
    ...rows,
    lowest: lowest === null ? null : shortened(lowest),
    highest: last ? shortened(last.value) : null,
    distinct,
    edges: [...edges],
    counts: open,
  };
}

/** The profile of numbers in memory, such as scores. */
export function profileOfNumbers(numbers: Float64Array): NumberProfile | CategoryProfile {
  const present = Float32Array.from(numbers)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const finite = present.filter((value) => Number.isFinite(value));
  const below = present.filter((value) => value === Number.NEGATIVE_INFINITY).length;
  const starts: number[] = [];
  for (const [place, value] of finite.entries()) if (value !== finite[place - 1]) starts.push(place);
  return profileOfCounts(
    {
      values: starts.map((place) => finite[place] ?? 0),
      counts: starts.map((place, index) => (starts[index + 1] ?? finite.length) - place),
    },
    {
      rows: numbers.length,
      missing: numbers.length - present.length,
      below,
      above: present.length - finite.length - below,
    },
  );
}

/** The profile of finite values, each once and ascending, with how often it occurs. */
export function profileOfCounts(
  { values, counts }: { readonly values: readonly number[]; readonly counts: readonly number[] },
  rows: Rows,
): NumberProfile | CategoryProfile {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const steps: Step[] = [];
  let [upTo, distinct] = [0, 0];
  let lowest: number | null = null;
  for (const [index, value] of values.entries()) {
    const count = counts[index] ?? 0;
    if (count === 0) continue;
    lowest ??= value;
    upTo += count;
    distinct++;
    const step = { value, rows: count, upTo };
    if (distinct <= FEW_VALUES || sharesEnded(step, total) > 0) steps.push(step);
  }
  const ends = distinct <= FEW_VALUES ? steps : steps.filter((step) => sharesEnded(step, total) > 0);
  return profileOfSteps({ steps: ends, lowest, distinct }, rows);
}

function byValue(steps: readonly Step[], { rows, missing }: Rows): CategoryProfile {
  const values = steps
    .map(({ value, rows: count }) => ({ value: String(shortest(value)), rows: count }))
    .sort((a, b) => b.rows - a.rows);
  return { kind: 'category', of: 'number', rows, missing, distinct: values.length, values, others: 0 };
}
