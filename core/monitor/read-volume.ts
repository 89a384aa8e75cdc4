/** How many predictions the window has, which of them were lost, and how long there were none. */

import type { Row } from '../ports/table.ts';
import { EVENT_TIME, has, instant, isWithin, type WindowOfTable, windowSql } from './relation.ts';

export async function countRows(window: WindowOfTable): Promise<number> {
  const [row] = await window.table.query(`SELECT count(*) AS n FROM (${windowSql(window)})`);
  return number(row, 'n');
}

/**
 * Gaps in the numbering of each writer, all versions together, between two requests of the window. A gap at the window's edge may be rows of
 * another part, and is not counted.
 */
export async function countLost({ table, interval }: WindowOfTable): Promise<number> {
  if (!has(table, 'writer') || !has(table, 'sequence') || !has(table, 'event_time')) return 0;
  const both = interval ? `AND ${isWithin(interval, 'seen')} AND ${isWithin(interval, 'before')}` : '';
  const [row] = await table.query(
    `WITH requests AS (SELECT writer, "sequence" AS n, min(${EVENT_TIME}) AS seen FROM data GROUP BY writer, "sequence"),
     steps AS (SELECT n - lag(n) OVER own - 1 AS gap, seen, lag(seen) OVER own AS before FROM requests WINDOW own AS (PARTITION BY writer ORDER BY n))
     SELECT CAST(coalesce(sum(gap), 0) AS BIGINT) AS lost FROM steps WHERE gap > 0 ${both}`,
  );
  return number(row, 'lost');
}

/** The longest time without a prediction of any version, up to the window's end; it may have begun before the window. */
export async function longestSilence({ table, interval }: WindowOfTable): Promise<number | null> {
  if (!interval || !has(table, 'event_time')) return null;
  const [from, to] = [instant(interval.from), instant(interval.to)];
  const [row] = await table.query(
    `WITH times AS (SELECT DISTINCT ${EVENT_TIME} AS seen FROM data WHERE ${isWithin(interval)}),
     start AS (SELECT coalesce(max(${EVENT_TIME}), ${from}) AS seen FROM data WHERE ${EVENT_TIME} < ${from}),
     marks AS (SELECT seen FROM times UNION ALL SELECT seen FROM start UNION ALL SELECT ${to}),
     steps AS (SELECT epoch_ms(seen) - epoch_ms(lag(seen) OVER (ORDER BY seen)) AS gap FROM marks)
     SELECT max(gap) AS silence FROM steps`,
  );
  return number(row, 'silence');
}

function number(row: Row | undefined, name: string): number {
  return Number(row?.[name] ?? 0);
}
