/** The profile of numbers: by value where there are few different ones, else in fine bins. */

import type { CategoryProfile, NumberProfile } from '../evidence/profile.ts';
import { binsOf, type Step, sharesEnded, shortened } from './bins.ts';

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
  const values = Float32Array.from(numbers).sort();
  const present = values.filter((value) => !Number.isNaN(value));
  const finite = present.filter((value) => Number.isFinite(value));
  const below = present.filter((value) => value === Number.NEGATIVE_INFINITY).length;
  const found = stepsOf(finite);
  return profileOfSteps(found, {
    rows: values.length,
    missing: values.length - present.length,
    below,
    above: present.length - finite.length - below,
  });
}

function stepsOf(sorted: Float32Array): Finite {
  const all: Step[] = [];
  const ends: Step[] = [];
  let from = 0;
  let distinct = 0;
  for (let index = 0; index < sorted.length; index++) {
    const value = sorted[index] ?? 0;
    if (sorted[index + 1] === value) continue;
    const step = { value, rows: index + 1 - from, upTo: index + 1 };
    from = index + 1;
    distinct++;
    if (all.length <= FEW_VALUES) all.push(step);
    if (sharesEnded(step, sorted.length) > 0) ends.push(step);
  }
  return { steps: distinct <= FEW_VALUES ? all : ends, lowest: sorted[0] ?? null, distinct };
}

function byValue(steps: readonly Step[], { rows, missing }: Rows): CategoryProfile {
  const values = steps
    .map(({ value, rows: count }) => ({ value: String(shortened(value)), rows: count }))
    .sort((a, b) => b.rows - a.rows);
  return { kind: 'category', of: 'number', rows, missing, distinct: values.length, values, others: 0 };
}
