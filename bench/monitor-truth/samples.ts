/** Samples of a population as counts, and what our monitor makes of them: a profile of one, a window's counts of another. */

import type { CategoryProfile, NumberProfile, Profile } from '#core/evidence/profile.ts';
import { MOST_CATEGORIES } from '#core/evidence/profile.ts';
import type { Counted } from '#core/monitor/summary.ts';
import type { Random } from '#core/ports/random.ts';
import { profileOfCounts } from '#core/profile/numbers.ts';
import { drawBinomial, drawMultinomial } from '#core/statistics/binomial.ts';
import type { Population } from './populations.ts';

export interface Drawn {
  readonly population: Population;
  readonly rows: number;
  readonly missing: number;
  /** By the population's values. */
  readonly counts: readonly number[];
}

export function draw(population: Population, rows: number, random: Random): Drawn {
  const missing = drawBinomial(rows, population.missing, random);
  return { population, rows, missing, counts: drawMultinomial(rows - missing, population.shares, random) };
}

/** Samples of one population as one sample. */
export function together(samples: readonly Drawn[]): Drawn {
  const [first] = samples;
  if (!first) throw new Error('there is no sample');
  return {
    population: first.population,
    rows: samples.reduce((sum, { rows }) => sum + rows, 0),
    missing: samples.reduce((sum, { missing }) => sum + missing, 0),
    counts: first.counts.map((_, index) =>
      samples.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0),
    ),
  };
}

export function profileOf({ population, rows, missing, counts }: Drawn): Profile {
  if (population.kind === 'number') {
    return profileOfCounts({ values: population.values, counts }, { rows, missing, below: 0, above: 0 });
  }
  const present = population.values.flatMap((value, index) => {
    const found = counts[index] ?? 0;
    return found > 0 ? [{ value: String(value), rows: found }] : [];
  });
  const values = present.sort((a, b) => b.rows - a.rows).slice(0, MOST_CATEGORIES);
  const listed = values.reduce((sum, one) => sum + one.rows, 0);
  return {
    kind: 'category',
    of: 'text',
    rows,
    missing,
    distinct: present.length,
    values,
    others: rows - missing - listed,
  };
}

/** The window's rows in the profile's bins or values, as core/monitor/read-columns.ts asks the database for them. */
export function countedBy(profile: Profile, sample: Drawn): Counted {
  switch (profile.kind) {
    case 'skipped':
      return { kind: 'none', reason: profile.reason };
    case 'number':
      return numbersIn(profile, sample);
    case 'category':
      return categoriesIn(profile, sample);
  }
}

function numbersIn({ edges, counts: reference, lowest, highest }: NumberProfile, sample: Drawn): Counted {
  const bins = new Array<number>(reference.length).fill(0);
  let [bin, beneath, beyond] = [0, 0, 0];
  for (const { value, count } of valuesOf(sample)) {
    while (bin < edges.length && value > Math.fround(edges[bin] ?? value)) bin++;
    bins[bin] = (bins[bin] ?? 0) + count;
    if (value < Math.fround(lowest ?? value)) beneath += count;
    if (value > Math.fround(highest ?? value)) beyond += count;
  }
  return { kind: 'number', rows: sample.rows, missing: sample.missing, counts: bins, beneath, beyond };
}

function categoriesIn({ values }: CategoryProfile, sample: Drawn): Counted {
  const now = new Map(valuesOf(sample).map(({ value, count }) => [String(value), count]));
  const counts = values.map(({ value }) => now.get(value) ?? 0);
  for (const { value } of values) now.delete(value);
  const others = [...now].map(([value, rows]) => ({ value, rows })).sort((a, b) => b.rows - a.rows);
  return {
    kind: 'category',
    rows: sample.rows,
    missing: sample.missing,
    counts,
    others: others.reduce((sum, one) => sum + one.rows, 0),
    otherValues: others.slice(0, 20),
  };
}

function valuesOf({ population, counts }: Drawn): { readonly value: number; readonly count: number }[] {
  return population.values.flatMap((value, index) => {
    const count = counts[index] ?? 0;
    return count > 0 ? [{ value, count }] : [];
  });
}
