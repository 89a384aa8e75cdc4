/** Parts in a folder. A part is written beside its place, flushed and renamed: readers see it whole or not at all. */

import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MergewayError } from '#core/errors.ts';
import type { Part, PartStore } from '#core/ports/part-store.ts';
import { isPartPath } from '#core/predictions/part-name.ts';

/** Drafts have names that no part has. */
const DRAFTS = '.drafts';

/** The folder is created when it is missing. */
export function folderPartStore(folder: string): PartStore {
  const root = resolve(folder);

  return {
    async put(name, bytes) {
      const path = pathOf(root, name);
      const draft = join(root, DRAFTS, randomUUID());
      try {
        await mkdir(join(root, DRAFTS), { recursive: true });
        const made = await mkdir(dirname(path), { recursive: true });
        await writeFlushed(draft, bytes);
        await rename(draft, path);
        for (const folder of foldersOf(path, made)) await syncFolder(folder);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw trouble(`${path} can not be written`, cause);
      }
    },

    async list(prefix) {
      const parts: Part[] = [];
      await walk(root, prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '', parts);
      return parts
        .filter(({ name }) => name.startsWith(prefix))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    },

    async localPath(name) {
      const path = pathOf(root, name);
      try {
        await stat(path);
        return path;
      } catch (cause) {
        throw trouble(`${path} can not be read`, cause);
      }
    },
  };
}

function pathOf(root: string, name: string): string {
  if (isPartPath(name)) return join(root, name);
  throw new MergewayError('MW_PART_STORE', `${JSON.stringify(name.slice(0, 200))} is no name of a part`);
}

async function walk(root: string, folder: string, parts: Part[]): Promise<void> {
  if (folder !== '' && !isPartPath(folder)) return;
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
      throw trouble(`${join(root, folder)} can not be read`, cause);
    },
  );
  for (const entry of entries) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!isPartPath(name)) continue;
    if (entry.isDirectory()) await walk(root, name, parts);
    else if (entry.isFile()) parts.push({ name, size: (await stat(join(root, name))).size });
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The folder that has the file, and those that have a folder which was made for it: `made` is the first of these. */
function foldersOf(path: string, made: string | undefined): readonly string[] {
  const folders = [dirname(path)];
  for (
    let folder = dirname(path);
    made !== undefined && folder.length >= made.length;
    folder = dirname(folder)
  ) {
    folders.push(dirname(folder));
  }
  return folders;
}

/** Without this a crash of the machine may forget the rename. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function trouble(what: string, cause: unknown): MergewayError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MergewayError('MW_PART_STORE', `${what}: ${why}`, { cause });
}
