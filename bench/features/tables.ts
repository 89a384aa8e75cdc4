/** The benchmark's files, and its join written by hand. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duckdbTable } from '#adapters/duckdb/table.ts';

export interface Files {
  readonly folder: string;
  readonly labels: string;
  readonly features: string;
  readonly ours: string;
}

/** Seconds of the 90 days over which times are spread. */
const SPAN = 90 * 86_400;

/** A hundred feature rows and ten labels for each key; rows are written up to two hours after their event, in no order. */
export async function writeTables(folder: string, labels: number): Promise<Files> {
  const files = {
    folder,
    labels: join(folder, 'labels.parquet'),
    features: join(folder, 'features.parquet'),
    ours: join(folder, 'ours.parquet'),
  };
  const one = join(folder, 'one.csv');
  await writeFile(one, 'one\n1\n');
  const keys = Math.max(1, Math.floor(labels / 10));
  const time = (factor: number) =>
    `TIMESTAMP WITH TIME ZONE '2024-01-01 00:00:00Z' + to_seconds(CAST(hash(n * ${factor} + 1) % ${SPAN} AS BIGINT))`;
  await duckdbTable().writeParquet({
    tables: { one: [one] },
    sql: `SELECT CAST(hash(n + 99) % ${keys} AS BIGINT) AS "key", ${time(17)} AS event_timestamp, n AS label
          FROM range(${labels}) AS made(n)`,
    to: files.labels,
  });
  await duckdbTable().writeParquet({
    tables: { one: [one] },
    sql: `SELECT CAST(hash(n) % ${keys} AS BIGINT) AS "key", ${time(7)} AS event_timestamp,
            ${time(7)} + to_seconds(CAST(hash(n * 13) % 7200 AS BIGINT)) AS created,
            CAST(hash(n * 3 + 5) AS DOUBLE) / 1e9 AS mean, CAST(hash(n * 11 + 5) % 1000000 AS BIGINT) AS total
          FROM range(${10 * labels}) AS made(n)`,
    to: files.features,
  });
  return files;
}

const NUMBERED = '(SELECT row_number() OVER () AS r, * FROM labels)';
const IN_RANGE = (
  label: string,
) => `f."key" = ${label}."key" AND f.event_timestamp <= ${label}.event_timestamp
  AND f.created <= ${label}.event_timestamp AND f.event_timestamp >= ${label}.event_timestamp - INTERVAL 7 DAY`;
const BEST = 'max({event: f.event_timestamp, created: f.created, mean: f.mean, total: f.total}) AS b';
const WEEK = 7 * 86_400_000_000;

/**
 * The join by hand, for these files alone, in the ways that we found: all pairs in range, and the best of each label; the same within
 * weeks, so that fewer pairs are looked at; and one sort of rows and labels that leaves the rows before a label, which the ASOF JOIN
 * then takes.
 */
export const BY_HAND = {
  pairs: `WITH e AS ${NUMBERED},
   best AS (SELECT e.r, ${BEST} FROM e JOIN features AS f ON ${IN_RANGE('e')} GROUP BY e.r)
   SELECT e."key", e.event_timestamp, e.label, b.mean AS mean, b.total AS total
   FROM e LEFT JOIN best USING (r) ORDER BY e.r`,
  'pairs by week': `WITH e AS ${NUMBERED},
   week AS (SELECT *, epoch_us(event_timestamp) // ${WEEK} - unnest([0, 1]) AS week FROM e),
   best AS (SELECT w.r, ${BEST} FROM features AS f
     JOIN week AS w ON ${IN_RANGE('w')} AND epoch_us(f.event_timestamp) // ${WEEK} = w.week GROUP BY w.r)
   SELECT e."key", e.event_timestamp, e.label, b.mean AS mean, b.total AS total
   FROM e LEFT JOIN best USING (r) ORDER BY e.r`,
  'sort and asof': `WITH e AS ${NUMBERED},
   lived AS (SELECT "key", min(event_timestamp) - INTERVAL 7 DAY AS first, max(event_timestamp) AS last FROM e GROUP BY "key"),
   line AS (SELECT f."key", greatest(f.event_timestamp, f.created) AS known, false AS label, f.event_timestamp AS event, f.mean, f.total
     FROM features AS f JOIN lived USING ("key") WHERE f.event_timestamp >= first AND greatest(f.event_timestamp, f.created) <= last
     UNION ALL SELECT "key", event_timestamp, true, NULL, NULL, NULL FROM e),
   near AS (SELECT * FROM line WINDOW w AS (PARTITION BY "key" ORDER BY known, label)
     QUALIFY NOT label AND coalesce(lead(event) OVER w < event OR lead(known) OVER w = known, true)),
   steps AS (SELECT * FROM near WINDOW w AS (PARTITION BY "key" ORDER BY known, event DESC, mean DESC, total DESC)
     QUALIFY lag(known) OVER w IS DISTINCT FROM known
       AND coalesce(event >= max(event) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true))
   SELECT e."key", e.event_timestamp, e.label,
     CASE WHEN s.event >= e.event_timestamp - INTERVAL 7 DAY THEN s.mean END AS mean,
     CASE WHEN s.event >= e.event_timestamp - INTERVAL 7 DAY THEN s.total END AS total
   FROM e ASOF LEFT JOIN steps AS s ON e."key" = s."key" AND e.event_timestamp >= s.known ORDER BY e.r`,
} as const;
