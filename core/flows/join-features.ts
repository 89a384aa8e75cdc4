/** The training side of features: labels and a service's sources become one Parquet file, each label with what was known at its time. */

import { checkColumns } from '../features/columns.ts';
import type { Defaults } from '../features/defaults.ts';
import { joinSql, LABELS, tableOfView } from '../features/join-sql.ts';
import type { FeatureService } from '../features/service.ts';
import type { Table } from '../ports/table.ts';
import { columnsByTable } from '../tables.ts';

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
  const views = Object.fromEntries(sources.map(({ path }, index) => [tableOfView(index), [path]]));
  const columns = await columnsOf(table, labels, views);
  const described = sources.map(({ name }, index) => ({ name, columns: columns.of(tableOfView(index)) }));
  checkColumns(service, { name: labels.name, columns: columns.labels }, described, timestamp);

  return table.writeParquet({
    tables: { [LABELS]: [labels.path], ...views },
    sql: joinSql(service, timestamp, defaults),
    to: out,
  });
}

async function columnsOf(
  table: Table,
  { path }: DataFile,
  views: Readonly<Record<string, readonly string[]>>,
) {
  const opened = await table.open([path], { also: views });
  try {
    const described = await columnsByTable(opened);
    return { labels: opened.columns, of: (view: string) => described.get(view) ?? [] };
  } finally {
    await opened.close();
  }
}
