/** The training side of features: labels and a service's sources become one Parquet file, each label with what was known at its time. */

import { checkColumns } from '../features/columns.ts';
import type { Defaults } from '../features/defaults.ts';
import { joinSql, LABELS, tableOfView } from '../features/join-sql.ts';
import type { FeatureService } from '../features/service.ts';
import type { Table } from '../ports/table.ts';

export interface DataFile {
  /** For people. */
  readonly name: string;
  readonly path: string;
}

export interface JoinRequest {
  readonly service: FeatureService;
  readonly labels: DataFile;
  /** Column of the labels with the time that features are wanted at. */
  readonly timestamp: string;
  /** The source of each view of the service, in its order. */
  readonly sources: readonly DataFile[];
  /** What nulls of the service's columns become; absent: they stay. */
  readonly defaults?: Defaults;
  /** The Parquet file to write. */
  readonly out: string;
}

/** Joins and writes; the number of rows, which is that of the labels. MW_COLUMN_MISSING, MW_FEATURES_MISMATCH, and those of the table. */
export async function joinFeatures(table: Table, request: JoinRequest): Promise<{ readonly rows: number }> {
  const { service, labels, timestamp, sources, defaults, out } = request;
  const described = [];
  for (const file of sources) described.push(await describe(table, file));
  checkColumns(service, await describe(table, labels), described, timestamp);

  const views = sources.map(({ path }, index): [string, readonly string[]] => [tableOfView(index), [path]]);
  return table.writeParquet({
    tables: { [LABELS]: [labels.path], ...Object.fromEntries(views) },
    sql: joinSql(service, timestamp, defaults),
    to: out,
  });
}

async function describe(table: Table, { name, path }: DataFile) {
  const opened = await table.open([path]);
  await opened.close();
  return { name, columns: opened.columns };
}
