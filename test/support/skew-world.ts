/**
 * An App that watches a model whose features the made-up server of skew.ts serves: repository, tags and forge in memory, log, stores and
 * comparison real. Windows of five days begin on May 30, June 4 and June 9; the log has June 1 to 10.
 */

import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { liveWindows } from '#app/live-windows.ts';
import { commitPlaces } from '#app/served-features.ts';
import { digestOf, hexOf } from '#core/digest.ts';
import type { MonitorCheck } from '#core/evidence/monitor.ts';
import { liveSkew } from '#core/flows/live-skew.ts';
import { watchModel } from '#core/flows/watch-model.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import type { MonitorWindow, Store } from '#core/ports/store.ts';
import { partName } from '#core/predictions/part-name.ts';
import { type Line, memoryLine, REPOSITORY } from './line.ts';
import { writeParquet } from './parquet.ts';
import { DEFINITIONS, type Fault, HOUR, serve, skewFiles } from './skew.ts';

const MODEL = 'flights';
/** Rows of the sources that the locks hold. */
const LOCKED = '2013-06-03';

/** The definitions, with sources that are locks. */
export const LOCKED_DEFINITIONS = DEFINITIONS.replace(
  'path: weather.parquet',
  'path: data/weather.lock',
).replace('path: arrivals.parquet', 'path: data/arrivals.lock');

/** The model's default for a gust that nobody measured, unless told. */
export function modelText({ gust = 0, contract = '' } = {}): string {
  return `name: flights
task: binary-classification
inputs: {code: ["src/**"], data: [data/train.lock]}
features: features/flights.yaml#v1
serve: {defaults: {gust: ${gust}, mean_delay: 7}}
train: {command: "true"}
evaluate: {data: data/holdout.lock, key: id, time: at, label: late, predict: {output: y}}
${contract === '' ? '' : `gates: {data: {contract: ${contract}}}`}
monitor: {every: 5d, lookback: 0, skew: {max: 0.005}}
`;
}

export interface SkewWorld {
  readonly line: Line;
  readonly folder: string;
  /** Another App, with an empty memory of its own. */
  started(changes?: Partial<Workspace>): Workspace;
  /** One look of an App. */
  tick(workspace?: Workspace): Promise<void>;
  /** Rows of the sources until this day arrive in the data store; of one source, where it is named. */
  arrive(until: string, source?: Source): Promise<void>;
  /** The judged windows, oldest first. */
  windows(): Promise<readonly MonitorWindow[]>;
  /** What the App said to whoever runs it. */
  readonly said: string[];
}

type Source = 'weather' | 'arrivals';

export interface SkewWorldOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly store?: Store;
  /** `none`: an App that knows no data store. */
  readonly dataStore?: 'none';
}

export async function skewWorld(
  t: TestContext,
  fault: Fault,
  { files = {}, store, dataStore }: SkewWorldOptions = {},
): Promise<SkewWorld> {
  const { folder } = await skewFiles(t, serve(fault, 5000));
  const stores = { dataStore: join(folder, 'store'), trainingStore: join(folder, 'training') };
  await mkdir(stores.trainingStore);
  const repository = await repositoryFiles(folder, stores);
  const line = memoryLine({ ...repository, ...files }, store);
  const { registry, source } = line.workspace;
  const registered = { model: MODEL, commit: line.base, digest: digestOf('model'), at: 0 };
  const { version } = await registry.register(registered);
  await registry.assign({ model: MODEL, version, stage: 'production', at: 0 });
  await layLog(folder, version);
  line.clock.set(Date.parse('2013-06-12'));
  const said: string[] = [];

  return { line, folder, started, tick, arrive, windows, said };

  function started(changes: Partial<Workspace> = {}): Workspace {
    const log = folderPartStore(join(folder, 'log'));
    const table = duckdbTable();
    const skew = liveSkew({
      table,
      inPlace: duckdbTable({ loadUpTo: 0 }),
      source,
      registry,
      placeAt: commitPlaces(stores, { source, folder: join(folder, 'fetched') }),
      progress: { say: (message) => said.push(message) },
    });
    const workspace = { ...line.workspace, ...changes };
    const known = dataStore === 'none' ? {} : { skew };
    return { ...workspace, windows: liveWindows({ log, table, ...known }, workspace) };
  }

  async function tick(workspace = started()): Promise<void> {
    const commit = (await source.resolve('main')) ?? '';
    await watchModel(workspace, { model: MODEL, commit });
  }

  async function arrive(until: string, only?: Source): Promise<void> {
    for (const [name, time] of Object.entries(TIMES)) {
      if (only !== undefined && only !== name) continue;
      await layPart(folder, { name, time, until, to: join(stores.dataStore, name) });
    }
  }

  async function windows(): Promise<readonly MonitorWindow[]> {
    return (await line.workspace.store.monitors.of(REPOSITORY, MODEL, 100)).toReversed();
  }
}

