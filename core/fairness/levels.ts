/**
 * One rate of every group, on the scale on which groups are compared (the rate, or its logarithm for ratios), and the standard error of
 * each comparison. One row is added to each side of a rate. Where rows weigh, a rate rests on its effective rows instead: those of Kish
 * (1965), (Σw)² / Σw², or fewer where the heavy rows, or the rows of one cluster, are the ones that differ (Korn and Graubard 1998:
 * r·(1 − r) / var r, by the moments of rows or clusters).
 */

import type { Kind } from './gap.ts';
import type { Contrasts } from './contrasts.ts';
import { welchFreedom } from '../statistics/student.ts';
import { CELLS, cellsOf } from './cells.ts';
import type { NamedGroup } from './metric.ts';
import { clustersBehind, indicator, type Moments, quadratic, rowMoments, unitMoments } from './moments.ts';
import { type Rate, type RateName, rates } from './rates.ts';

export interface Levels {
  readonly kind: Kind;
  readonly rate: Rate;
  /** Sum of weights by group and cell. */
  readonly weights: Float64Array;
  /** Effective rows by group, then by level for all rows of it. */
  readonly effective: Float64Array;
  /** Effective rows behind the size of each group: how much it may happen to hold. */
  readonly sizes: Float64Array;
  /** The level (of the control features) of each group, by number. */
  readonly levelOf: Int32Array;
  /** Standard error of each comparison. */
  readonly errors: Float64Array;
  /** How well each is known, in degrees of freedom, where few clusters say how large it is; absent without clusters. */
  readonly freedom?: Float64Array | undefined;
}

/** What does not change from resample to resample. */
export function prepareRate(
  kind: Kind,
  name: RateName,
  groups: readonly NamedGroup[],
  contrasts: Contrasts,
): Levels {
  const places = new Map(contrasts.levels.map((level, place) => [level, place]));
  const rate: Rate = rates[name];
  const levelOf = Int32Array.from(groups, ({ level = '' }) => places.get(level) ?? 0);
  const weights = cellsOf(groups);
  const effective = effectiveRows(rate, groups, levelOf, contrasts.levels.length);
  const sizes = Float64Array.from(groups, (group) => sizeOf(rate, group));
  const unfinished = { kind, rate, weights, effective, sizes, levelOf, errors: new Float64Array() };
  return { ...unfinished, ...errorsOf(unfinished, contrasts, freedomOf(name, groups)) };
}

/** Units of one weight that would vary as much as those which hold the rows of the rate (Kish 1965). */
function sizeOf(rate: Rate, group: NamedGroup): number {
  const squares = quadratic(unitMoments(group), indicator(rate.of));
  const rows = rate.of.reduce((sum, cell) => sum + group.counts[cell], 0);
  return squares > 0 ? rows ** 2 / squares : 0;
}

/** Of each group's rate. */
function freedomOf(name: RateName, groups: readonly NamedGroup[]): readonly number[] | undefined {
  if (!groups.some(({ clustering }) => clustering)) return undefined;
  return groups.map((group) => Math.max(1, (clustersBehind(name, group) ?? Number.POSITIVE_INFINITY) - 1));
}

/** The rate of each group, then of all rows of each level, on the scale of comparison; new with each call. */
export function levelsOf(
  { kind, rate, effective, levelOf }: Omit<Levels, 'errors'>,
  cells: Float64Array,
): Float64Array {
  const groups = levelOf.length;
  const selected = summed(SELECTED.get(rate) ?? [], cells, levelOf, effective.length);
  const wholes = summed(WHOLE.get(rate) ?? [], cells, levelOf, effective.length);
  for (let place = 0; place < selected.length; place++) {
    const whole = wholes[rate.ofAll && place < groups ? groups + (levelOf[place] ?? 0) : place];
    const rows = effective[place] ?? 0;
    // A resample without such rows says nothing of the rate.
    const share = whole ? (selected[place] ?? 0) / whole : 0.5;
    const smooth = (share * rows + 1) / (rows + 2);
    selected[place] = kind === 'ratio' ? Math.log(smooth) : smooth;
  }
  return selected;
}

/** The sum of some cells of each group, then of each level. */
function summed(
  numbers: readonly number[],
  cells: Float64Array,
  levelOf: Int32Array,
  places: number,
): Float64Array {
  const sums = new Float64Array(places);
  for (let group = 0; group < levelOf.length; group++) {
    const sum = sumOf(numbers, cells, group);
    const all = levelOf.length + (levelOf[group] ?? 0);
    sums[group] = sum;
    sums[all] = (sums[all] ?? 0) + sum;
  }
  return sums;
}

/** A group that is all rows of its level but for a few hardly differs from them. */
const LEAST_VARIANCE = 1e-18;

const SELECTED = cellNumbers(({ selected }) => selected);
const WHOLE = cellNumbers(({ of }) => of);

function cellNumbers(cells: (rate: Rate) => Rate['of']): ReadonlyMap<Rate, readonly number[]> {
  return new Map(
    Object.values(rates).map((rate: Rate) => [rate, cells(rate).map((cell) => CELLS.indexOf(cell))]),
  );
}

function sumOf(numbers: readonly number[], cells: Float64Array, group: number): number {
  let sum = 0;
  for (const number of numbers) sum += cells[group * CELLS.length + number] ?? 0;
  return sum;
}

