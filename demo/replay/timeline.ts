/**
 * What happens in the replay, in the order of its own time: flights leave and land, feature rows become known, and parts of the
 * data sets arrive when their last day is over.
 */

import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import type { ServiceView } from '#core/features/service.ts';
import type { OnlineRow } from '#core/ports/online-store.ts';
import type { Cell, Row } from '#core/ports/table.ts';
import { onlineRow } from './online-row.ts';

export interface Flight {
  readonly id: string;
  /** Scheduled departure, ms since 1970: the request's time. */
  readonly departs: number;
  /** When its label is known. */
  readonly lands: number;
  readonly late: number;
  /** Columns of the schedule. */
  readonly columns: Readonly<Record<string, Cell>>;
}

interface KnownRows {
  readonly view: ServiceView;
  /** ms since 1970. */
  readonly at: number;
  readonly rows: readonly OnlineRow[];
}

/** A file of a data set, and when it is whole. */
export interface ArrivingPart {
  readonly set: string;
  readonly file: string;
  readonly at: number;
}

export interface Timeline {
  /** By departure. */
  readonly flights: readonly Flight[];
  /** By the time at which they are known. */
  readonly features: readonly KnownRows[];
  readonly parts: readonly ArrivingPart[];
}

const FLIGHTS = 'flights';

/** Everything in `folder` (a folder per data set), features for these views. */
export async function readTimeline(folder: string, views: readonly ServiceView[]): Promise<Timeline> {
  const flights = await readFlights(await filesOf(folder, FLIGHTS));
  const features: KnownRows[] = [];
  for (const view of views) {
    features.push(...(await readFeatures(await filesOf(folder, setOf(view)), view)));
  }
  const parts: ArrivingPart[] = [];
  for (const set of [FLIGHTS, ...views.map(setOf)]) {
    for (const file of await filesOf(folder, set)) parts.push({ set, file, at: endOf(file) });
  }
  return {
    flights: flights.sort((a, b) => a.departs - b.departs),
    features: features.sort((a, b) => a.at - b.at),
    parts: parts.sort((a, b) => a.at - b.at),
  };
}

/** The data set that a view reads, by its source: `data/weather.lock` is `weather`. */
function setOf({ source }: ServiceView): string {
  return basename(source.path).replace(/\..*$/, '');
}

async function filesOf(folder: string, set: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, set));
  return names.sort().map((name) => join(folder, set, name));
}

/** New York's midnight (UTC-4 in these months) after the last day of a part, which its name says. */
const ENDS: Readonly<Record<string, string>> = {
  '2013-05b': '2013-06-01',
  '2013-06a': '2013-06-16',
  '2013-06b': '2013-07-01',
  '2013-07-01': '2013-07-02',
  '2013-07a': '2013-07-16',
  '2013-07-16': '2013-07-17',
};

function endOf(file: string): number {
  const end = ENDS[basename(file, '.parquet')];
  if (end === undefined) throw new Error(`${file}: the replay does not know when this part is whole`);
  return Date.parse(`${end}T04:00:00Z`);
}

async function readFlights(files: readonly string[]): Promise<Flight[]> {
  const rows = await rowsOf(files, 'SELECT * FROM data');
  return rows.map(({ flight_id, departs_at, landed_at, late, ...columns }) => ({
    id: String(flight_id),
    departs: Date.parse(String(departs_at)),
    lands: Date.parse(String(landed_at)),
    late: Number(late),
    columns: { ...columns, departs_at: departs_at ?? null },
  }));
}

/** A view's rows in one bundle per time at which they become known. */
async function readFeatures(files: readonly string[], view: ServiceView): Promise<readonly KnownRows[]> {
  const { timestamp_field: event, created_timestamp_field: created } = view.source;
  const bundles = new Map<number, OnlineRow[]>();
  for (const row of await rowsOf(files, 'SELECT * FROM data')) {
    const at = Date.parse(String(row[created ?? event]));
    const bundle = bundles.get(at) ?? [];
    bundle.push(onlineRow(row, view));
    bundles.set(at, bundle);
  }
  return [...bundles].map(([at, rows]) => ({ view, at, rows }));
}

async function rowsOf(files: readonly string[], sql: string): Promise<readonly Row[]> {
  const table = await duckdbTable().open(files);
  try {
    return await table.query(sql);
  } finally {
    await table.close();
  }
}
