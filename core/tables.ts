/** Of several tables that were opened together: what their columns are. */

import type { Column, OpenTable } from './ports/table.ts';

const DESCRIBED = `SELECT table_name AS "table", column_name AS "column", data_type AS "type"
FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index`;

/** Columns by the name that their table has in queries. */
export async function columnsByTable(opened: OpenTable): Promise<ReadonlyMap<string, readonly Column[]>> {
  const described = new Map<string, Column[]>();
  for (const { table, column, type } of await opened.query(DESCRIBED)) {
    const known = described.get(String(table)) ?? [];
    described.set(String(table), [...known, { name: String(column), type: String(type) }]);
  }
  return described;
}
