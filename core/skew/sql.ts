/**
 * The comparison as DuckDB SQL over the table `data` (the log) and a table per view. The log's rows become labels of the very join that
 * makes training data; served and offline values then stand side by side.
 */

import { identifier, literal } from '../contract/sql.ts';
import { filledSql } from '../features/defaults.ts';
import { joinSql, LABELS, tableOfView } from '../features/join-sql.ts';
import { DTYPE_SQL, instant } from '../features/source-sql.ts';
import type { Column } from '../ports/table.ts';
import { PREFIX } from '../predictions/columns.ts';
import type { SkewPlan } from './plan.ts';
import type { SkewRequest } from './request.ts';
import { sameSql } from './same.ts';

/** Columns of our own; a space keeps them apart from names that users give. */
export const ROW = 'skew row';
export const AT = 'skew at';
export const SERVED = 'skew served';
export const PREDICTION = 'skew prediction';
export const PLACE = 'skew place';
export const SHIFT = 'skew shift';
const HOURS = '"skew hours"';

/** Hours that a clock of another time zone may be off. */
const FARTHEST_HOURS = 14;
/** Rows of a source before, and after, the time of a prediction that are looked into. */
const PAST_ROWS = 300;
const FUTURE_ROWS = 20;
/** No row is looked for further back, unless its ttl is longer. */
const LOOK_BACK_MS = 45 * 24 * 3_600_000;

export interface LogColumns {
  readonly request: SkewRequest;
  readonly plan: SkewPlan;
  /** Of the log. */
  readonly logged: readonly Column[];
  /** Type of each join key in the source of the first view that has it. */
  readonly keyTypes: ReadonlyMap<string, string>;
}

