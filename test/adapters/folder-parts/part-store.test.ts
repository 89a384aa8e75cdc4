import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { partStoreContract } from '#test/contracts/part-store.ts';
import { temporaryFolder } from '#test/support/folder.ts';

partStoreContract('folder', async (t) => folderPartStore(join(await temporaryFolder(t), 'parts')));

test('folder: a draft that a crash left behind is no part', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, '.drafts'), { recursive: true });
  await writeFile(join(folder, '.drafts', 'half'), 'ro');

  assert.deepEqual(await folderPartStore(folder).list(''), []);
});

test('folder: a place that can not be written is named', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');

  await assert.rejects(folderPartStore(join(folder, 'file')).put('a/b.parquet', new Uint8Array(1)), {
    code: 'MW_PART_STORE',
    message: /file.* can not be written/,
  });
});
