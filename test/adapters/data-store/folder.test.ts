import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folderDataStore } from '#adapters/data-store/folder.ts';
import { dataStoreContract } from '#test/contracts/data-store.ts';
import { temporaryFolder } from '#test/support/folder.ts';

dataStoreContract('a folder', async (t) => {
  const root = await temporaryFolder(t);
  return { store: folderDataStore(root), bring: (name, content) => bring(join(root, name), content) };
});

async function bring(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** A store, and a folder beside it that it must not touch. */
async function withOutside(t: TestContext) {
  const folder = await temporaryFolder(t);
  const [root, outside] = [join(folder, 'store'), join(folder, 'store-2')];
  await bring(join(root, 'labels/a.parquet'), 'a');
  await bring(join(outside, 'secret.parquet'), 'secret');
  return { root, outside, store: folderDataStore(root) };
}

test('links within the store are followed, links out of it refused, whatever they stand for', async (t) => {
  const { root, outside, store } = await withOutside(t);
  await symlink(join(root, 'labels'), join(root, 'inside'));
  await symlink(outside, join(root, 'folder'));
  await mkdir(join(root, 'mixed'));
  await symlink(join(outside, 'secret.parquet'), join(root, 'mixed/b.parquet'));

  assert.deepEqual(await store.list('inside'), ['inside/a.parquet']);
  for (const refused of [
    () => store.list('folder'),
    () => store.list('mixed'),
    () => store.localPath('mixed/b.parquet'),
    () => store.localPath('../store-2/secret.parquet'),
  ]) {
    await assert.rejects(refused, { code: 'MW_DATA_MISSING', message: /leads outside/ });
  }
});

test('nothing is written through a link out of the store', async (t) => {
  const { root, outside, store } = await withOutside(t);
  await symlink(outside, join(root, 'data'));
  const draft = await store.draft();
  await writeFile(draft.path, 'rows');

  await assert.rejects(draft.keep('data/rows.parquet'), { code: 'MW_DATA_MISSING' });
  await assert.rejects(store.write('data/report.json', '{}'), { code: 'MW_DATA_MISSING' });
  assert.deepEqual(await readdir(outside), ['secret.parquet']);
});

test('a store that is not there is not made', async (t) => {
  const root = join(await temporaryFolder(t), 'mistyped');

  await assert.rejects(folderDataStore(root).draft(), { code: 'MW_DATA_MISSING', message: /mistyped/ });
  await assert.rejects(folderDataStore(root).list('labels'), { code: 'MW_DATA_MISSING' });
});

test('drafts that a killed process left go after a day, younger ones stay', async (t) => {
  const { store } = await withOutside(t);
  const [old, young] = [await store.draft(), await store.draft()];
  for (const { path } of [old, young]) await writeFile(path, 'rows');
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  await utimes(old.path, yesterday, yesterday);

  await store.draft();

  await assert.rejects(readFile(old.path), { code: 'ENOENT' });
  assert.equal(await readFile(young.path, 'utf8'), 'rows');
});
