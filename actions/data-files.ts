/** Files and folders that people name, as the data files in them: parts of a log lie in folders by day. */

import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MergewayError } from '#core/errors.ts';

const DATA_FILE = /\.(parquet|csv)$/i;

/** Absolute paths, sorted; of a folder every Parquet and CSV file below it. MW_FILE_MISSING. */
export async function dataFiles(cwd: string, named: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of named) {
    for (const file of await filesAt(resolve(cwd, path))) found.add(file);
  }
  return [...found].sort();
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return [path];
  if (!found?.isDirectory()) throw new MergewayError('MW_FILE_MISSING', `there is no file or folder ${path}`);

  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && DATA_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (files.length > 0) return files;
  throw new MergewayError('MW_FILE_MISSING', `${path} holds no Parquet or CSV file`);
}
