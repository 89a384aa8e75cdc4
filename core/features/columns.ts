/** Whether the files hold what the definitions and the join need: columns by name, and of a type that converts without loss. */

import type { Dtype } from '../config/features.ts';
import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';
import type { Column } from '../ports/table.ts';
import type { FeatureService, ServiceView } from './service.ts';

interface DescribedTable {
  /** For people: the file. */
  readonly name: string;
  readonly columns: readonly Column[];
}

/** Types of whole numbers. */
export const WHOLE = /^(U?(TINY|SMALL|BIG)INT|U?INTEGER)$/;
const TIME = /^(TIMESTAMP( WITH TIME ZONE|_S|_MS|_NS)?|DATE)$/;
/** Types of numbers. */
export const NUMBER = /^(U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

const TAKES: Readonly<Record<Dtype, RegExp>> = {
  Int32: WHOLE,
  Int64: WHOLE,
  Float32: NUMBER,
  Float64: NUMBER,
  String: /^VARCHAR$/,
  Bool: /^BOOLEAN$/,
  UnixTimestamp: TIME,
};

/** MW_COLUMN_MISSING and MW_FEATURES_MISMATCH, by file and column, before anything is read. */
export function checkColumns(
  service: FeatureService,
  labels: DescribedTable,
  views: readonly DescribedTable[],
  timestamp: string,
): void {
  takes(labels, timestamp, TIME, 'a timestamp');
  for (const { name, dtype } of service.requestFields) takes(labels, name, TAKES[dtype], dtype);
  refuseOverwriting(service, labels);
  for (const [index, view] of service.views.entries()) {
    const table = views[index];
    if (table) checkView(view, table, labels);
  }
}

/** MW_COLUMN_MISSING and MW_FEATURES_MISMATCH where a source is not what its view says; `features` are those that will be read. */
export function checkSource(
  { source, joinKeys }: Pick<ServiceView, 'source' | 'joinKeys'>,
  features: ServiceView['features'],
  table: DescribedTable,
): void {
  takes(table, source.timestamp_field, TIME, 'a timestamp');
  if (source.created_timestamp_field) takes(table, source.created_timestamp_field, TIME, 'a timestamp');
  for (const { name, dtype } of features) takes(table, name, TAKES[dtype], dtype);
  for (const key of joinKeys) column(table, key);
}

function checkView(view: ServiceView, table: DescribedTable, labels: DescribedTable): void {
  checkSource(view, view.features, table);
  for (const key of view.joinKeys) {
    const [left, right] = [column(labels, key).type, column(table, key).type];
    if (left === right || (WHOLE.test(left) && WHOLE.test(right))) continue;
    throw new MergewayError(
      'MW_FEATURES_MISMATCH',
      `join key ${key} is ${left} in ${labels.name} and ${right} in ${table.name}; they can't be compared`,
    );
  }
}

function takes(table: DescribedTable, name: string, pattern: RegExp, wanted: string): void {
  const { type } = column(table, name);
  if (pattern.test(type)) return;
  throw new MergewayError(
    'MW_FEATURES_MISMATCH',
    `column ${name} of ${table.name} is ${type}, and ${wanted} is needed`,
  );
}

function column({ name: table, columns }: DescribedTable, name: string): Column {
  const found = columns.find((one) => one.name === name);
  if (found) return found;
  const known = columns.map((one) => one.name);
  const guess = nearest(name, known);
  throw new MergewayError(
    'MW_COLUMN_MISSING',
    `${table} has no column ${name}${guess ? `; did you mean \`${guess}\`?` : ''} (it has ${known.slice(0, 50).join(', ')})`,
  );
}

/** DuckDB's names know no capitals; a label column of a feature's name would stand there twice. */
function refuseOverwriting(service: FeatureService, labels: DescribedTable): void {
  const taken = new Set(labels.columns.map(({ name }) => name.toLowerCase()));
  const clash = service.outputs.find((output) => taken.has(output.column.toLowerCase()));
  if (!clash) return;
  throw new MergewayError(
    'MW_FEATURES_MISMATCH',
    `${labels.name} has a column ${clash.column} already, which the service ${service.name} gives; drop it there, or set full_feature_names`,
  );
}
