/**
 * The point-in-time join of `mergeway features join` beside the best DuckDB SQL that we could write by hand for the same output, on the
 * same files, and beside Feast's file offline store where MERGEWAY_BENCH_FEAST names a Python that has it.
 * MERGEWAY_BENCH_LABELS sets the number of labels (1,000,000); there are ten feature rows for each. Seeded by DuckDB's hash.
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
const RUNS = 3;
const TTL = '7d';

export const features: Benchmark = {
  name: 'features',
  about:
    'the point-in-time join beside DuckDB SQL by hand, and Feast (MERGEWAY_BENCH_FEAST, MERGEWAY_BENCH_LABELS)',
  async run(say) {
    const labels = labelsOf(process.env.MERGEWAY_BENCH_LABELS);
    const folder = await mkdtemp(join(tmpdir(), 'mergeway-bench-'));
    try {
      say(`writing ${labels} labels and ${10 * labels} feature rows`);
      const files = await writeTables(folder, labels);
      return [await besideHand(files, labels, say), await besideFeast(files, labels, say)];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function labelsOf(text: string | undefined): number {
  const labels = Number(text ?? '1000000');
  if (Number.isSafeInteger(labels) && labels >= 100) return labels;
  throw new MergewayError(
    'MW_USAGE',
    `MERGEWAY_BENCH_LABELS takes a number from 100, got ${JSON.stringify(text)}`,
  );
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

/** Interleaved, so that a busy machine slows both; the fastest of each. */
async function besideHand(files: Files, labels: number, say: (line: string) => void): Promise<BenchRow> {
  const [ours, hand]: [number[], number[]] = [[], []];
  for (let run = 1; run <= RUNS; run++) {
    ours.push(await seconds(() => joinOurs(files, files.ours, true)));
    for (const sql of BY_HAND) {
      const table = { labels: [files.labels], features: [files.features] };
      hand.push(await seconds(() => duckdbTable().writeParquet({ tables: table, sql, to: files.hand })));
    }
    say(
      `run ${run}: ours ${ours.at(-1)?.toFixed(2)} s, by hand ${hand
        .slice(-BY_HAND.length)
        .map((s) => s.toFixed(2))
        .join(' and ')} s`,
    );
  }
  const different = await differentRows(files);
  const [fastest, peer] = [Math.min(...ours), Math.min(...hand)];
  return benchRow({
    what: `join with cut-off, ${labels} labels × ${10 * labels} rows: ours / DuckDB SQL by hand`,
    ours: fastest,
    peer,
    unit: 's',
    aim: `at most ${LIMIT} ×, and the same rows`,
    met: fastest <= LIMIT * peer && different === 0,
    reason: `fastest of ${RUNS} runs each, two queries by hand (all pairs in range, then the best of each label by arg_max and by max of a struct); ttl ${TTL}; ${different} rows differ`,
  });
}

async function joinOurs({ labels, features: source }: Files, out: string, cutOff: boolean): Promise<void> {
  const service = serviceOf(parseFeatureDefinitions({ path: 'bench', text: DEFINITIONS(cutOff) }), 'v1');
  await joinFeatures(duckdbTable({ loadUpTo: 0 }), {
    service,
    labels: { name: 'labels', path: labels },
    timestamp: 'event_timestamp',
    sources: [{ name: 'features', path: source }],
    out,
  });
}

async function differentRows({ ours, hand }: Files): Promise<number> {
  const { rows } = await duckdbTable().writeParquet({
    tables: { a: [ours], b: [hand] },
    sql: '(FROM a EXCEPT ALL FROM b) UNION ALL (FROM b EXCEPT ALL FROM a)',
    to: `${hand}.difference.parquet`,
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
    reason: 'one run each; reading and writing Parquet included',
  });
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
