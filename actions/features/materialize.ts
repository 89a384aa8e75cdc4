/** Materialisation as a command: finds definitions, sources and the store, lets the flow fill it. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { type DataPlaces, placesOf } from '#actions/data.ts';
import { readSource } from '#actions/files.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { Duration, durationMs } from '#core/config/duration.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { MergewayError } from '#core/errors.ts';
import { isoOf, microsOf } from '#core/expression/types.ts';
import { type FeatureService, serviceOf } from '#core/features/service.ts';
import {
  createMaterializer,
  type MaterializedView,
  type ViewSource,
} from '#core/flows/materialize-features.ts';
import { counted } from '#core/plural.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import type { MaterializeOptions } from './command.ts';
import { folderPlace, namedSource } from './place.ts';

/** Runs `mergeway features materialize`. */
export async function run(options: MaterializeOptions, io: Io): Promise<Outcome> {
  const interval = intervalOf(options);
  requireOneStore(options);
  const definitions = parseFeatureDefinitions(await readSource(io.cwd, options.definitions));
  const service = serviceOf(definitions, options.service);
  const sources: ViewSource[] = [];
  let store: OnlineStore | undefined;
  try {
    await openSources(service, placesOf(options, io), sources);
    store = await openStore(options, io);
    const views = await createMaterializer({
      service,
      sources,
      store,
      clock: io.clock,
      progress: io.progress,
      isInterrupted: () => io.signal.aborted,
    }).materialize(interval);
    return {
      exit: 0,
      json: { service: service.name, views: views.map(jsonOf) },
      text: views.map(line).join('\n'),
    };
  } finally {
    await store?.close();
    for (const { table } of sources) await table.close();
  }
}

/** Files are read in place: an interval is a small part of them. */
async function openSources(service: FeatureService, places: DataPlaces, opened: ViewSource[]): Promise<void> {
  const tables = duckdbTable({ loadUpTo: 0 });
  const place = folderPlace(places);
  for (const { source } of service.views) {
    const { name, paths } = await place.openLive(await namedSource(places.root, source.path));
    opened.push({ name, table: await tables.open(paths) });
  }
}

/** The clients are loaded only where they are used. */
async function openStore({ store, redis, keyTtl }: MaterializeOptions, { cwd }: Io): Promise<OnlineStore> {
  if (redis !== undefined) {
    const { redisOnlineStore } = await import('#adapters/redis/online-store.ts');
    return redisOnlineStore({ url: redis, ...(keyTtl && { keyTtlMs: duration(keyTtl, '--key-ttl') }) });
  }
  const { lmdbOnlineStore } = await import('#adapters/lmdb/online-store.ts');
  return lmdbOnlineStore(resolve(cwd, store ?? ''));
}

function requireOneStore({ store, redis, keyTtl }: MaterializeOptions): void {
  if ((store === undefined) === (redis === undefined)) {
    throw new MergewayError('MW_USAGE', 'give one of --store <folder> and --redis <url> (or MERGEWAY_REDIS)');
  }
  if (store === undefined || !keyTtl) return;
  throw new MergewayError('MW_USAGE', '--key-ttl is for --redis; a folder keeps its rows');
}

function intervalOf({ from, to, lookback }: MaterializeOptions) {
  const interval = {
    ...(from !== undefined && { from: instant(from, '--from') }),
    ...(to !== undefined && { to: instant(to, '--to') }),
    lookbackMs: duration(lookback, '--lookback'),
  };
  if (interval.from === undefined || interval.to === undefined || interval.from <= interval.to)
    return interval;
  throw new MergewayError('MW_USAGE', `--from ${from} is after --to ${to}`);
}

function instant(text: string, option: string): bigint {
  const micros = microsOf(text);
  if (micros !== undefined) return micros;
  throw new MergewayError(
    'MW_USAGE',
    `${option} takes a time such as 2013-06-01T00:00:00Z, not ${JSON.stringify(text)}`,
  );
}

function duration(text: string, option: string): number {
  if (Duration.safeParse(text).success) return durationMs(text);
  throw new MergewayError(
    'MW_USAGE',
    `${option} takes a duration such as 3h or 1d, not ${JSON.stringify(text)}`,
  );
}

function jsonOf({ from, to, watermark, ...view }: MaterializedView) {
  return { ...view, from: from === null ? null : isoOf(from), to: isoOf(to), watermark: isoOf(watermark) };
}

function line({ view, from, to, rows, written, watermark }: MaterializedView): string {
  const since = from === null ? 'the first row' : isoOf(from);
  const gap =
    watermark < to
      ? `; what lies between ${isoOf(watermark)} and ${since} was not read, so the next run begins there`
      : '';
  const none = rows === 0 ? '; the source has no row of this time, --from reaches further back' : '';
  return `${view}: ${counted(written, 'row')} written of ${rows}, ${since} to ${isoOf(to)}${none}${gap}`;
}
