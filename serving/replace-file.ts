/** Small files that are there whole or as they were: written beside their place, flushed and renamed. */

import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts the text at `path`, flushed. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}

/** Without this a crash of the machine may forget a rename or a new file. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
