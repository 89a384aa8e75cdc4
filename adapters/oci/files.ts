/** Files that are whole or absent: written aside, synced, renamed into place. A crash leaves at most a draft in `.tmp`. */

import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Drafts older than this belong to processes that died. */
const ABANDONED_MS = 3_600_000;

/** Puts `bytes` at `path` at once. `drafts` is a folder on the same file system. */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array | string,
  drafts: string,
): Promise<void> {
  await mkdir(drafts, { recursive: true });
  const draft = join(drafts, randomUUID());
  try {
    await writeSynced(draft, bytes);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
  await syncFolder(dirname(path));
}

/** Removes what writers left behind that died more than an hour ago. */
export async function sweepDrafts(drafts: string): Promise<void> {
  for (const name of await readdir(drafts).catch(() => [])) {
    const draft = join(drafts, name);
    const found = await stat(draft).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(draft, { force: true });
  }
}

async function writeSynced(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
