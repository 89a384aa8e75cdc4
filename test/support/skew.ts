/**
 * A server and its prediction log, made up: an online store that knows at each moment what was written by then, lookups with ttl and
 * status, expressions, defaults, and values as a float32 model gets them. Tests break one thing in it and see whether it is found.
 */

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import type { SkewEvidence } from '#core/evidence/skew.ts';
import { defaultsOf } from '#core/features/defaults.ts';
import type { FeatureService } from '#core/features/service.ts';
import { compareSkew } from '#core/flows/skew.ts';
import type { SkewRequest } from '#core/skew/request.ts';
import { parquetFiles, serviceFrom, valuesSql } from './features.ts';
import { uniform } from './numbers.ts';

export const DEFINITIONS = `
entities: [{name: airport, join_keys: [origin]}, {name: carrier, join_keys: [carrier]}]
feature_views:
  - name: weather
    entities: [airport]
    source: {path: weather.parquet, timestamp_field: time}
    ttl: 3h
    schema: [{name: temp, dtype: Float64}, {name: gust, dtype: Float64}, {name: runway, dtype: Int64}]
  - name: arrivals
    entities: [carrier]
    source: {path: arrivals.parquet, timestamp_field: landed, created_timestamp_field: written}
    schema: [{name: mean_delay, dtype: Float64}]
request_fields: [{name: distance, dtype: Float64}, {name: departs, dtype: UnixTimestamp}]
on_demand:
  - {name: hour, expr: departs.getHours(), dtype: Int64}
  - {name: evening, expr: departs.getHours() >= 17, dtype: Bool}
  - {name: per_mile, expr: mean_delay.orValue(0.0) / distance, dtype: Float64}
feature_services: [{name: v1, features: [weather, arrivals, hour, evening, per_mile]}]
`;

/** `serve.defaults` of the model. */
export const DEFAULTS = { gust: 0, mean_delay: 7 };

export const HOUR = 3_600_000;
const START = Date.UTC(2013, 5, 1);
const DAYS = 10;
const TTL = 3 * HOUR;

interface SourceRow {
  readonly event: number;
  readonly created: number;
  readonly values: readonly (number | null)[];
}

type Status = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE';

interface Lookup {
  readonly values: readonly (number | null)[];
  readonly status: readonly Status[];
}

export interface LoggedRow {
  readonly at: number;
  readonly origin: string;
  readonly carrier: string;
  readonly distance: number;
  readonly departs: number;
  readonly features: Readonly<Record<string, number | boolean | null>>;
  readonly status: Readonly<Record<string, Status>>;
}

/** What serving does otherwise than it should. */
export interface Fault {
  /** When the weather of a moment is looked up. */
  readonly weatherAt?: (at: number) => number;
  /** As of when arrivals were materialised. */
  readonly arrivalsAsOf?: (at: number) => number;
  /** Carriers that were never materialised. */
  readonly withoutCarrier?: string;
  readonly withoutTtl?: boolean;
  readonly defaults?: Readonly<Record<string, number>>;
  /** Hours of the server's clock before UTC, for `hour` and `evening`. */
  readonly clock?: number;
  readonly change?: (row: LoggedRow) => LoggedRow;
}

const ORIGINS = ['JFK', 'LGA', 'EWR'];
const CARRIERS = ['AA', 'UA', 'OO'];

/** Hourly, with a gap of eight hours each day; every seventh gust is missing. */
const WEATHER = new Map(
  ORIGINS.map((origin, place) => {
    const draws = uniform(100 + place, DAYS * 24 * 2);
    const rows = Array.from({ length: DAYS * 24 }, (_, h): SourceRow => {
      const event = START + h * HOUR;
      const gust = h % 7 === 0 ? null : 20 + 10 * (draws[h] ?? 0);
      const temp = 15 + Math.sin(h / 4) + (draws[DAYS * 24 + h] ?? 0);
      return { event, created: event, values: [temp, gust, (h * 7 + place) % 23] };
    });
    return [origin, rows.filter((_, h) => h % 24 < 2 || h % 24 > 9)];
  }),
);

