/** The predictions that are measured: a file, or what an evaluation kept in the store, by its digest. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Io } from '#actions/command.ts';
import { isFile } from '#actions/files.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { parseDigest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';

/** Works on the file's path, which for kept predictions is there only meanwhile. MW_FILE_MISSING, MW_ARTIFACT_NOT_FOUND, MW_USAGE. */
export async function withPredictions<T>(
  { predictions, store }: { readonly predictions: string; readonly store?: string | undefined },
  { cwd }: Io,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const digest = parseDigest(predictions);
  if (!digest) {
    const path = resolve(cwd, predictions);
    if (!(await isFile(path))) throw new MergewayError('MW_FILE_MISSING', `there is no file ${path}`);
    return work(path);
  }
  if (store === undefined) {
    throw new MergewayError('MW_USAGE', `${predictions} is looked up in a store: give --store <folder>`);
  }
  const bytes = await ociLayoutStore(resolve(cwd, store)).get(digest);
  const folder = await mkdtemp(join(tmpdir(), 'mergeway-predictions-'));
  try {
    const path = join(folder, 'predictions.parquet');
    await writeFile(path, bytes);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
