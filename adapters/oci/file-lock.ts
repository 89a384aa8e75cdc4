/**
 * A lock between processes: a file that only one of them can create. A lock whose owner is gone (its pid is dead on
 * this host, or it is older than STALE_MS, which a live owner never needs) is taken away by renaming it, so that
 * only one process takes it. A process that lost its lock meanwhile finds its token gone and does its work again.
 */

import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { MergewayError } from '#core/errors.ts';

/** An update of an index takes milliseconds; a lock this old has no owner any more. Shorter than a writer's patience. */
const STALE_MS = 10_000;
const POLL_MS = 5;

/** Tokens of this process: in a container every process may have the same pid, also the dead one that left a lock. */
const ownTokens = new Set<string>();

export interface HeldLock {
  /** Whether the lock is still ours; false when another process took it for stale. */
  isOurs(): Promise<boolean>;
}

/**
 * Does `work` while this process alone holds `path`. Work must be repeatable: it is done again when the lock was
 * lost meanwhile. MW_STORE_BUSY after `patienceMs`.
 */
export async function underLock<T>(
  path: string,
  patienceMs: number,
  work: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const token = await acquire(path, patienceMs);
    const isOurs = async () => (await readOrNothing(path)) === token;
    try {
      const result = await work({ isOurs });
      if (await isOurs()) return result;
    } finally {
      if (await isOurs()) await rm(path, { force: true });
      ownTokens.delete(token);
    }
  }
  throw busy(path, patienceMs);
}

async function acquire(path: string, patienceMs: number): Promise<string> {
  const token = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  ownTokens.add(token);
  const deadline = performance.now() + patienceMs;
  while (!(await create(path, token))) {
    const holder = await readOrNothing(path);
    if (holder !== undefined && (await isStale(path, holder))) await takeAway(path, holder);
    if (performance.now() > deadline) {
      ownTokens.delete(token);
      throw busy(path, patienceMs);
    }
    await pause(POLL_MS + Math.random() * POLL_MS);
  }
  return token;
}

/** Writes the token beside the lock and links it into place: the lock never exists without its token. */
async function create(path: string, token: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(token);
    await link(draft, path);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw cause;
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

async function isStale(path: string, holder: string): Promise<boolean> {
  const owner = parseOwner(holder);
  if (owner?.host === hostname()) {
    const isGone = owner.pid === process.pid ? !ownTokens.has(holder) : !isAlive(owner.pid);
    if (isGone) return true;
  }
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS;
}

async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const taken = await readOrNothing(aside);
  if (taken !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function parseOwner(holder: string): { readonly pid: number; readonly host: string } | undefined {
  try {
    const { pid, host } = JSON.parse(holder) as { pid?: unknown; host?: unknown };
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'EPERM';
  }
}

async function readOrNothing(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

function busy(path: string, patienceMs: number): MergewayError {
  return new MergewayError(
    'MW_STORE_BUSY',
    `${path} was held by other processes for ${patienceMs} ms; no description was written`,
  );
}