/** Rows in question: event times, ms since 1970, `to` left out. */
export interface Span {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Rows of the log, at most so many, as labels: keys and request fields by their own names, all else as it is called there. */
export function labelsSql(columns: LogColumns, span: Span, most: number): string {
  const { request, plan, logged } = columns;
  const types = new Map(logged.map(({ name, type }) => [name, type]));
  const order = `${quoted(AT)} DESC, ${quoted(PREDICTION)}, ${quoted(PLACE)}`;
  const drawn = request.pick === 'spread' ? `hash(${quoted(PREDICTION)}, ${quoted(PLACE)}), ` : '';
  const kept = plan.compared.flatMap(({ output: { column }, hasStatus }) => [
    `${PREFIX.feature}${column}`,
    ...(hasStatus ? [`${PREFIX.status}${column}`] : []),
  ]);
  const select = [
    `${instant('event_time')} AS ${quoted(AT)}`,
    `${types.has('served_at') ? instant('served_at') : 'NULL'} AS ${quoted(SERVED)}`,
    `${types.has('prediction_id') ? 'CAST(prediction_id AS VARCHAR)' : "''"} AS ${quoted(PREDICTION)}`,
    `${types.has('row') ? 'coalesce(TRY_CAST("row" AS INTEGER), 0)' : '0'} AS ${quoted(PLACE)}`,
    ...joinColumns(columns, types),
    ...kept.map(quoted),
  ];
  const where = [
    'event_time IS NOT NULL',
    ...(request.version === undefined ? [] : [`CAST(version AS VARCHAR) = ${literal(request.version)}`]),
    ...(span.from === undefined ? [] : [`${instant('event_time')} >= ${time(span.from)}`]),
    ...(span.to === undefined ? [] : [`${instant('event_time')} < ${time(span.to)}`]),
  ];
  return `SELECT row_number() OVER (ORDER BY ${order}) AS ${quoted(ROW)}, * FROM (
  SELECT ${select.join(', ')} FROM data WHERE ${where.join(' AND ')} ORDER BY ${drawn}${order} LIMIT ${most})`;
}

/** Keys and request fields, typed as the join wants them; null where the log has none, of which nothing is compared then. */
function joinColumns(
  { request, keyTypes }: LogColumns,
  types: ReadonlyMap<string, string>,
): readonly string[] {
  const typed = new Map<string, string>();
  for (const [key, type] of keyTypes) typed.set(key, castSql(`${PREFIX.entity}${key}`, type, types));
  for (const { name, dtype } of request.service.requestFields) {
    if (!typed.has(name)) typed.set(name, castSql(`${PREFIX.request}${name}`, DTYPE_SQL[dtype], types));
  }
  return [...typed].map(([name, sql]) => `${sql} AS ${quoted(name)}`);
}

/** Instants are sent as ISO 8601 text or as microseconds since 1970, and logged as they were sent. */
function castSql(column: string, type: string, types: ReadonlyMap<string, string>): string {
  const logged = types.get(column);
  if (logged === undefined) return `CAST(NULL AS ${type})`;
  if (type !== DTYPE_SQL.UnixTimestamp || /^(TIMESTAMP|DATE)/.test(logged)) {
    return `TRY_CAST(${quoted(column)} AS ${type})`;
  }
  const text = `CAST(${quoted(column)} AS VARCHAR)`;
  return `coalesce(make_timestamptz(TRY_CAST(${text} AS BIGINT)), TRY_CAST(${text} AS ${type}))`;
}

/** Every row with what is computed offline, and per compared column (by place) whether it differs. */
export function comparedSql(labels: string, { request, plan }: LogColumns): string {
  const differs = plan.compared.map((column, index) => {
    const { output } = column;
    const offline = filledSql(quoted(output.column), output, request.defaults);
    const same = sameSql(quoted(`${PREFIX.feature}${output.column}`), offline, column);
    return `, NOT ${same} AS ${quoted(differsName(index))}`;
  });
  return `WITH ${LABELS} AS MATERIALIZED (${labels})
SELECT *${differs.join('')} FROM (${joinSql(request.service, AT)})`;
}

/** One row of counts: `rows`, `from`, `to`, and of each compared column how many differ. */
export function countsSql(compared: string, { plan }: LogColumns): string {
  const sums = plan.compared.map((_, index) => {
    const name = quoted(differsName(index));
    return `, coalesce(sum(CAST(${name} AS INTEGER)), 0) AS ${name}`;
  });
  return `SELECT count(*) AS rows, min(${quoted(AT)}) AS "from", max(${quoted(AT)}) AS "to"${sums.join('')} FROM (${compared})`;
}

/** Up to `most` differing rows of each of these columns, drawn over the whole time. */
export function differingSql(compared: string, columns: readonly number[], most: number): string {
  const nth = columns.map((index) => {
    const name = quoted(differsName(index));
    return `sum(CAST(${name} AS INTEGER)) OVER drawn AS ${quoted(`nth ${index}`)}`;
  });
  const wanted = columns.map(
    (index) => `(${quoted(differsName(index))} AND ${quoted(`nth ${index}`)} <= ${most})`,
  );
  return `SELECT * FROM (SELECT *, ${nth.join(', ')} FROM (${compared})
WINDOW drawn AS (ORDER BY hash(${quoted(PREDICTION)}, ${quoted(PLACE)}, ${quoted(ROW)}) ROWS UNBOUNDED PRECEDING))
WHERE ${wanted.join(' OR ')} ORDER BY ${quoted(ROW)}`;
}

export interface HistoryWanted {
  /** The view's place in the service, and the places of the features that are wanted. */
  readonly view: number;
  readonly features: readonly number[];
  /** By `skew row`. */
  readonly rows: readonly number[];
  /** Event times of the first and the last row, ms since 1970. */
  readonly first: number;
  readonly last: number;
}

/** The rows of a view's source around rows of the log, with their keys: `skew row`, `event`, `created` (µs since 1970) and `value_<n>`. */
export function historySql(labels: string, { request }: LogColumns, wanted: HistoryWanted): string {
  const { joinKeys, features, source, ttlMs = 0 } = viewOf(request, wanted.view);
  const created = source.created_timestamp_field;
  const keys = joinKeys.map((_, place) => `key_${place}`);
  const values = wanted.features.flatMap((place) => {
    const field = features[place];
    const name = `value_${place}`;
    return field ? [{ name, sql: `CAST(${quoted(field.name)} AS ${DTYPE_SQL[field.dtype]})` }] : [];
  });
  const columns = [
    ...joinKeys.map((key, place) => `${quoted(key)} AS ${keys[place]}`),
    `${instant(source.timestamp_field)} AS event`,
    `${created === undefined ? 'CAST(NULL AS BIGINT)' : `epoch_us(${instant(created)})`} AS created`,
    ...values.map(({ name, sql }) => `${sql} AS ${name}`),
  ];
  const packed = `struct_pack(event := epoch_us(v.event), created := v.created${values
    .map(({ name }) => `, ${name} := v.${name}`)
    .join('')})`;
  const past = Math.max(LOOK_BACK_MS, 2 * ttlMs);
  const between = `event BETWEEN ${time(wanted.first - past)} AND ${time(wanted.last + FARTHEST_HOURS * 3_600_000)}`;
  const on = joinKeys.map((key, place) => `l.${quoted(key)} = v.${keys[place]}`);
  const [row, at] = [`l.${quoted(ROW)}`, `l.${quoted(AT)}`];
  const some = (list: string) => `SELECT ${quoted(ROW)}, unnest(${list}, recursive := true) FROM found`;
  return `WITH ${LABELS} AS MATERIALIZED (${labels}),
around AS (SELECT * FROM (SELECT ${columns.join(', ')} FROM ${tableOfView(wanted.view)}) WHERE ${between}),
found AS (SELECT ${row},
  arg_max(${packed}, v.event, ${PAST_ROWS}) FILTER (v.event <= ${at}) AS past,
  arg_min(${packed}, v.event, ${FUTURE_ROWS}) FILTER (v.event > ${at}) AS future
  FROM ${LABELS} AS l JOIN around AS v ON ${on.join(' AND ')} WHERE ${isOneOf(row, wanted.rows)} GROUP BY 1)
${some('past')} UNION ALL ${some('future')}`;
}

/** What would be computed for these rows if the clock were whole hours off: `skew row`, `skew shift` and the service's columns. */
export function shiftedSql(labels: string, { request }: LogColumns, rows: readonly number[]): string {
  const { service } = request;
  const times = [
    AT,
    ...service.requestFields.filter(({ dtype }) => dtype === 'UnixTimestamp').map(({ name }) => name),
  ];
  const moved = times.map((name) => `${quoted(name)} + to_hours(${HOURS}) AS ${quoted(name)}`);
  const hours = Array.from({ length: 2 * FARTHEST_HOURS + 1 }, (_, index) => index - FARTHEST_HOURS);
  const outputs = service.outputs.map(({ column }) => quoted(column));
  return `WITH logged AS MATERIALIZED (${labels}),
${LABELS} AS MATERIALIZED (SELECT * EXCLUDE (${HOURS}) REPLACE (${moved.join(', ')}), ${HOURS} AS ${quoted(SHIFT)}
  FROM logged, (SELECT unnest([${hours.filter((hour) => hour !== 0).join(', ')}]) AS ${HOURS})
  WHERE ${isOneOf(quoted(ROW), rows)})
SELECT ${[quoted(ROW), quoted(SHIFT), ...outputs].join(', ')} FROM (${joinSql(service, AT)})`;
}

/** The name of the column that says whether a compared column differs. */
export function differsName(index: number): string {
  return `differs ${index}`;
}

function viewOf({ service }: SkewRequest, index: number) {
  const view = service.views[index];
  if (view) return view;
  throw new Error(`the service has no view ${index}`);
}

function isOneOf(sql: string, rows: readonly number[]): string {
  return `${sql} IN (${rows.join(', ')})`;
}

function time(ms: number): string {
  return `CAST(${literal(new Date(ms).toISOString())} AS TIMESTAMP WITH TIME ZONE)`;
}

function quoted(name: string): string {
  return identifier(name);
}