/** Every 20 to 40 minutes, known half an hour later; every tenth is corrected hours after, and some come twice at one time. */
const ARRIVALS = new Map(
  CARRIERS.slice(0, 2).map((carrier, place) => {
    const draws = uniform(200 + place, DAYS * 48 * 3);
    const rows: SourceRow[] = [];
    for (let index = 0, event = START; index < DAYS * 48; index++) {
      event += Math.floor((1 + (draws[index] ?? 0)) * 20 * 60_000);
      const value = 30 * (draws[DAYS * 48 + index] ?? 0);
      const written = event + HOUR / 2;
      rows.push({ event, created: written, values: [value] });
      if (index % 10 === 0) rows.push({ event, created: written + 3 * HOUR, values: [value + 1] });
      if (index % 11 === 0) rows.push({ event, created: written, values: [value - 0.5] });
    }
    return [carrier, rows];
  }),
);

/** What the online store answers at a moment: the latest of what was written by then, of equal times the greater value. */
function lookUp(
  rows: readonly SourceRow[] | undefined,
  { at, asOf, ttl, width }: { at: number; asOf: number; ttl?: number | undefined; width: number },
): Lookup {
  let best: SourceRow | undefined;
  for (const row of rows ?? []) {
    if (row.event > asOf || row.created > asOf) continue;
    if (!best || isAfter(row, best)) best = row;
  }
  const found = best && (ttl === undefined || best.event >= at - ttl) ? best : undefined;
  const none = best ? 'OUTSIDE_MAX_AGE' : 'NOT_FOUND';
  return {
    values: found?.values ?? new Array<null>(width).fill(null),
    status: Array.from({ length: width }, (_, place) => {
      if (!found) return none;
      return found.values[place] === null ? 'NULL_VALUE' : 'PRESENT';
    }),
  };
}

function isAfter(a: SourceRow, b: SourceRow): boolean {
  if (a.event !== b.event) return a.event > b.event;
  if (a.created !== b.created) return a.created > b.created;
  return Number(a.values[0]) > Number(b.values[0]);
}

/** The log of a server with this fault. */
export function serve(fault: Fault = {}, rows = 4000): readonly LoggedRow[] {
  const draws = uniform(7, rows * 4);
  const draw = (row: number, which: number) => draws[row * 4 + which] ?? 0;
  return Array.from({ length: rows }, (_, row) => {
    const at = START + HOUR + Math.floor(draw(row, 0) * (DAYS * 24 - 4) * HOUR);
    const request = {
      at,
      origin: ORIGINS[row % 3] ?? '',
      carrier: CARRIERS[Math.floor(draw(row, 1) * 3)] ?? '',
      distance: 100 + Math.floor(draw(row, 2) * 2000),
      departs: at + Math.floor(draw(row, 3) * 5 * HOUR),
    };
    const logged = { ...request, ...answer(request, fault) };
    return fault.change ? fault.change(logged) : logged;
  });
}

function answer(
  { at, origin, carrier, distance, departs }: Omit<LoggedRow, 'features' | 'status'>,
  fault: Fault,
): Pick<LoggedRow, 'features' | 'status'> {
  const weatherAt = fault.weatherAt?.(at) ?? at;
  const ttl = fault.withoutTtl ? undefined : TTL;
  const weather = lookUp(WEATHER.get(origin), { at: weatherAt, asOf: weatherAt, ttl, width: 3 });
  const asOf = fault.arrivalsAsOf?.(at) ?? at;
  const source = carrier === fault.withoutCarrier ? undefined : ARRIVALS.get(carrier);
  const arrivals = lookUp(source, { at, asOf, width: 1 });
  const [temp = null, gust = null, runway = null] = weather.values;
  const [delay = null] = arrivals.values;
  const hour = new Date(departs + (fault.clock ?? 0) * HOUR).getUTCHours();
  const defaults: Readonly<Record<string, number>> = { ...DEFAULTS, ...fault.defaults };
  const features = {
    temp,
    gust: gust ?? defaults.gust ?? null,
    runway,
    mean_delay: delay ?? defaults.mean_delay ?? null,
    hour,
    evening: hour >= 17,
    per_mile: (delay ?? 0) / distance,
  };
  const [tempStatus = 'NOT_FOUND', gustStatus = 'NOT_FOUND', runwayStatus = 'NOT_FOUND'] = weather.status;
  const [mean_delay = 'NOT_FOUND'] = arrivals.status;
  return { features, status: { temp: tempStatus, gust: gustStatus, runway: runwayStatus, mean_delay } };
}

