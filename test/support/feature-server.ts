/**
 * A model server whose model `delays` takes features: weather by airport (ttl 1 h) and a delay by carrier, and from the request the
 * distance. The model gives back what it got: `y` is its inputs side by side.
 */

import type { TestContext } from 'node:test';
import { type FunctionModel, memoryModelBackend } from '#adapters/memory/model-backend.ts';
import { memoryOnlineStore } from '#adapters/memory/online-store.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { Serve } from '#core/config/serve.ts';
import type { Digest } from '#core/digest.ts';
import { createLookup } from '#core/features/online-lookup.ts';
import { onlineView, unfilledViews } from '#core/features/online-view.ts';
import { reduceDefinitions } from '#core/features/reduce.ts';
import { serviceOf } from '#core/features/service.ts';
import type { OnlineRow, OnlineStore } from '#core/ports/online-store.ts';
import { type ServingSettings, writeServingSettings } from '#core/wire/serving-settings.ts';
import { NOON, type TestServer, type TestServerOptions, testServer } from './serving.ts';

export const DEFINITIONS = `
entities: [{name: airport, join_keys: [origin]}, {name: carrier, join_keys: [carrier]}]
feature_views:
  - {name: weather, entities: [airport], source: {path: weather.parquet, timestamp_field: at}, ttl: 1h,
     schema: [{name: temp, dtype: Float64}, {name: wind, dtype: Int64}]}
  - {name: delays, entities: [carrier], source: {path: delays.parquet, timestamp_field: at}, schema: [{name: mean_delay, dtype: Float64}]}
request_fields: [{name: distance, dtype: Float64}]
on_demand: [{name: delay_per_mile, expr: mean_delay / distance, dtype: Float64}]
feature_services:
  - {name: v1, features: [weather, "delays:mean_delay", delay_per_mile]}
  - {name: weather_only, features: ["weather:temp"]}
`;

const COLUMNS = ['temp', 'wind', 'delay_per_mile', 'distance'];

/** One tensor `features` of [temp, wind, delay_per_mile, distance]; `y` is the same. */
export const echo: FunctionModel = {
  inputs: [{ name: 'features', datatype: 'FP64', shape: [-1, 4] }],
  outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, 4] }],
  run: ({ features }) => ({ y: features ?? { datatype: 'FP64', shape: [0, 4], data: new Float64Array() } }),
};

export interface FeatureServerOptions extends Omit<TestServerOptions, 'backend' | 'lookupFor' | 'unfilled'> {
  /** Beside `echo`. */
  readonly models?: Readonly<Record<string, FunctionModel>>;
  /** In place of the filled store; null: the server has none. */
  readonly online?: OnlineStore | null;
}

export interface FeatureServer extends TestServer {
  readonly online: OnlineStore;
  /** Stores settings; what is not given is the model's own. */
  settings(changes?: Partial<Omit<ServingSettings, 'serve'>> & { readonly serve?: unknown }): Promise<Digest>;
  /** Puts `echo` (or another model) into traffic as the champion, under settings. */
  champion(settings: Digest, model?: string): Promise<void>;
}

/** 11:30 of the test's day: half an hour old at its noon. */
export const HALF_PAST_ELEVEN = BigInt(NOON - 30 * 60_000) * 1000n;

export async function featureServer(
  t: TestContext,
  options: FeatureServerOptions = {},
): Promise<FeatureServer> {
  const online = options.online ?? memoryOnlineStore();
  if (!options.online) await fill(online);
  const server = await testServer(t, {
    ...options,
    backend: memoryModelBackend({ echo, ...options.models }),
    ...(options.online !== null && {
      lookupFor: (service) => createLookup(service, online),
      unfilled: (service) => unfilledViews(service, online),
    }),
  });
  return {
    ...server,
    online,
    settings: (changes = {}) => server.put(writeServingSettings(settingsOf(changes))),
    async champion(championSettings, model = 'echo') {
      const champion = await server.put(Buffer.from(model));
      await server.traffic.apply('delays', { champion, championVersion: 'v1', championSettings });
    },
  };
}

export function settingsOf({
  serve = {},
  ...changes
}: Partial<Omit<ServingSettings, 'serve'>> & { readonly serve?: unknown } = {}): ServingSettings {
  return {
    model: 'delays',
    task: 'regression',
    label: 'delay',
    predict: { output: 'y', input: 'features', columns: COLUMNS },
    features: featuresOf('v1'),
    restricted: [],
    serve: Serve.parse(serve),
    ...changes,
  };
}

export function featuresOf(service: string): NonNullable<ServingSettings['features']> {
  const definitions = parseFeatureDefinitions({ path: 'features/test.yaml', text: DEFINITIONS });
  return { service, definitions: reduceDefinitions(definitions, service) };
}

/** One tensor of texts, a row each. */
export function texts(name: string, ...data: readonly string[]): unknown {
  return { name, shape: [data.length], datatype: 'BYTES', data };
}

export function floats(name: string, ...data: readonly (number | null)[]): unknown {
  return { name, shape: [data.length, 1], datatype: 'FP64', data };
}

/** A request by keys, a row per origin: carrier AA, 100 miles. */
export function byKeys(origins: readonly string[], parameters?: Readonly<Record<string, unknown>>): unknown {
  return {
    inputs: [
      texts('origin', ...origins),
      texts('carrier', ...origins.map(() => 'AA')),
      floats('distance', ...origins.map(() => 100)),
    ],
    ...(parameters && { parameters }),
  };
}

/** JFK has weather of 11:30, LGA weather without a temperature, EWR of 10:30; AA has a mean delay of 5. */
async function fill(online: OnlineStore): Promise<void> {
  const { views } = serviceOf(featuresOf('v1').definitions, 'v1');
  const [weather, delays] = views;
  if (!weather || !delays) throw new Error('the definitions have changed');
  const at = HALF_PAST_ELEVEN;
  await online.write(onlineView(weather), [
    row('JFK', at, [20.5, 7n]),
    row('LGA', at, [null, 3n]),
    row('EWR', at - 3_600_000_000n, [18, 4n]),
  ]);
  await online.write(onlineView(delays), [row('AA', at, [5])]);
  for (const view of [weather, delays]) await online.advance(onlineView(view), at);
}

function row(key: string, event: bigint, values: OnlineRow['values']): OnlineRow {
  return { key: [key], event, created: null, values };
}
