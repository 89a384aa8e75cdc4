/**
 * Fine bins of a number's distribution: edges at equal shares of the rows, upper ends included. A value that takes more than one such
 * share is a point mass and gets a bin of its own, by an edge just below it on the grid of 32-bit floats.
 */

/** Equal shares that a profile is cut into: fine enough for deciles and for a gap of distribution functions. */
export const FINE_BINS = 200;

/** A value that ends a share, its rows, and the rows up to and including it; ascending. The last is the largest value. */
export interface Step {
  readonly value: number;
  readonly rows: number;
  readonly upTo: number;
}

export interface Bins {
  readonly edges: readonly number[];
  /** One more than edges. */
  readonly counts: readonly number[];
}

/** How many of `bins` equal shares of `total` rows end at a value; SQL asks the same (columns.ts). */
export function sharesEnded({ rows, upTo }: Step, total: number, bins = FINE_BINS): number {
  return Math.floor((upTo * bins) / total) - Math.floor(((upTo - rows) * bins) / total);
}

/** The bins of all rows, from the values that end a share. */
export function binsOf(steps: readonly Step[], total: number): Bins {
  const ends: { edge: number; upTo: number }[] = [];
  for (const step of steps) {
    const before = step.upTo - step.rows;
    if (before > (ends.at(-1)?.upTo ?? 0) && sharesEnded(step, total) > 1) {
      ends.push({ edge: shortened(floatBelow(step.value)), upTo: before });
    }
    if (step.upTo < total) ends.push({ edge: shortened(step.value), upTo: step.upTo });
  }
  const counts = ends.map(({ upTo }, index) => upTo - (ends[index - 1]?.upTo ?? 0));
  return { edges: ends.map(({ edge }) => edge), counts: [...counts, total - (ends.at(-1)?.upTo ?? 0)] };
}

/** At most about `bins` shares: neighbours are put together, point masses of that size stay alone. */
export function coarser({ edges, counts }: Bins, bins: number): Bins {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const ends: { edge: number; upTo: number }[] = [];
  let upTo = 0;
  for (const [index, edge] of edges.entries()) {
    const rows = counts[index] ?? 0;
    upTo += rows;
    const spans = sharesEnded({ value: edge, rows, upTo }, total, bins);
    const before = edges[index - 1];
    if (spans > 1 && before !== undefined && upTo - rows > (ends.at(-1)?.upTo ?? 0)) {
      ends.push({ edge: before, upTo: upTo - rows });
    }
    if (spans > 0) ends.push({ edge, upTo });
  }
  const joined = ends.map((end, index) => end.upTo - (ends[index - 1]?.upTo ?? 0));
  return { edges: ends.map(({ edge }) => edge), counts: [...joined, total - (ends.at(-1)?.upTo ?? 0)] };
}

/** The fine edges that stand for deciles, by their index: the first that has a tenth, two tenths … of the rows up to it. */
export function decileEdges(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const found = new Set<number>();
  let [upTo, tenth] = [0, 1];
  for (let index = 0; index < counts.length - 1; index++) {
    upTo += counts[index] ?? 0;
    if (upTo * 10 < tenth * total) continue;
    if (upTo < total) found.add(index);
    tenth = Math.floor((upTo * 10) / total) + 1;
  }
  return [...found];
}

/** Counts of fine bins put together between the edges with these indices. */
export function between(counts: readonly number[], ends: readonly number[]): number[] {
  const joined = new Array<number>(ends.length + 1).fill(0);
  let bin = 0;
  for (const [index, count] of counts.entries()) {
    joined[bin] = (joined[bin] ?? 0) + count;
    if (index === ends[bin]) bin++;
  }
  return joined;
}

/** A 32-bit float in nine digits, which name it. */
export function shortened(value: number): number {
  return Number(Math.fround(value).toPrecision(9));
}

/** The same in as few digits as name it, for people: 0.1, not 0.100000001. */
export function shortest(value: number): number {
  const float = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return shortened(float);
}

/** The largest 32-bit float below. */
export function floatBelow(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getInt32(0);
  if (value === 0) view.setUint32(0, 0x80000001);
  else view.setInt32(0, value > 0 ? bits - 1 : bits + 1);
  return view.getFloat32(0);
}
