/**
 * The point-in-time join as SQL, by the rule of Feast: a row is an answer when its keys are the label's, its event is not after the
 * label and not older than the ttl, and it was created by then (with the cut-off); the latest of them by event time, then created time.
 *
 * A row is *known* from the later of event and created time on. Laid out with the labels by that time, most rows are overtaken before
 * any label comes: the next row is known before the next label and is no older. One sort and a look at the neighbour drops those, and
 * at most about one row a label is left. Of these, one that is older than a row known before it is never the answer; without it the
 * rest is a staircase on which one inequality finds the answer, known ≤ label time, and that is what ASOF JOIN can do. Only then the
 * ttl is applied: where the latest row is too old, all are. n log n, and no pair of rows is made that is not in the answer.
 */

import { identifier } from '../contract/sql.ts';
import { type Defaults, filledSql, NO_DEFAULTS } from './defaults.ts';
import { featureKey } from './on-demand.ts';
import type { FeatureService, ServiceView } from './service.ts';
import { DTYPE_SQL, instant } from './source-sql.ts';

/** Columns of our own, which no parquet file should have. */
const ROW = '"mergeway row"';
const INSTANT = '"mergeway instant"';

/** Name of the table of labels in the SQL. */
export const LABELS = 'labels';

/** Name of a view's table in the SQL. */
export function tableOfView(index: number): string {
  return `view_${index}`;
}

/**
 * One SELECT: every column of the labels, then the service's, a row per label in the labels' order. Reads the tables `labels` and
 * `view_<n>`; the session's time zone must be UTC, since times without a zone are UTC.
 */
export function joinSql(
  service: FeatureService,
  timestamp: string,
  defaults: Defaults = NO_DEFAULTS,
): string {
  const views = service.views.map((view, index) => ({ view, index }));
  const steps = [
    `entities AS (SELECT row_number() OVER () AS ${ROW}, ${instant(timestamp)} AS ${INSTANT}, * FROM ${LABELS})`,
    ...views.flatMap(({ view, index }) => stairs(view, index)),
    `joined AS (SELECT e.*${views.map(featureColumns).join('')} FROM entities AS e${views.map(asofJoin).join('')})`,
  ];
  const outputs = service.outputs.map(
    (output) =>
      `, ${filledSql(outputSql(service, output), output, defaults)} AS ${identifier(output.column)}`,
  );
  const own = [
    ROW,
    INSTANT,
    ...views.flatMap(({ view }) => view.features.map(({ name }) => joinedColumn(view, name))),
  ];
  return `WITH ${steps.join(',\n')}
SELECT * EXCLUDE (${own.join(', ')})${outputs.join('')} FROM joined ORDER BY ${ROW}`;
}

/** A view's rows, those that some label may want, and those of them that are an answer for some time. */
function stairs(view: ServiceView, index: number): readonly string[] {
  const { created_timestamp_field: created } = view.source;
  const keys = view.joinKeys.map((_, place) => `key_${place}`);
  const values = view.features.map((_, place) => `value_${place}`);
  const order = [
    'known',
    'event DESC',
    ...(created === undefined ? [] : ['created DESC NULLS LAST']),
    ...values.map((name) => `${name} DESC NULLS LAST`),
  ];
  const notOlder =
    'coalesce(event >= max(event) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true)';
  return [
    `rows_${index} AS (${knownRows(view, index)})`,
    `bounds_${index} AS (${bounds(view, keys)})`,
    `wanted_${index} AS (SELECT * FROM (
    SELECT rows_${index}.*, false AS is_label FROM rows_${index} JOIN bounds_${index} USING (${keys.join(', ')})
    WHERE known <= latest${view.ttlMs === undefined ? '' : ' AND event >= earliest'}
    UNION ALL BY NAME SELECT ${labelKeys(view, keys)}, ${INSTANT} AS known, true AS is_label FROM entities)
  WINDOW w AS (PARTITION BY ${keys.join(', ')} ORDER BY known, is_label)
  QUALIFY NOT is_label AND coalesce(lead(event) OVER w < event OR lead(known) OVER w = known, true))`,
    `stairs_${index} AS (SELECT * FROM wanted_${index}
  WINDOW w AS (PARTITION BY ${keys.join(', ')} ORDER BY ${order.join(', ')})
  QUALIFY lag(known) OVER w IS DISTINCT FROM known${view.cutOff ? ` AND ${notOlder}` : ''})`,
  ];
}

