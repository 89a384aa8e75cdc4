import assert from 'node:assert/strict';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeLock } from '#adapters/system/folder-lock.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const refuse = (owner: string) => new Error(`held by ${owner}`);

for (const { name, owner, ageMs } of [
  { name: 'a dead process', owner: { pid: 2 ** 22 - 1, host: hostname(), id: 'x' }, ageMs: 0 },
  {
    name: 'an earlier process with our pid, as in a restarted container',
    owner: { pid: process.pid, host: hostname(), id: 'x' },
    ageMs: 0,
  },
  {
    name: 'another host, silent for two minutes',
    owner: { pid: 1, host: 'elsewhere', id: 'x' },
    ageMs: 120_000,
  },
  { name: 'nobody, two minutes old', owner: 'garbage', ageMs: 120_000 },
]) {
  test(`the lock of ${name} is taken over, and nothing is left behind`, async (t) => {
    const folder = await temporaryFolder(t);
    const path = await leftLock(folder, owner, ageMs);

    const lock = await takeLock(path, refuse);

    assert.equal(JSON.parse(await readFile(path, 'utf8')).pid, process.pid);
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
  });
}

for (const { name, owner, says } of [
  {
    name: 'a live process',
    owner: { pid: process.ppid, host: hostname(), id: 'x' },
    says: `held by process ${process.ppid} on ${hostname()}`,
  },
  {
    name: 'another host',
    owner: { pid: 1, host: 'elsewhere', id: 'x' },
    says: 'held by process 1 on elsewhere',
  },
  { name: 'nobody we know', owner: 'garbage', says: 'held by an unknown process' },
]) {
  test(`a fresh lock of ${name} is respected, and its owner named`, async (t) => {
    const path = await leftLock(await temporaryFolder(t), owner, 0);

    await assert.rejects(takeLock(path, refuse), { message: says });

    assert.equal(await readFile(path, 'utf8'), JSON.stringify(owner));
  });
}

test('of many that want a dead owner’s lock one gets it', async (t) => {
  const owner = { pid: 2 ** 22 - 1, host: hostname(), id: 'x' };
  const path = await leftLock(await temporaryFolder(t), owner, 0);

  const takers = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(path, refuse)));

  const locks = takers.flatMap((taker) => (taker.status === 'fulfilled' ? [taker.value] : []));
  for (const lock of locks) t.after(lock.release);
  assert.equal(locks.length, 1);
});

test('a lock that was taken away meanwhile is not released for its new owner', async (t) => {
  const path = join(await temporaryFolder(t), 'lock');
  const lock = await takeLock(path, refuse);
  await writeFile(path, 'of somebody else');

  await lock.release();

  assert.equal(await readFile(path, 'utf8'), 'of somebody else');
});

/** A lock file as its owner left it. */
async function leftLock(folder: string, owner: unknown, ageMs: number): Promise<string> {
  const path = join(folder, 'lock');
  await writeFile(path, JSON.stringify(owner));
  const then = new Date(Date.now() - ageMs);
  await utimes(path, then, then);
  return path;
}
