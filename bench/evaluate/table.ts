/** The benchmark's file of predictions, and its metrics as DuckDB SQL by hand. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duckdbTable } from '#adapters/duckdb/table.ts';

/** The same for everybody who runs SQL. */
export const DUCKDB = { memory: '2GB', threads: 2 } as const;

/** Calibrated scores of single precision, so that some are tied, and five groups. Seeded by DuckDB's hash. */
export async function writePredictions(folder: string, rows: number): Promise<string> {
  const one = join(folder, 'one.csv');
  await writeFile(one, 'one\n1\n');
  const to = join(folder, 'predictions.parquet');
  const uniform = (salt: number) => `(CAST(hash(n + ${salt}) AS DOUBLE) / 18446744073709551616.0)`;
  await duckdbTable(DUCKDB).writeParquet({
    tables: { one: [one] },
    sql: `SELECT n AS id, ${uniform(7)} < score AS label, score, chr(CAST(97 + hash(n + 5) % 5 AS INTEGER)) AS "group"
          FROM (SELECT n, CAST(CAST(${uniform(0)} AS FLOAT) AS DOUBLE) AS score FROM range(${rows}) AS made(n))`,
    to,
  });
  return to;
}

const CLIPPED = 'least(1 - 2.220446049250313e-16, greatest(2.220446049250313e-16, ';

const SUMS = `SELECT "group", count(*) AS rows,
  count(*) FILTER (WHERE label AND score >= 0.5) AS tp, count(*) FILTER (WHERE NOT label AND score >= 0.5) AS fp,
  count(*) FILTER (WHERE label AND score < 0.5) AS fn, count(*) FILTER (WHERE NOT label AND score < 0.5) AS tn,
  avg(-ln(${CLIPPED}CASE WHEN label THEN score ELSE 1 - score END)))) AS log_loss,
  avg((score - CAST(label AS INTEGER)) ** 2) AS brier_score
  FROM data GROUP BY GROUPING SETS ((), ("group"))`;

/** Areas by group and of all rows, whose group is NULL. */
const AREAS = {
  'by distinct score': `WITH each AS (SELECT "group", score, count(*) FILTER (WHERE label) AS p, count(*) FILTER (WHERE NOT label) AS n FROM data GROUP BY ALL),
    both_ AS (FROM each UNION ALL SELECT NULL, score, sum(p), sum(n) FROM each GROUP BY score),
    walked AS (SELECT "group", p, n, sum(p) OVER w AS cp, sum(n) OVER w AS cn FROM both_
      WINDOW w AS (PARTITION BY "group" ORDER BY score DESC ROWS UNBOUNDED PRECEDING))
    SELECT "group", sum(n * (cp - p / 2)) / (sum(p) * sum(n)) AS roc_auc, sum(p * cp / (cp + cn)) / sum(p) AS average_precision
    FROM walked GROUP BY "group"`,
  'by sorting rows': ((area: (by: string, group: string) => string) =>
    `${area('PARTITION BY "group"', '"group"')} UNION ALL ${area('', 'NULL')}`)(
    (
      by,
      group,
    ) => `SELECT ${group} AS "group", sum((r - cp - pr + pp) * (cp + pp) / 2) / (max(cp) * (max(r) - max(cp))) AS roc_auc,
      sum((cp - pp) * cp / r) / max(cp) AS average_precision
      FROM (SELECT *, lag(cp, 1, 0) OVER w AS pp, lag(r, 1, 0) OVER w AS pr
        FROM (SELECT "group", score, sum(CAST(label AS INTEGER)) OVER w AS cp, row_number() OVER w AS r, lead(score) OVER w AS next FROM data
          WINDOW w AS (${by} ORDER BY score DESC ROWS UNBOUNDED PRECEDING))
        WHERE score IS DISTINCT FROM next WINDOW w AS (${by} ORDER BY r)) ${group === 'NULL' ? '' : `GROUP BY ${group}`}`,
  ),
} as const;

export type Hand = keyof typeof AREAS;
export const HANDS = Object.keys(AREAS) as readonly Hand[];

export type Values = Readonly<Record<string, number>>;

/** Metrics of all rows (under `all`) and of each group. */
export async function measureByHand(path: string, hand: Hand): Promise<Readonly<Record<string, Values>>> {
  const table = await duckdbTable(DUCKDB).open([path]);
  try {
    const [sums, areas] = [await table.query(SUMS), await table.query(AREAS[hand])];
    return Object.fromEntries(
      sums.map(({ group, tp: right, fp: wrong, fn: missed, tn: left, log_loss, brier_score }) => {
        const [tp, fp, fn, tn] = [Number(right), Number(wrong), Number(missed), Number(left)];
        const area = areas.find((one) => one.group === group);
        const values = {
          roc_auc: Number(area?.roc_auc),
          average_precision: Number(area?.average_precision),
          accuracy: (tp + tn) / (tp + fp + fn + tn),
          balanced_accuracy: (tp / (tp + fn) + tn / (tn + fp)) / 2,
          precision: tp / (tp + fp),
          recall: tp / (tp + fn),
          f1: (2 * tp) / (2 * tp + fp + fn),
          log_loss: Number(log_loss),
          brier_score: Number(brier_score),
        };
        return [String(group ?? 'all'), values];
      }),
    );
  } finally {
    await table.close();
  }
}
