import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { type OpenStore, openPglite } from '#adapters/pglite/store.ts';
import { storeContract } from '#test/contracts/store.ts';
import { emptyStore } from '#test/support/database.ts';

const opened: OpenStore[] = [];
let folder = '';
let database: PGlite | undefined;

/** A new database costs 5 s of CPU, an old one a fraction, and one that is open next to nothing: all tests share one. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mergeway-pglite-'));
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
after(async () => {
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a folder that is open is refused to a second opener, who is told the owner', async () => {
  opened.push(await openPglite(folder));

  await assert.rejects(openPglite(folder), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'MW_DATABASE_LOCKED');
    assert.match(error.message, new RegExp(`process ${process.pid}`));
    return true;
  });
});

test('the lock of a process that is gone does not keep the next one out', async () => {
  await writeFile(join(folder, 'mergeway.lock'), '999999999\n');

  const store = await openPglite(folder);
  opened.push(store);

  assert.deepEqual(await store.repositories.all(), []);
});

test('what was accepted is there, and worked, after the folder is opened again', async () => {
  const first = await openPglite(folder);
  await first.inbox.accept({
    hook: '1',
    guid: 'kept',
    event: 'ping',
    repository: '',
    payload: '{}',
    receivedAt: 1,
  });
  await first.close();
  const second = await openPglite(folder, { retries: 1 });
  opened.push(second);

  const handled = await new Promise<string>((resolve) => {
    void second.inbox.work(async ({ guid }) => resolve(guid));
  });

  assert.equal(handled, 'kept');
});

storeContract('pglite', async () => {
  database ??= await PGlite.create({ dataDir: join(folder, 'data') });
  const store = await emptyStore(database, { retries: 1 });
  opened.push(store);
  return store;
});
