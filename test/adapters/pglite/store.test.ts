import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { type OpenStore, openPglite } from '#adapters/pglite/store.ts';
import { storeContract } from '#test/contracts/store.ts';

const opened: OpenStore[] = [];
let root = '';
let folders = 0;

/** A new database costs 5 s of CPU, a copied one less than 1: the first is made once and copied. */
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'mergeway-pglite-'));
  const prepared = await openPglite(join(root, 'prepared'));
  await prepared.close();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
after(() => rm(root, { recursive: true, force: true }));

async function freshFolder(): Promise<string> {
  const folder = join(root, `copy-${folders++}`);
  await cp(join(root, 'prepared'), folder, { recursive: true });
  return folder;
}

async function open(folder: string): Promise<OpenStore> {
  const store = await openPglite(folder, { retries: 1 });
  opened.push(store);
  return store;
}

storeContract('pglite', async () => open(await freshFolder()));

test('a folder that is open is refused to a second opener, who is told the owner', async () => {
  const folder = await freshFolder();
  await open(folder);

  await assert.rejects(openPglite(folder), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'MW_DATABASE_LOCKED');
    assert.match(error.message, new RegExp(`process ${process.pid}`));
    return true;
  });
});

test('the lock of a process that is gone does not keep the next one out', async () => {
  const folder = await freshFolder();
  await writeFile(join(folder, 'mergeway.lock'), '999999999\n');

  const store = await open(folder);

  assert.deepEqual(await store.repositories.all(), []);
});

test('what was accepted is there, and worked, after the folder is opened again', async () => {
  const folder = await freshFolder();
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
  const second = await open(folder);

  const handled = await new Promise<string>((resolve) => {
    void second.inbox.work(async ({ guid }) => resolve(guid));
  });

  assert.equal(handled, 'kept');
});
