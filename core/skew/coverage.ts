/**
 * Which time the sources cover: a prediction after their end would be held against rows that are not there yet. A lock's interval says
 * it. A source in which rows go on arriving ends with its last one, and so does one with a ttl, which expects rows all the time; any other
 * counts as complete.
 */

import { checkSource } from '../features/columns.ts';
import type { ServiceView } from '../features/service.ts';
import { instant } from '../features/source-sql.ts';
import type { Table } from '../ports/table.ts';
import type { SkewRequest, SkewSource } from './request.ts';
import type { Span } from './sql.ts';

export interface Coverage extends Span {
  /** The source that ends first, for people. */
  readonly endsWith: string | undefined;
}

/** The time that all sources cover. */
export async function coverageOf(
  table: Table,
  { service, sources }: Pick<SkewRequest, 'service' | 'sources'>,
): Promise<Coverage> {
  let from: number | undefined;
  let to: number | undefined;
  let endsWith: string | undefined;
  for (const [index, { name, paths, interval, isLive }] of sources.entries()) {
    const view = service.views[index];
    const begin = msOf(interval?.from);
    if (begin !== undefined && begin > (from ?? Number.NEGATIVE_INFINITY)) from = begin;
    const expectsRows = view !== undefined && (isLive || view.ttlMs !== undefined);
    const end = msOf(interval?.to) ?? (expectsRows ? await endOf(table, view, { name, paths }) : undefined);
    if (end !== undefined && end < (to ?? Number.POSITIVE_INFINITY)) [to, endsWith] = [end, name];
  }
  return { from, to, endsWith };
}

/** What of the window is covered. */
export function coveredOf(covered: Coverage, window: SkewRequest['window']): Coverage {
  if (!window) return covered;
  const from = Math.max(window.from, covered.from ?? window.from);
  if (covered.to === undefined || covered.to >= window.to)
    return { from, to: window.to, endsWith: undefined };
  return { ...covered, from };
}

/** MW_COLUMN_MISSING, MW_FEATURES_MISMATCH. A little after its last row was known, which counts itself; undefined where there is none. */
async function endOf(
  table: Table,
  { source, cutOff, features, joinKeys }: ServiceView,
  { name, paths }: Pick<SkewSource, 'name' | 'paths'>,
): Promise<number | undefined> {
  const event = instant(source.timestamp_field);
  const { created_timestamp_field: created } = source;
  const known = cutOff && created !== undefined ? `greatest(${event}, ${instant(created)})` : event;
  const opened = await table.open(paths, { union: true });
  try {
    checkSource({ source, joinKeys }, features, { name, columns: opened.columns });
    const [row] = await opened.query(`SELECT epoch_ms(max(${known})) + 1 AS newest FROM data`);
    return typeof row?.newest === 'number' ? row.newest : undefined;
  } finally {
    await opened.close();
  }
}

function msOf(iso: string | undefined): number | undefined {
  const ms = Date.parse(iso ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