export const SERVICE: FeatureService = serviceFrom(DEFINITIONS);

export interface SkewFiles {
  readonly folder: string;
  readonly sources: SkewRequest['sources'];
  readonly parts: SkewRequest['parts'];
}

/** The log and the sources as Parquet. `statuses: false`: a log without them. */
export async function skewFiles(
  t: TestContext,
  log: readonly LoggedRow[],
  { statuses = true }: { readonly statuses?: boolean } = {},
): Promise<SkewFiles> {
  const folder = await parquetFiles(t, {
    weather: sourceSql('origin', { temp: 'DOUBLE', gust: 'DOUBLE', runway: 'BIGINT' }, WEATHER, 'time'),
    arrivals: sourceSql('carrier', { mean_delay: 'DOUBLE' }, ARRIVALS, 'landed'),
    log: logSql(log, statuses),
  });
  const file = (name: string) => ({ name: `${name}.parquet`, paths: [join(folder, `${name}.parquet`)] });
  return {
    folder,
    sources: [file('weather'), file('arrivals')],
    parts: [partAt(join(folder, 'log.parquet'))],
  };
}

/** A file as a part of the log. */
export function partAt(path: string): SkewRequest['parts'][number] {
  return { local: async () => path };
}

/** What the comparison finds in the log. */
export async function compared(files: SkewFiles, more: Partial<SkewRequest> = {}): Promise<SkewEvidence> {
  return compareSkew(duckdbTable(), {
    parts: files.parts,
    service: SERVICE,
    defaults: defaultsOf(SERVICE, DEFAULTS),
    sources: files.sources,
    tolerance: 1e-6,
    ...more,
  });
}

function sourceSql(
  key: string,
  values: Readonly<Record<string, string>>,
  rows: ReadonlyMap<string, readonly SourceRow[]>,
  time: string,
): string {
  return valuesSql(
    { [key]: 'VARCHAR', [time]: 'TIMESTAMP', written: 'TIMESTAMP', ...values },
    [...rows].flatMap(([name, own]) =>
      own.map((row) => [name, iso(row.event), iso(row.created), ...row.values]),
    ),
  );
}

function logSql(log: readonly LoggedRow[], statuses: boolean): string {
  const [first] = log;
  const features = Object.keys(first?.features ?? {});
  const looked = statuses ? Object.keys(first?.status ?? {}) : [];
  const columns = {
    prediction_id: 'VARCHAR',
    row: 'INTEGER',
    version: 'VARCHAR',
    event_time: 'TIMESTAMP',
    'entity.origin': 'VARCHAR',
    'entity.carrier': 'VARCHAR',
    'request.distance': 'DOUBLE',
    'request.departs': 'TIMESTAMP',
    ...Object.fromEntries(features.map((name) => [`feature.${name}`, 'DOUBLE'])),
    ...Object.fromEntries(looked.map((name) => [`status.${name}`, 'VARCHAR'])),
  };
  return valuesSql(
    columns,
    log.map((row, index) => [
      `w-${index}`,
      0,
      'v1.0.0',
      iso(row.at),
      row.origin,
      row.carrier,
      row.distance,
      iso(row.departs),
      ...features.map((name) => asFloat32(row.features[name] ?? null)),
      ...looked.map((name) => row.status[name] ?? null),
    ]),
  );
}

/** What a float32 model gets, nothing being NaN. */
function asFloat32(value: number | boolean | null): number | string {
  return value === null ? 'NaN' : Math.fround(Number(value));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
