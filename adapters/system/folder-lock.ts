/**
 * One process per folder, for as long as it runs: a file with its owner. A dead owner's lock is taken over by renaming it, so that
 * one of several takers gets it. On this host the owner's pid tells whether it lives; on others, where pids say nothing, a
 * file that was not touched for a minute is a dead owner's.
 */

import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

const TOUCH_MS = 10_000;
/** Loading a large model blocks a process, and its touch, for a while. */
const STALE_MS = 60_000;

interface Owner {
  readonly pid: number;
  readonly host: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/** Locks that this process holds: in a container every process may have the same pid, also the dead one. */
const heldHere = new Set<string>();

/** Takes the lock file at `path`, whose folder exists; throws what `refuse` makes of the living owner. */
export async function takeLock(path: string, refuse: (owner: string) => Error): Promise<FolderLock> {
  const token = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  if (!(await create(path, token))) {
    const holder = await readOrNothing(path);
    if (holder !== undefined && !(await isStale(path, holder))) throw refuse(nameOf(holder));
    if (holder !== undefined) await takeAway(path, holder);
    if (!(await create(path, token))) throw refuse('a process that took it just now');
  }
  heldHere.add(token);
  const touching = setInterval(() => touch(path), TOUCH_MS).unref();

  return {
    async release() {
      clearInterval(touching);
      heldHere.delete(token);
      if ((await readOrNothing(path)) === token) await rm(path, { force: true });
    },
  };
}

/** Writes the token beside the lock and links it into place: the lock never exists without its token. */
async function create(path: string, token: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, token, { flag: 'wx', mode: 0o600 });
    await link(draft, path);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw cause;
  } finally {
    await rm(draft, { force: true });
  }
}

async function isStale(path: string, holder: string): Promise<boolean> {
  const owner = parseOwner(holder);
  if (owner?.host === hostname()) {
    return owner.pid === process.pid ? !heldHere.has(holder) : !isAlive(owner.pid);
  }
  const found = await stat(path).catch(() => undefined);
  return found === undefined || Date.now() - found.mtimeMs > STALE_MS;
}

async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readOrNothing(aside)) !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function touch(path: string): void {
  const now = new Date();
  utimes(path, now, now).catch(() => undefined);
}

function nameOf(holder: string): string {
  const owner = parseOwner(holder);
  return owner ? `process ${owner.pid} on ${owner.host.slice(0, 100)}` : 'an unknown process';
}

function parseOwner(holder: string): Owner | undefined {
  try {
    const { pid, host } = JSON.parse(holder) as { readonly pid?: unknown; readonly host?: unknown };
    return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof host === 'string'
      ? { pid: Number(pid), host }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Signal 0 asks whether a process is there; EPERM says it is, and somebody else's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'EPERM';
  }
}

function readOrNothing(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
