/**
 * The demo's replay serves what training would have computed: real flights asked for in the order of their departures, against an online
 * store into which rows come when they are known, have no skew; a store that is filled once a day has, and the monitor says where.
 */

import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import { memoryTags } from '#adapters/memory/annotated-tags.ts';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { commitPlaces } from '#app/served-features.ts';
import { parseFeatureDefinitions, parseModelConfig } from '#core/config/load.ts';
import { digestOf } from '#core/digest.ts';
import { defaultsOf, filled } from '#core/features/defaults.ts';
import { createLookup } from '#core/features/online-lookup.ts';
import { onlineView } from '#core/features/online-view.ts';
import { serviceOf } from '#core/features/service.ts';
import { liveSkew } from '#core/flows/live-skew.ts';
import type { WindowSkew } from '#core/flows/window-skew.ts';
import { partName } from '#core/predictions/part-name.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { allLogParts } from '#core/skew/log-parts.ts';
import { mergeway } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { writeParquet } from '#test/support/parquet.ts';
import { readTimeline, type Timeline } from '../../demo/replay/timeline.ts';

const QUICKSTART = resolve(import.meta.dirname, '../../templates/quickstart');
const REPLAY = join(QUICKSTART, 'replay');
const FILES = [
  'models/flights/model.yaml',
  'features/flights.yaml',
  'data/flights.odcs.yaml',
  ...['weather', 'route_delays', 'carrier_delays'].flatMap((name) => [
    `data/${name}.lock`,
    `data/${name}.parquet`,
  ]),
];

const MODEL = 'flights';
const DAY = 86_400_000;
/** The replay's first days, which are half of its first window. */
const WINDOW = { from: Date.parse('2013-05-16T04:00:00Z'), to: Date.parse('2013-05-24T04:00:00Z') };

test('flights asked for in the order of their time are served what training would have computed', async (t) => {
  const { rows, checks } = await replayed(t, (known) => known);

  assert.ok(rows > 6000, `${rows} flights`);
  assert.deepEqual(
    checks.map(({ verdict, statistic }) => [verdict, statistic]),
    new Array(1 + 11).fill(['pass', 0]),
  );
});

test('a store that is filled at midnight is found, in the columns that move within a day', async (t) => {
  const { checks } = await replayed(t, (known) => Math.ceil(known / DAY) * DAY);

  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  assert.ok(
    failed.some(({ subject, reason }) => subject === 'temp' && /\((late|missing|expired): /.test(reason)),
  );
  assert.ok(failed.some(({ subject, reason }) => subject === 'carrier_delay' && /\(late: /.test(reason)));
});

/** Lives through the window with rows pushed when `pushedAt` says, and asks the monitor. */
async function replayed(
  t: TestContext,
  pushedAt: (known: number) => number,
): Promise<WindowSkew & { readonly rows: number }> {
  const folder = await temporaryFolder(t);
  const config = parseModelConfig(await sourceText('models/flights/model.yaml'));
  const definitions = parseFeatureDefinitions(await sourceText('features/flights.yaml'));
  const service = serviceOf(definitions, 'flights_v1');
  await cp(join(QUICKSTART, 'repository'), join(folder, 'work'), { recursive: true });
  const online = join(folder, 'online');
  const filling = await mergeway(
    [
      ...['features', 'materialize', '--definitions', 'features/flights.yaml', '--service', 'flights_v1'],
      ...['--to', new Date(WINDOW.from).toISOString(), '--store', online, '--data-store', REPLAY],
    ],
    { cwd: join(folder, 'work') },
  );
  assert.equal(filling.code, 0, filling.stderr);

  const store = lmdbOnlineStore(online);
  const lookup = createLookup(service, store);
  const defaults = defaultsOf(service, config.serve.defaults);
  const places = new Map(service.views.map((view) => [view.name, onlineView(view)]));
  const { flights, features } = await readTimeline(REPLAY, service.views);
  const lines: string[] = [];
  let next = 0;
  for (const flight of flights.filter(({ departs }) => departs < WINDOW.to)) {
    for (
      let known = features[next];
      known && pushedAt(known.at) <= flight.departs;
      known = features[++next]
    ) {
      const place = places.get(known.view.name);
      if (place) await store.write(place, known.rows);
    }
    const [found] = await lookup([keysOf(flight)], BigInt(flight.departs) * 1000n);
    const served = Object.entries(found?.values ?? {}).map(([column, value]) => {
      const cell = filled(value, column, defaults);
      return [`feature.${column}`, cell === null ? null : Math.fround(Number(cell))];
    });
    const statuses = Object.entries(found?.statuses ?? {}).map(([column, status]) => [
      `status.${column}`,
      status,
    ]);
    lines.push(
      JSON.stringify({
        prediction_id: `w-${lines.length + 1}`,
        row: 0,
        version: 'v0.0.1',
        event_time: new Date(flight.departs).toISOString().slice(0, -1),
        'entity.origin': flight.columns.origin,
        'entity.dest': flight.columns.dest,
        'entity.carrier': flight.columns.carrier,
        ...Object.fromEntries([...served, ...statuses]),
      }),
    );
  }
  await store.close();
  await writeLog(join(folder, 'log'), lines);
  const skew = await skewOf(t, { log: join(folder, 'log'), sources: join(folder, 'sources') });
  return { ...skew, rows: lines.length };
}

function keysOf({ columns }: Timeline['flights'][number]) {
  return { origin: columns.origin ?? null, dest: columns.dest ?? null, carrier: columns.carrier ?? null };
}

async function writeLog(folder: string, lines: readonly string[]): Promise<void> {
  const json = `${folder}.ndjson`;
  await writeFile(json, lines.join('\n'));
  const span = { day: '2013-05-16', from: WINDOW.from, to: WINDOW.to, writer: 'w', sequence: 1 };
  await writeParquet(
    join(folder, partName({ kind: 'predictions', model: MODEL, ...span })),
    `SELECT * FROM read_json('${json}', format = 'newline_delimited', sample_size = -1)`,
  );
}

/** What the App's monitor says of the window. */
async function skewOf(
  t: TestContext,
  { log, sources }: { readonly log: string; readonly sources: string },
): Promise<WindowSkew> {
  const source = memorySourceTree();
  const files = await Promise.all(
    FILES.map(
      async (path) => [path, new Uint8Array(await readFile(join(QUICKSTART, 'repository', path)))] as const,
    ),
  );
  const commit = source.commit(Object.fromEntries(files));
  const registry = gtoRegistry(memoryTags());
  const { version } = await registry.register({ model: MODEL, commit, digest: digestOf('flights'), at: 0 });
  const skew = liveSkew({
    table: duckdbTable(),
    inPlace: duckdbTable({ loadUpTo: 0 }),
    source,
    registry,
    placeAt: commitPlaces({ dataStore: REPLAY }, { source, folder: sources }),
    progress: { say: (message) => t.diagnostic(message) },
  });
  const parts = await allLogParts(folderPartStore(log), MODEL);
  const policy = { max: 0.001, tolerance: 1e-6, alarm: true };
  const began = performance.now();
  const result = await skew.checks({ model: MODEL, version, commit, window: WINDOW, policy, parts });
  t.diagnostic(`compared in ${Math.round(performance.now() - began)} ms`);
  return result;
}

async function sourceText(path: string) {
  return { path, text: await readFile(join(QUICKSTART, 'repository', path), 'utf8') };
}
