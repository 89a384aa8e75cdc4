/**
 * One process per database folder. PGlite itself has no lock, and a second opener makes everything that is
 * acknowledged afterwards vanish. The lock is a file beside the data with the owner's pid; a dead owner's is taken over.
 */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MergewayError } from '#core/errors.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/** Locks that this process holds. A restarted container has its predecessor's pid: a lock with our pid that is not here is a dead one's. */
const held = new Set<string>();

/** Takes the folder's lock. MW_DATABASE_LOCKED names the living owner. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = resolve(folder, 'mergeway.lock');
  if (!(await claim(file))) {
    const owner = await ownerOf(file);
    if (owner !== undefined && holds(owner, file)) {
      throw new MergewayError(
        'MW_DATABASE_LOCKED',
        `The database in ${folder} is in use by process ${owner}`,
      );
    }
    await rm(file, { force: true });
    if (!(await claim(file))) {
      throw new MergewayError('MW_DATABASE_LOCKED', `The database in ${folder} was taken just now`);
    }
  }
  held.add(file);
  return {
    async release() {
      held.delete(file);
      await rm(file, { force: true });
    },
  };
}

function holds(owner: number, file: string): boolean {
  return owner === process.pid ? held.has(file) : isAlive(owner);
}

async function claim(file: string): Promise<boolean> {
  try {
    await writeFile(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerOf(file: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** Signal 0 asks whether a process is there; EPERM says it is, and somebody else's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
