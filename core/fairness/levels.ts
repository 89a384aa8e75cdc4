/**
 * One rate of every group, on the scale on which groups are compared (the rate, or its logarithm for ratios), and the standard error of
 * each comparison. One row is added to each side of a rate. Where rows weigh, a rate rests on its effective rows instead: those of Kish
 * (1965), (Σw)² / Σw², or fewer where the heavy rows are the ones that differ (Korn and Graubard 1998: r·(1 − r) / var r).
 */

import type { Kind } from './gap.ts';
import type { Contrasts } from './contrasts.ts';
import { CELLS, cellsOf } from './draw-cells.ts';
import type { NamedGroup } from './metric.ts';
import { type Rate, type RateName, rates } from './rates.ts';

export interface Levels {
  readonly kind: Kind;
  readonly rate: Rate;
  /** Sum of weights by group and cell. */
  readonly weights: Float64Array;
  /** Effective rows by group, then by level for all rows of it. */
  readonly effective: Float64Array;
  /** The level (of the control features) of each group, by number. */
  readonly levelOf: Int32Array;
  /** Standard error of each comparison. */
  readonly errors: Float64Array;
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
  const unfinished = { kind, rate, weights, effective, levelOf, errors: new Float64Array() };
  return { ...unfinished, errors: errorsOf(unfinished, contrasts) };
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
  const squares = cellsOf(groups.map(({ counts, weighing }) => ({ counts: weighing?.squares ?? counts })));
  const selected = SELECTED.get(rate) ?? [];
  const whole = WHOLE.get(rate) ?? [];
  const inBoth = whole.filter((cell) => selected.includes(cell));
  const others = whole.filter((cell) => !selected.includes(cell));
  const sum = (numbers: readonly number[], cells: Float64Array) => summed(numbers, cells, levelOf, places);
  const [hits, all] = [sum(inBoth, weights), sum(whole, weights)];
  const [hitSquares, otherSquares] = [sum(inBoth, squares), sum(others, squares)];

  const rows = all.map((total, place) => {
    if (total === 0) return 0;
    const share = (hits[place] ?? 0) / total;
    const [ofHits, ofOthers] = [hitSquares[place] ?? 0, otherSquares[place] ?? 0];
    const kish = total ** 2 / (ofHits + ofOthers);
    const variance = ((1 - share) ** 2 * ofHits + share ** 2 * ofOthers) / total ** 2;
    return variance > 0 ? Math.min(kish, (share * (1 - share)) / variance) : kish;
  });
  if (rate.ofAll) {
    for (const [group, level] of levelOf.entries()) rows[group] = rows[levelOf.length + level] ?? 0;
  }
  return rows;
}

/**
 * The variance of a share p of n rows is p·(1 − p)/n, groups being independent of one another; of a group's share among all predicted
 * positive p/n as of a Poisson count, since these shares sum to 1: exact for ratios, and for differences never too small. The rate of all rows is
 * Σ π·r over its groups, so that it varies with theirs and with who is in the sample:
 *
 *     var r_all = Σ π²·(v + (r − r_all)²/n),   cov(r_g, r_all) = π_g·v_g
 */
function errorsOf(levels: Omit<Levels, 'errors'>, { from, to }: Contrasts): Float64Array {
  const { kind, rate, weights, effective, levelOf } = levels;
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
    const between =
      ((shares[group] ?? 0) - (shares[groups + level] ?? 0)) ** 2 / ((effective[group] ?? 0) + 2);
    variances[groups + level] =
      (variances[groups + level] ?? 0) + (parts[group] ?? 0) ** 2 * ((variances[group] ?? 0) + between);
  }
  const slope = (place: number) => (kind === 'ratio' ? 1 / (shares[place] ?? 1) : 1);
  return Float64Array.from(from, (a, place) => {
    const b = to[place] ?? 0;
    const common = b >= groups ? (parts[a] ?? 0) * (variances[a] ?? 0) : 0;
    const own = slope(a) ** 2 * (variances[a] ?? 0) + slope(b) ** 2 * (variances[b] ?? 0);
    return Math.sqrt(Math.max(LEAST_VARIANCE, own - 2 * slope(a) * slope(b) * common));
  });
}
