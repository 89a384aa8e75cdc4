/**
 * A data store in a folder. Drafts lie in a hidden folder of the same file system, so that keeping one is a link: the name is there with
 * all bytes or not at all, and never replaces another. What a killed process left there goes after a day.
 */

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Digest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import type { DataStore, Draft } from '#core/ports/data-store.ts';
import { digestOfFile, KnownDigests } from './digest.ts';
import { inside } from './inside.ts';

const DRAFTS = '.mergeway-drafts';
const DRAFT_AGE_MS = 86_400_000;

/** The store at `root`, a folder that exists; `called` is what errors call it. */
export function folderDataStore(root: string, called = root): DataStore {
  const digests = new KnownDigests();
  return { list, localPath, digest, draft, write };

  async function list(folder: string): Promise<readonly string[]> {
    if (!(await isFolder(await inside(root, folder, `a lock names ${folder}`, called)))) {
      throw new MergewayError('MW_DATA_MISSING', `a lock names ${folder}, which is no folder in ${called}`);
    }
    return (await filesBelow(folder)).sort();
  }

  /** Names that begin with a dot or an underscore are those of files still being written. */
  async function filesBelow(folder: string): Promise<string[]> {
    const names = (await readdir(join(root, folder))).filter((name) => !/^[._]/.test(name));
    const found: string[] = [];
    for (const name of names) {
      const path = `${folder.replace(/\/+$/, '')}/${name}`;
      if (await isFolder(await inside(root, path, `${folder} holds ${name}`))) {
        found.push(...(await filesBelow(path)));
      } else if (name.toLowerCase().endsWith('.parquet')) found.push(path);
    }
    return found;
  }

  function localPath(name: string): Promise<string> {
    return inside(root, name, `a lock names ${name}`, called);
  }

  async function digest(name: string): Promise<Digest> {
    const path = await localPath(name);
    if ((await stat(path)).isFile()) return digests.of(path);
    throw new MergewayError('MW_DATA_MISSING', `a lock names ${name}, which is no file in ${called}`);
  }

  async function draft(): Promise<Draft> {
    const folder = await folderOf(join(DRAFTS, 'draft'));
    await sweep(folder);
    const path = join(folder, `${randomUUID()}.parquet`);
    return {
      path,
      digest: () => digestOfFile(path),
      keep: (name) => keep(path, name),
      discard: () => rm(path, { force: true }),
    };
  }

  async function keep(path: string, name: string): Promise<void> {
    const target = join(await folderOf(name), basename(name));
    await flush(path);
    try {
      await link(path, target);
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST') throw cause;
      if ((await digestOfFile(target)) !== (await digestOfFile(path))) {
        throw new MergewayError('MW_DATA_MISMATCH', `${target} is there already, with other bytes`);
      }
    }
    await rm(path);
  }

  async function write(name: string, text: string): Promise<void> {
    const target = join(await folderOf(name), basename(name));
    const path = join(dirname(target), `.${basename(name)}.${randomUUID()}`);
    try {
      await writeFile(path, text);
      await rename(path, target);
    } finally {
      await rm(path, { force: true });
    }
  }

  /** The folder that a file of this name goes into; made where it is not there, in a store that is. */
  async function folderOf(name: string): Promise<string> {
    if (!(await isFolder(root))) throw new MergewayError('MW_DATA_MISSING', `${root} is no folder`);
    const folder = dirname(name);
    await mkdir(join(root, folder), { recursive: true });
    return inside(root, folder, `data is to be written to ${folder}`);
  }
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > DRAFT_AGE_MS) await rm(path, { force: true });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** A lock must not outlive the bytes that it promises, not even when the machine fails. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
