/**
 * `mergeway evaluate --predictions` on a large file, all metrics of all rows and of five groups, beside the best DuckDB SQL that we could
 * write by hand for the same values, with the same memory and threads, and beside scikit-learn where MERGEWAY_BENCH_SKLEARN names a Python that
 * has it and pyarrow. MERGEWAY_BENCH_PREDICTIONS sets the number of rows (10,000,000). Seeded by DuckDB's hash.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { MergewayError } from '#core/errors.ts';
import { evaluateManyPredictions } from '#core/flows/stream-predictions.ts';
import { type Benchmark, type BenchRow, benchRow } from './benchmark.ts';
import { SKLEARN_SCRIPT } from './evaluate/scikit-learn.ts';
import { DUCKDB, HANDS, type Hand, measureByHand, type Values, writePredictions } from './evaluate/table.ts';

const LIMIT = 1.5;
const RUNS = 2;
const CLOSE = 1e-9;

type Measured = Readonly<Record<string, Values>>;

export const evaluate: Benchmark = {
  name: 'evaluate',
  about:
    'metrics of stored predictions beside DuckDB SQL by hand, and scikit-learn (MERGEWAY_BENCH_SKLEARN, MERGEWAY_BENCH_PREDICTIONS)',
  async run(say) {
    const rows = rowsWanted();
    const folder = await mkdtemp(join(tmpdir(), 'mergeway-bench-'));
    try {
      say(`writing ${rows.toLocaleString('en-US')} predictions`);
      const path = await writePredictions(folder, rows);
      return await compare(path, rows, say);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function rowsWanted(): number {
  const text = process.env.MERGEWAY_BENCH_PREDICTIONS;
  const rows = Number(text ?? 10_000_000);
  if (Number.isSafeInteger(rows) && rows >= 1000) return rows;
  throw new MergewayError(
    'MW_USAGE',
    `MERGEWAY_BENCH_PREDICTIONS takes a number from 1000, got ${JSON.stringify(text)}`,
  );
}

/** Interleaved, so that a busy machine slows all; the fastest of each. */
async function compare(
  path: string,
  rows: number,
  say: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const ours: Timed[] = [];
  const hands: Record<Hand, Timed[]> = { 'by distinct score': [], 'by sorting rows': [] };
  for (let run = 1; run <= RUNS; run++) {
    ours.push(await timed(() => measureOurs(path)));
    for (const hand of HANDS) hands[hand].push(await timed(() => measureByHand(path, hand)));
    say(
      `run ${run}: ours ${spell(ours.at(-1))}, ${HANDS.map((hand) => `${hand} ${spell(hands[hand].at(-1))}`).join(', ')}`,
    );
  }
  const mine = fastest(ours);
  const each = HANDS.map((hand) => ({ hand, best: fastest(hands[hand]) }));
  const peer = Math.min(...each.map(({ best }) => best.seconds));
  const apart = Math.max(...each.map(({ best }) => furthest(mine.values, best.values)));
  const sklearn = await measureSklearn(path, say);
  const counted = `${rows.toLocaleString('en-US')} rows, 9 metrics of all and of 5 groups`;
  return [
    benchRow({
      what: `${counted}: ours / the fastest DuckDB SQL by hand`,
      ours: mine.seconds,
      peer,
      unit: 's',
      aim: `at most ${LIMIT} ×, and the same values to ${CLOSE}`,
      met: mine.seconds <= LIMIT * peer && apart <= CLOSE,
      reason: `fastest of ${RUNS} runs each; by hand: ${each.map(({ hand, best }) => `${hand} ${spell(best)}`).join(', ')}; ${DUCKDB.memory}, ${DUCKDB.threads} threads; values differ by ${apart.toPrecision(2)} at most; the fairness metrics between the groups are ours alone`,
    }),
    sklearnRow(counted, mine, sklearn),
  ];
}

function sklearnRow(counted: string, ours: Timed, sklearn: Timed | undefined): BenchRow {
  const apart = sklearn && furthest(ours.values, sklearn.values);
  return benchRow({
    what: `${counted}: ours / scikit-learn`,
    ours: ours.seconds,
    peer: sklearn?.seconds ?? null,
    unit: 's',
    aim: `no slower, and the same values to ${CLOSE}`,
    met: sklearn !== undefined && ours.seconds <= sklearn.seconds && (apart ?? 1) <= CLOSE,
    reason:
      apart === undefined
        ? 'MERGEWAY_BENCH_SKLEARN names no Python with scikit-learn and pyarrow'
        : `reading the file included, all rows in its memory; values differ by ${apart.toPrecision(2)} at most`,
  });
}

async function measureOurs(path: string): Promise<Measured> {
  const report = await evaluateManyPredictions(
    { table: duckdbTable(DUCKDB), progress: { say: () => {} } },
    { paths: [path], task: 'binary-classification', label: 'label', score: ['score'], by: ['group'] },
    0,
  );
  const groups = report.groups.map(({ by, metrics }) => [String(by.group), numbersOf(metrics)] as const);
  return { all: numbersOf(report.metrics), ...Object.fromEntries(groups) };
}

function numbersOf(metrics: Readonly<Record<string, number | null>>): Values {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value ?? Number.NaN]));
}

async function measureSklearn(path: string, say: (line: string) => void): Promise<Timed | undefined> {
  const python = process.env.MERGEWAY_BENCH_SKLEARN;
  if (!python) return undefined;
  const { stdout } = await promisify(execFile)(python, ['-c', SKLEARN_SCRIPT, path]);
  const found = JSON.parse(stdout) as Timed;
  say(`scikit-learn ${spell(found)}`);
  return found;
}

interface Timed {
  readonly seconds: number;
  readonly values: Measured;
}

async function timed(work: () => Promise<Measured>): Promise<Timed> {
  const start = performance.now();
  const values = await work();
  return { seconds: (performance.now() - start) / 1000, values };
}

function fastest(runs: readonly Timed[]): Timed {
  const [first, ...others] = runs;
  if (!first) throw new Error('a benchmark has a run');
  return others.reduce((best, run) => (run.seconds < best.seconds ? run : best), first);
}

/** The largest difference of a value that the peer has; infinite where one of them has none. */
function furthest(ours: Measured, theirs: Measured): number {
  const apart = Object.entries(theirs).flatMap(([group, values]) =>
    Object.entries(values).map(([metric, value]) => Math.abs(value - (ours[group]?.[metric] ?? Number.NaN))),
  );
  return apart.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...apart);
}

function spell(run: Timed | undefined): string {
  return `${run?.seconds.toFixed(2)} s`;
}