/** The checks of skew, as `column: verdict`, without those that pass. */
export function skewOf({ result }: MonitorWindow): readonly string[] {
  return result.checks
    .filter(({ kind, verdict }) => kind === 'skew' && verdict !== 'pass')
    .map(({ subject, verdict }) => `${subject}: ${verdict}`);
}

export function overallOf({ result }: MonitorWindow): MonitorCheck | undefined {
  return result.checks.find(({ kind }) => kind === 'skew');
}

const TIMES = { weather: 'time', arrivals: 'landed' } as const;

/** Weather is locked in the repository, arrivals in the training store; both have later rows in the data store. */
async function repositoryFiles(
  folder: string,
  { dataStore, trainingStore }: { readonly dataStore: string; readonly trainingStore: string },
): Promise<Record<string, string | Uint8Array>> {
  const locks: Record<string, string> = {};
  for (const [name, time] of Object.entries(TIMES)) {
    await mkdir(join(dataStore, name), { recursive: true });
    await layPart(folder, { name, time, until: LOCKED, to: join(folder, 'locked') });
  }
  const weather = await readFile(join(folder, 'locked', `${LOCKED}.weather.parquet`));
  const arrivals = join(folder, 'locked', `${LOCKED}.arrivals.parquet`);
  await copyFile(arrivals, join(trainingStore, 'arrivals.parquet'));
  locks['data/weather.lock'] = lockText('data/weather.parquet', weather, 'weather');
  locks['data/arrivals.lock'] = lockText('training:arrivals.parquet', await readFile(arrivals), 'arrivals');
  return {
    ...locks,
    'data/weather.parquet': new Uint8Array(weather),
    'features/flights.yaml': LOCKED_DEFINITIONS,
    'models/flights/model.yaml': modelText(),
  };
}

function lockText(uri: string, bytes: Uint8Array, name: Source): string {
  return `uri: ${uri}\nsha256: ${hexOf(digestOf(bytes))}\nsource: {parts: "store:${name}", time: ${TIMES[name]}}\n`;
}

interface Laid {
  readonly name: string;
  readonly time: string;
  readonly until: string;
  readonly to: string;
}

/** Rows before a day, as a file. Rows that another file has too do no harm. */
async function layPart(folder: string, { name, time, until, to }: Laid): Promise<void> {
  await writeParquet(
    join(to, `${until}.${name}.parquet`),
    `SELECT * FROM '${join(folder, `${name}.parquet`)}' WHERE ${time} < TIMESTAMP '${until}'`,
  );
}

async function layLog(folder: string, version: string): Promise<void> {
  const from = Date.UTC(2013, 5, 1);
  const span = { day: '2013-06-01', from, to: from + 10 * 24 * HOUR, writer: 'w', sequence: 1 };
  const path = join(folder, 'log', partName({ kind: 'predictions', model: MODEL, ...span }));
  await mkdir(dirname(path), { recursive: true });
  await writeParquet(
    path,
    `SELECT * REPLACE ('${version}' AS version), 'w' AS writer, event_time AS served_at,
       row_number() OVER () AS "sequence" FROM '${join(folder, 'log.parquet')}'`,
  );
  await rm(join(folder, 'log.parquet'));
}
