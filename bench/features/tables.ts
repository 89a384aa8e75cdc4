/** The benchmark's files, and its join written by hand. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duckdbTable } from '#adapters/duckdb/table.ts';

export interface Files {
  readonly folder: string;
  readonly labels: string;
  readonly features: string;
  readonly ours: string;
  readonly hand: string;
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
    hand: join(folder, 'hand.parquet'),
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
const IN_RANGE = `f."key" = e."key" AND f.event_timestamp <= e.event_timestamp
  AND f.created <= e.event_timestamp AND f.event_timestamp >= e.event_timestamp - INTERVAL 7 DAY`;

/** Two ways that people write it: all pairs in range and the best of them, packed or value by value. */
export const BY_HAND: readonly string[] = [
  `SELECT any_value(e."key") AS "key", any_value(e.event_timestamp) AS event_timestamp, any_value(e.label) AS label,
     arg_max(f.mean, (f.event_timestamp, f.created, f.mean)) AS mean,
     arg_max(f.total, (f.event_timestamp, f.created, f.mean)) AS total
   FROM ${NUMBERED} AS e LEFT JOIN features AS f ON ${IN_RANGE} GROUP BY e.r ORDER BY e.r`,
  `WITH e AS ${NUMBERED}, best AS (
     SELECT e.r, max({event: f.event_timestamp, created: f.created, mean: f.mean, total: f.total}) AS b
     FROM e JOIN features AS f ON ${IN_RANGE} GROUP BY e.r)
   SELECT e."key", e.event_timestamp, e.label, b.mean AS mean, b.total AS total
   FROM e LEFT JOIN best USING (r) ORDER BY e.r`,
];
