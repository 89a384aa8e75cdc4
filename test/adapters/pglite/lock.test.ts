import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockFolder } from '#adapters/pglite/lock.ts';
import { temporaryFolder } from '#test/support/folder.ts';

test('a second opener in this process is refused until the first lets go', async (t) => {
  const folder = await temporaryFolder(t);
  const lock = await lockFolder(folder);

  await assert.rejects(lockFolder(folder), { code: 'MW_DATABASE_LOCKED' });
  await lock.release();
  await (await lockFolder(folder)).release();
});

for (const { name, content } of [
  { name: 'a killed predecessor with our own pid, as in a restarted container', content: `${process.pid}\n` },
  { name: 'a process that is gone', content: `${2 ** 22 + 1}\n` },
  { name: 'a crash in the middle of writing', content: '' },
]) {
  test(`a lock left by ${name} is taken over`, async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, 'mergeway.lock'), content);

    const lock = await lockFolder(folder);

    assert.equal(await readFile(join(folder, 'mergeway.lock'), 'utf8'), `${process.pid}\n`);
    await lock.release();
  });
}

test('a living owner keeps its lock', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'mergeway.lock'), `${process.ppid}\n`);

  await assert.rejects(lockFolder(folder), {
    code: 'MW_DATABASE_LOCKED',
    message: new RegExp(String(process.ppid)),
  });
});