function knownRows(view: ServiceView, index: number): string {
  const { timestamp_field: event, created_timestamp_field: created } = view.source;
  const keys = view.joinKeys.map((key, place) => `${identifier(key)} AS key_${place}`);
  const columns = [
    ...keys,
    `${instant(event)} AS event`,
    ...(created === undefined ? [] : [`${instant(created)} AS created`]),
    ...view.features.map(
      ({ name, dtype }, place) => `CAST(${identifier(name)} AS ${DTYPE_SQL[dtype]}) AS value_${place}`,
    ),
  ];
  const present = ['event', ...(view.cutOff ? ['created'] : [])].map((name) => `${name} IS NOT NULL`);
  return `SELECT *, ${view.cutOff ? 'greatest(event, created)' : 'event'} AS known
  FROM (SELECT ${columns.join(', ')} FROM ${tableOfView(index)}) WHERE ${present.join(' AND ')}`;
}

/** From when and until when labels want rows of their keys; null keys match nothing. */
function bounds(view: ServiceView, keys: readonly string[]): string {
  const earliest = view.ttlMs === undefined ? '' : `, ${expiry(`min(${INSTANT})`, view.ttlMs)} AS earliest`;
  return `SELECT ${labelKeys(view, keys)}, max(${INSTANT}) AS latest${earliest} FROM entities GROUP BY ALL`;
}

function labelKeys({ joinKeys }: ServiceView, keys: readonly string[]): string {
  return joinKeys.map((key, place) => `${identifier(key)} AS ${keys[place]}`).join(', ');
}

/** Events before it are too old at that time. */
function expiry(time: string, ttlMs: number): string {
  return `${time} - to_microseconds(${Math.round(ttlMs * 1000)})`;
}

function asofJoin({ view, index }: { readonly view: ServiceView; readonly index: number }): string {
  const keys = view.joinKeys.map((key, place) => `e.${identifier(key)} = s${index}.key_${place}`);
  return `
  ASOF LEFT JOIN stairs_${index} AS s${index} ON ${keys.join(' AND ')} AND e.${INSTANT} >= s${index}.known`;
}

/** A label without a time knows nothing; above 64 labels DuckDB's ASOF JOIN gives it the last row. */
function featureColumns({ view, index }: { readonly view: ServiceView; readonly index: number }): string {
  const { ttlMs } = view;
  return view.features
    .map(({ name }, place) => {
      const isSeen =
        ttlMs === undefined
          ? `e.${INSTANT} IS NOT NULL`
          : `s${index}.event >= ${expiry(`e.${INSTANT}`, ttlMs)}`;
      return `, CASE WHEN ${isSeen} THEN s${index}.value_${place} END AS ${joinedColumn(view, name)}`;
    })
    .join('');
}

/** A dot keeps it apart from every name that users give features. */
function joinedColumn(view: ServiceView, feature: string): string {
  return identifier(`mergeway ${featureKey(view.name, feature)}`);
}

function outputSql(service: FeatureService, output: FeatureService['outputs'][number]): string {
  if (output.kind === 'feature') return identifier(`mergeway ${featureKey(output.view, output.feature)}`);
  const expression = service.expressions.get(output.name);
  const sql = expression?.sql((key) => identifier(key.includes('.') ? `mergeway ${key}` : key)) ?? 'NULL';
  return `CAST(${sql} AS ${DTYPE_SQL[output.dtype]})`;
}
