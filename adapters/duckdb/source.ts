/** Which files a table is made of, as SQL. Endings decide the format; paths are absolute, quoted and never patterns. */

import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { MergewayError } from '#core/errors.ts';

export interface Source {
  /** A table function over the files, such as `read_parquet(['/a.parquet'])`. */
  readonly sql: string;
  /** Absolute paths. */
  readonly paths: readonly string[];
  /** Of all files together. */
  readonly bytes: number;
}

const FORMATS: Readonly<Record<string, { readonly reader: string; readonly options: string }>> = {
  // The first file's types would round the values of later ones, and its columns hide theirs.
  '.parquet': { reader: 'read_parquet', options: 'hive_partitioning = false, union_by_name = true' },
  // Only types are guessed, from all rows: a guessed delimiter or header would make a damaged file readable.
  '.csv': {
    reader: 'read_csv',
    options: `hive_partitioning = false, header = true, delim = ',', quote = '"', escape = '"', skip = 0, sample_size = -1`,
  },
};

/** The files as one source; `union`: columns by name, those of all files. MW_TABLE_UNREADABLE names the file that is missing, no file, or of another ending. */
export async function sourceOf(
  paths: readonly string[],
  { union = false }: { readonly union?: boolean } = {},
): Promise<Source> {
  const [first] = paths;
  if (first === undefined) throw new MergewayError('MW_TABLE_UNREADABLE', 'no data file was named');

  const ending = extname(first).toLowerCase();
  const format = Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
  let bytes = 0;
  for (const path of paths) {
    if (!format) throw new MergewayError('MW_TABLE_UNREADABLE', `${path} ends in neither .parquet nor .csv`);
    if (extname(path).toLowerCase() !== ending) {
      throw new MergewayError('MW_TABLE_UNREADABLE', `${path} and ${first} are not of one format`);
    }
    bytes += await sizeOf(path);
  }

  const absolute = paths.map((path) => resolve(path));
  const list = absolute.map((path) => quoteText(withoutPatterns(path))).join(', ');
  const byName = union ? ', union_by_name = true' : '';
  return { sql: `${format?.reader}([${list}], ${format?.options}${byName})`, paths: absolute, bytes };
}

/** A string literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A column name. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** DuckDB reads `*`, `?` and `[` in file names as patterns; in brackets they are themselves. */
function withoutPatterns(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new MergewayError('MW_TABLE_UNREADABLE', `${path} does not exist`);
  if (!found.isFile()) throw new MergewayError('MW_TABLE_UNREADABLE', `${path} is not a file`);
  if (found.size === 0) throw new MergewayError('MW_TABLE_UNREADABLE', `${path} is empty`);
  return found.size;
}
