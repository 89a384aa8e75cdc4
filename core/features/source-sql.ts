/** What a feature view's source is in DuckDB SQL, for training and for the online store alike. */

import type { Dtype } from '../config/features.ts';
import { identifier } from '../contract/sql.ts';

export const DTYPE_SQL = {
  Int32: 'INTEGER',
  Int64: 'BIGINT',
  Float32: 'FLOAT',
  Float64: 'DOUBLE',
  String: 'VARCHAR',
  Bool: 'BOOLEAN',
  UnixTimestamp: 'TIMESTAMP WITH TIME ZONE',
} as const satisfies Record<Dtype, string>;

/** Times without a zone are UTC; days are their midnight. */
export function instant(column: string): string {
  return `CAST(${identifier(column)} AS TIMESTAMP WITH TIME ZONE)`;
}
