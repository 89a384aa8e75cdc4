/** New texts of locks on disk. The holdout's comes last: told again after a crash in between, the same interval is made again. */

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileWhole } from '#actions/files.ts';
import { inside } from '#adapters/data-store/inside.ts';

/** Writes the texts in their order, below a folder and never outside. */
export async function writeLocks(root: string, locks: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(locks)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await inside(root, dirname(path), `${path} is to be written`);
    await writeFileWhole(join(root, path), text);
  }
}
