/**
 * The point-in-time join of `mergeway features join` beside the best DuckDB SQL that we could write by hand for the same output, on the
 * same files, with the same memory and threads, and beside Feast's file offline store where MERGEWAY_BENCH_FEAST names a Python that has
 * it (feast 0.67). MERGEWAY_BENCH_LABELS sets the number of labels (1,000,000); there are ten feature rows for each. Feast holds all pairs of a
 * label and a row of its key in memory, so it gets MERGEWAY_BENCH_FEAST_LABELS (100,000). Seeded by DuckDB's hash.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { MergewayError } from '#core/errors.ts';
import { serviceOf } from '#core/features/service.ts';
import { joinFeatures } from '#core/flows/join-features.ts';
import { type Benchmark, type BenchRow, benchRow } from './benchmark.ts';
import { FEAST_SCRIPT } from './features/feast.ts';
import { BY_HAND, type Files, writeTables } from './features/tables.ts';

const LIMIT = 1.3;
const RUNS = 5;
const TTL = '7d';
const DUCKDB = { memory: '2GB', threads: 2, loadUpTo: 0 } as const;
type Hand = keyof typeof BY_HAND;
const HANDS = Object.keys(BY_HAND) as readonly Hand[];

export const features: Benchmark = {
  name: 'features',
  about:
    'the point-in-time join beside DuckDB SQL by hand, and Feast (MERGEWAY_BENCH_FEAST, MERGEWAY_BENCH_LABELS)',
  async run(say) {
    const labels = labelsOf('MERGEWAY_BENCH_LABELS', 1_000_000);
    const fewer = Math.min(labels, labelsOf('MERGEWAY_BENCH_FEAST_LABELS', 100_000));
    return [
      await withTables(labels, say, (files) => besideHand(files, labels, say)),
      await withTables(fewer, say, (files) => besideFeast(files, fewer, say)),
    ];
  },
};

async function withTables(
  labels: number,
  say: (line: string) => void,
  work: (files: Files) => Promise<BenchRow>,
): Promise<BenchRow> {
  const folder = await mkdtemp(join(tmpdir(), 'mergeway-bench-'));
  try {
    say(`writing ${labels} labels and ${10 * labels} feature rows`);
    return await work(await writeTables(folder, labels));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function labelsOf(name: string, fallback: number): number {
  const text = process.env[name];
  const labels = Number(text ?? fallback);
  if (Number.isSafeInteger(labels) && labels >= 100) return labels;
  throw new MergewayError('MW_USAGE', `${name} takes a number from 100, got ${JSON.stringify(text)}`);
}

const DEFINITIONS = (cutOff: boolean) => `
entities: [{name: thing, join_keys: [key]}]
feature_views:
  - name: stats
    entities: [thing]
    source: {path: features.parquet, timestamp_field: event_timestamp, created_timestamp_field: created}
    ttl: ${TTL}
    schema: [{name: mean, dtype: Float64}, {name: total, dtype: Int64}]
feature_services: [{name: v1, features: [stats], filter_by_created_timestamp: ${cutOff}}]
`;

/** Interleaved, so that a busy machine slows all; the fastest of each. */
async function besideHand(files: Files, labels: number, say: (line: string) => void): Promise<BenchRow> {
  const ours: number[] = [];
  const hands: Record<Hand, number[]> = { pairs: [], 'pairs by week': [], 'sort and asof': [] };
  for (let run = 1; run <= RUNS; run++) {
    ours.push(await seconds(() => joinOurs(files, files.ours, true)));
    for (const hand of HANDS) hands[hand].push(await seconds(() => joinByHand(files, hand)));
    say(
      `run ${run}: ours ${ours.at(-1)?.toFixed(2)} s, ${HANDS.map((hand) => `${hand} ${hands[hand].at(-1)?.toFixed(2)} s`).join(', ')}`,
    );
  }
  let different = 0;
  for (const hand of HANDS) different += await differentRows(files, hand);
  const fastest = Math.min(...ours);
  const each = HANDS.map((hand) => ({ hand, best: Math.min(...hands[hand]) }));
  const peer = Math.min(...each.map(({ best }) => best));
  return benchRow({
    what: `join with cut-off, ${labels} labels × ${10 * labels} rows: ours / the fastest DuckDB SQL by hand`,
    ours: fastest,
    peer,
    unit: 's',
    aim: `at most ${LIMIT} ×, and the same rows`,
    met: fastest <= LIMIT * peer && different === 0,
    reason: `fastest of ${RUNS} runs each; by hand: ${each.map(({ hand, best }) => `${hand} ${best.toFixed(2)} s`).join(', ')}; ttl ${TTL}, ${DUCKDB.memory}, ${DUCKDB.threads} threads; ${different} rows differ`,
  });
}

async function joinOurs({ labels, features: source }: Files, out: string, cutOff: boolean): Promise<void> {
  const service = serviceOf(parseFeatureDefinitions({ path: 'bench', text: DEFINITIONS(cutOff) }), 'v1');
  await joinFeatures(duckdbTable(DUCKDB), {
    service,
    labels: { name: 'labels', path: labels },
    timestamp: 'event_timestamp',
    sources: [{ name: 'features', path: source }],
    out,
  });
}

async function joinByHand(files: Files, hand: Hand): Promise<void> {
  const tables = { labels: [files.labels], features: [files.features] };
  await duckdbTable(DUCKDB).writeParquet({ tables, sql: BY_HAND[hand], to: fileByHand(files, hand) });
}

function fileByHand({ folder }: Files, hand: Hand): string {
  return join(folder, `${hand}.parquet`);
}

async function differentRows(files: Files, hand: Hand): Promise<number> {
  const { rows } = await duckdbTable(DUCKDB).writeParquet({
    tables: { a: [files.ours], b: [fileByHand(files, hand)] },
    sql: '(FROM a EXCEPT ALL FROM b) UNION ALL (FROM b EXCEPT ALL FROM a)',
    to: join(files.folder, 'difference.parquet'),
  });
  return rows;
}

/** Feast knows the cut-off only in some stores, so both take its default here. */
async function besideFeast(files: Files, labels: number, say: (line: string) => void): Promise<BenchRow> {
  const ours = await seconds(() => joinOurs(files, files.ours, false));
  const python = process.env.MERGEWAY_BENCH_FEAST;
  const row = {
    what: `join without cut-off, ${labels} labels × ${10 * labels} rows: ours / Feast, file offline store`,
    ours,
    unit: 's',
    aim: 'no slower than Feast',
  };
  if (!python) {
    return benchRow({
      ...row,
      peer: null,
      met: false,
      reason: 'not measured: MERGEWAY_BENCH_FEAST names no Python with feast',
    });
  }
  say('joining with Feast');
  const { stdout } = await promisify(execFile)(python, ['-c', FEAST_SCRIPT, files.folder, TTL.slice(0, -1)], {
    env: { ...process.env, FEAST_USAGE: 'False' },
  });
  const peer = Number(stdout.trim().split('\n').at(-1));
  return benchRow({
    ...row,
    peer,
    met: ours <= peer,
    reason: `one run each, reading and writing Parquet included; ${microseconds(ours, labels)} and ${microseconds(peer, labels)} µs a label`,
  });
}

function microseconds(total: number, labels: number): string {
  return ((total * 1e6) / labels).toFixed(1);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
