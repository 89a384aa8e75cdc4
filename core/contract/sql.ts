/** SQL text for DuckDB out of untrusted names and values: quoted, never spliced. */

import { MergewayError } from '../errors.ts';

/** A column's name as an identifier. */
export function identifier(name: string): string {
  return `"${safe(name).replaceAll('"', '""')}"`;
}

/** A value as a literal. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${safe(value).replaceAll("'", "''")}'`;
  return String(value);
}

function safe(text: string): string {
  if (text.includes('\0'))
    throw new MergewayError('MW_CONFIG_INVALID', 'the contract has a NUL character in a name or value');
  return text;
}
