/** Parts of the prediction log in a folder, by their names alone. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePartName } from '#core/predictions/part-name.ts';
import type { LogPart } from '#core/skew/request.ts';

/** Every part of the model's predictions; none where the folder has none. */
export async function partsIn(log: string, model: string): Promise<readonly LogPart[]> {
  const root = `predictions/${model}`;
  const names = await readdir(join(log, root), { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  return names.flatMap((name) => {
    const part = parsePartName(`${root}/${name.replaceAll('\\', '/')}`);
    return part ? [{ local: async () => join(log, root, name), from: part.from, to: part.to }] : [];
  });
}
