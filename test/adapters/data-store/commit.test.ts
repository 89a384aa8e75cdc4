/** Files of a commit: read once, shared by git object, never through a link. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { commitFiles } from '#adapters/data-store/commit.ts';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { digestOf } from '#core/digest.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';
import { temporaryFolder } from '#test/support/folder.ts';

test('a file is fetched once, by whichever commit and name it is asked for', async (t) => {
  const tree = memorySourceTree();
  const first = tree.commit({ 'data/a.parquet': 'rows', 'data/b.PARQUET': 'rows' });
  const second = tree.change(first, { 'README.md': 'read me' });
  const fetched: string[] = [];
  const source: SourceTree = {
    ...tree,
    read: async (commit, path) => {
      fetched.push(path);
      return tree.read(commit, path);
    },
  };
  const folder = join(await temporaryFolder(t), 'fetched');
  const files = commitFiles({ source, folder });

  const path = await files(first).localPath('data/a.parquet');
  await files(first).localPath('data/b.PARQUET');
  const digest = await files(second).digest('data/a.parquet');

  assert.equal(await readFile(path, 'utf8'), 'rows');
  assert.match(path, /\.parquet$/);
  assert.equal(digest, digestOf('rows'));
  assert.deepEqual(fetched, ['data/a.parquet']);
  assert.equal((await readdir(folder)).length, 1);
});

test('Parquet files of a folder are listed, and those that are still being written are not', async (t) => {
  const tree = memorySourceTree();
  const commit = tree.commit({
    'data/new/b.parquet': 'b',
    'data/new/day=1/a.PARQUET': 'a',
    'data/new/_tmp/c.parquet': 'c',
    'data/new/.d.parquet': 'd',
    'data/new/rows.csv': 'rows',
    'data/newer/e.parquet': 'e',
  });
  const files = commitFiles({ source: tree, folder: await temporaryFolder(t) })(commit);

  const expected = ['data/new/b.parquet', 'data/new/day=1/a.PARQUET'];
  assert.deepEqual(await files.list('data/new'), expected);
  assert.deepEqual(await files.list('data/new/'), expected);
  await assert.rejects(files.list('none'), { code: 'MW_DATA_MISSING', message: /none is not in commit/ });
});

test('what is not there is missing, and so is a symbolic link', async (t) => {
  const tree = memorySourceTree();
  const commit = tree.commit({ 'data/a.parquet': 'a' }, { links: { 'data/link.parquet': '/etc/passwd' } });
  const files = commitFiles({ source: tree, folder: await temporaryFolder(t) })(commit);

  await assert.rejects(files.localPath('data/none.parquet'), { code: 'MW_DATA_MISSING' });
  await assert.rejects(files.localPath('data/link.parquet'), { code: 'MW_DATA_MISSING' });
  await assert.rejects(files.digest('data/link.parquet'), { code: 'MW_DATA_MISSING' });
});
