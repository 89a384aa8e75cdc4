/**
 * A model with data intervals: labels every hour as parts in a data store, locks that are advanced from them, a contract. No git: the
 * commands that are tried here read the working tree. Row `n` is the n-th hour of 2026 (UTC); its key is `h<n>`.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { folderDataStore } from '#adapters/data-store/folder.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { parseModelConfig } from '#core/config/load.ts';
import type { ModelConfig } from '#core/config/model.ts';
import type { AdvancePorts } from '#core/flows/advance-data.ts';
import type { Row } from '#core/ports/table.ts';
import { temporaryFolder } from './folder.ts';
import { writeParquet } from './parquet.ts';

const NO_DIGEST = 'ab'.repeat(32);

export interface DataProject {
  readonly root: string;
  readonly dataStore: string;
  readonly trainingStore: string;
  readonly ports: AdvancePorts;
  /** As model.yaml stands now. */
  config(): Promise<ModelConfig>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** Writes a part of labels, such as `labels/1.parquet` in the data store. */
  labels(name: string, hours: Hours): Promise<void>;
  /** Replaces the locks' texts. */
  commit(locks: Readonly<Record<string, string>>): Promise<void>;
  /** Rows that a lock names, by a SELECT over `data`. */
  rows(lockText: string, sql: string): Promise<readonly Row[]>;
}

/** Hours of 2026, `to` left out. */
export interface Hours {
  readonly from: number;
  readonly to: number;
  /** Columns beside or instead of the usual ones, as SQL over `n`. */
  readonly columns?: string;
}

/** A SELECT of labels. */
export function labelsSql({ from, to, columns = '' }: Hours): string {
  return `SELECT 'h' || n AS id, ${hourSql('n')} AS at, n % 7 AS x, (n % 3 = 0)::INT AS late${columns} FROM range(${from}, ${to}) AS hours(n)`;
}

/** The n-th hour of 2026 as SQL. */
export function hourSql(n: string): string {
  return `TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_hours(${n}::INT)`;
}

/** The n-th hour of 2026, in milliseconds since 1970. */
export function hour(n: number): number {
  return Date.UTC(2026, 0, 1, n);
}

export function modelText(
  changes: {
    readonly intervals?: string;
    readonly features?: string;
    readonly data?: string;
    readonly gates?: string;
  } = {},
): string {
  return `name: hours
task: binary-classification
inputs:
  code: [src/**]
  data: ${changes.data ?? '[data/train.lock]'}
train: {command: train}
evaluate:
  data: data/holdout.lock
  key: id
  time: at
  label: late
  predict: {input: x, output: y, columns: [x], threshold: 0.5}
${changes.features === undefined ? '' : `features: ${changes.features}\n`}intervals: ${changes.intervals ?? '{every: 1d, timezone: UTC}'}
gates: ${changes.gates ?? '{data: {contract: data/hours.odcs.yaml}}'}
`;
}

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: hours
version: 1.0.0
status: active
schema:
  - name: hours
    properties:
      - {name: id, logicalType: string, required: true}
      - {name: x, logicalType: integer, logicalTypeOptions: {maximum: 100}}
      - {name: late, logicalType: integer, required: true}
    quality:
      - {metric: rowCount, mustBeGreaterOrEqualTo: 48, severity: error}
`;

/** Trained on the first two days, judged on the third. */
export const LOCKS = {
  'data/train.lock': `# what training reads
uri: training:data/train/first.parquet
sha256: ${NO_DIGEST} # of the file
rows: 48
interval: {from: 2026-01-01T00:00:00Z, to: 2026-01-03T00:00:00Z} # to is not included
source: {parts: "store:labels", time: at}
`,
  'data/holdout.lock': `uri: store:data/holdout/first.parquet
sha256: ${NO_DIGEST}
interval: {from: 2026-01-03T00:00:00Z, to: 2026-01-04T00:00:00Z}
source: {parts: "store:labels", time: at}
`,
} as const;

export async function dataProject(
  t: TestContext,
  changes: Readonly<Record<string, string>> = {},
): Promise<DataProject> {
  const folder = await temporaryFolder(t);
  const [root, dataStore, trainingStore] = ['repository', 'data', 'training'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  for (const path of [root, join(dataStore, 'labels'), trainingStore]) await mkdir(path, { recursive: true });
  const files = {
    'models/hours/model.yaml': modelText(),
    'data/hours.odcs.yaml': CONTRACT,
    ...LOCKS,
    ...changes,
  };
  const table = duckdbTable({ loadUpTo: 0 });
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const read = (path: string) => readFile(join(root, path), 'utf8');
  for (const [path, text] of Object.entries(files)) await write(path, text);

  return {
    root,
    dataStore,
    trainingStore,
    write,
    read,
    ports: {
      table,
      stores: { store: folderDataStore(dataStore), training: folderDataStore(trainingStore) },
      readText: (path) => read(path).catch(() => undefined),
      progress: { say: () => {} },
    },
    config: async () => {
      return parseModelConfig({ path: 'model.yaml', text: await read('models/hours/model.yaml') });
    },
    labels: (name, hours) => writeParquet(join(dataStore, name), labelsSql(hours)),
    async commit(locks) {
      for (const [path, text] of Object.entries(locks)) await write(path, text);
    },
    async rows(lockText, sql) {
      const [, place, path = ''] = /^uri: (\w+):(.*)$/m.exec(lockText) ?? [];
      const opened = await table.open([join(place === 'store' ? dataStore : trainingStore, path)]);
      try {
        return await opened.query(sql);
      } finally {
        await opened.close();
      }
    },
  };
}
