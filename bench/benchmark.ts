/** What a benchmark is: a name, what it is about, and rows that compare us with a named peer in the same run. */

export interface BenchRow {
  /** What is compared, the peer's name included. */
  readonly what: string;
  readonly ours: number;
  /** null when the peer is not there; `reason` says why. */
  readonly peer: number | null;
  readonly unit: string;
  /** ours ÷ peer; null without a peer or with a peer of 0. */
  readonly ratio: number | null;
  /** What we want to reach, in words. */
  readonly aim: string;
  readonly met: boolean;
  readonly reason: string;
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  /** `say` prints a line of progress. */
  readonly run: (say: (line: string) => void) => Promise<readonly BenchRow[]>;
}

/** A row with its ratio worked out. */
export function benchRow(row: Omit<BenchRow, 'ratio'>): BenchRow {
  return { ...row, ratio: row.peer ? row.ours / row.peer : null };
}