function effectiveRows(
  rate: Rate,
  groups: readonly NamedGroup[],
  levelOf: Int32Array,
  levels: number,
): Float64Array {
  const places = groups.length + levels;
  const weights = cellsOf(groups);
  const whole = indicator(rate.of);
  const selected = indicator(rate.selected);
  const hits = summed(SELECTED.get(rate) ?? [], weights, levelOf, places);
  const all = summed(WHOLE.get(rate) ?? [], weights, levelOf, places);
  const ofUnits = withLevels(groups.map(unitMoments), levelOf, levels);
  const ofRows = withLevels(groups.map(rowMoments), levelOf, levels);

  const rows = all.map((total, place) => {
    const [units, single] = [ofUnits[place], ofRows[place]];
    if (total === 0 || !units || !single) return 0;
    const share = (hits[place] ?? 0) / total;
    const influence = whole.map((inside, cell) => inside * ((selected[cell] ?? 0) - share));
    const variance = quadratic(units, influence) / total ** 2;
    const together = quadratic(units, whole);
    if (variance <= 0) return together > 0 ? total ** 2 / together : 0;
    return Math.min(total ** 2 / quadratic(single, whole), (share * (1 - share)) / variance);
  });
  if (!rate.ofAll) return rows;
  for (const [group, level] of levelOf.entries()) {
    // So that share / rows is the variance of the group's share among all: Σ x² / (Σ of all)².
    const squares = quadratic(ofUnits[group] ?? new Float64Array(), selected);
    const total = all[levelOf.length + level] ?? 0;
    rows[group] = squares > 0 ? ((hits[group] ?? 0) * total) / squares : total;
  }
  return rows;
}

/** The moments of each group, then of each level. A cluster with rows in several groups counts as one in each. */
function withLevels(moments: readonly Moments[], levelOf: Int32Array, levels: number): readonly Moments[] {
  const sums = Array.from({ length: levels }, () => new Float64Array(CELLS.length ** 2));
  for (const [group, own] of moments.entries()) {
    const sum = sums[levelOf[group] ?? 0];
    if (sum) for (const [place, value] of own.entries()) sum[place] = (sum[place] ?? 0) + value;
  }
  return [...moments, ...sums];
}

/**
 * The variance of a share p of n rows is p·(1 − p)/n, groups being independent of one another; of a group's share among all predicted
 * positive p/n as of a Poisson count, since these shares sum to 1: exact for ratios, and for differences never too small. The rate of all rows is
 * Σ π·r over its groups, so that it varies with theirs and with who is in the sample:
 *
 *     var r_all = Σ π²·(v + (r − r_all)²/n),   cov(r_g, r_all) = π_g·v_g
 */
function errorsOf(
  levels: Omit<Levels, 'errors'>,
  { from, to }: Contrasts,
  freedomOfGroups: readonly number[] | undefined,
): Pick<Levels, 'errors' | 'freedom'> {
  const { kind, rate, weights, effective, sizes, levelOf } = levels;
  const groups = levelOf.length;
  const shares = levelsOf({ ...levels, kind: 'difference' }, weights);
  const wholes = Float64Array.from(levelOf, (_, group) => sumOf(WHOLE.get(rate) ?? [], weights, group));
  const ofLevel = new Float64Array(effective.length - groups);
  for (const [group, level] of levelOf.entries())
    ofLevel[level] = (ofLevel[level] ?? 0) + (wholes[group] ?? 0);

  const variances = shares.map(
    (share, place) => (share * (rate.ofAll ? 1 : 1 - share)) / ((effective[place] ?? 0) + 2),
  );
  variances.fill(0, groups);
  const parts = Float64Array.from(levelOf, (level, group) =>
    ofLevel[level] ? (wholes[group] ?? 0) / (ofLevel[level] ?? 1) : 0,
  );
  for (const [group, level] of levelOf.entries()) {
    const between = ((shares[group] ?? 0) - (shares[groups + level] ?? 0)) ** 2 / ((sizes[group] ?? 0) + 2);
    variances[groups + level] =
      (variances[groups + level] ?? 0) + (parts[group] ?? 0) ** 2 * ((variances[group] ?? 0) + between);
  }
  const slope = (place: number) => (kind === 'ratio' ? 1 / (shares[place] ?? 1) : 1);
  const errors = Float64Array.from(from, (a, place) => {
    const b = to[place] ?? 0;
    const common = b >= groups ? (parts[a] ?? 0) * (variances[a] ?? 0) : 0;
    const own = slope(a) ** 2 * (variances[a] ?? 0) + slope(b) ** 2 * (variances[b] ?? 0);
    return Math.sqrt(Math.max(LEAST_VARIANCE, own - 2 * slope(a) * slope(b) * common));
  });
  if (!freedomOfGroups) return { errors };
  const freedom = Float64Array.from(from, (a, place) => {
    const parts = [a, to[place] ?? 0].filter((group) => group < groups);
    return welchFreedom(
      parts.map((group) => ({
        error: slope(group) * Math.sqrt(variances[group] ?? 0),
        freedom: freedomOfGroups[group] ?? 1,
      })),
    );
  });
  return { errors, freedom };
}
