/** What every data store promises. `make` gives an empty store, and puts a file into it as others do who bring parts. */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import type { DataStore } from '#core/ports/data-store.ts';

interface Made {
  readonly store: DataStore;
  readonly bring: (name: string, content: string) => Promise<void>;
}

export function dataStoreContract(name: string, make: (t: TestContext) => Promise<Made>): void {
  test(`${name}: parts are the Parquet files of a folder and those below, sorted; others are none`, async (t) => {
    const { store, bring } = await make(t);
    for (const path of [
      'b.parquet',
      'year=2026/a.PARQUET',
      'a.parquet',
      'rows.csv',
      '_SUCCESS',
      '.c.parquet',
    ]) {
      await bring(`labels/${path}`, path);
    }
    await bring('labels/_temporary/d.parquet', 'being written');
    await bring('labels-2/e.parquet', 'another folder');

    const expected = ['labels/a.parquet', 'labels/b.parquet', 'labels/year=2026/a.PARQUET'];
    assert.deepEqual(await store.list('labels'), expected);
    assert.deepEqual(await store.list('labels/'), expected);
    assert.equal(await readFile(await store.localPath('labels/b.parquet'), 'utf8'), 'b.parquet');
  });

  test(`${name}: the digest of a file is that of its bytes, also when they have changed`, async (t) => {
    const { store, bring } = await make(t);
    await bring('labels/a.parquet', 'rows');

    assert.equal(await store.digest('labels/a.parquet'), digestOf('rows'));
    await bring('labels/a.parquet', 'repaired rows');
    assert.equal(await store.digest('labels/a.parquet'), digestOf('repaired rows'));
    await assert.rejects(store.digest('labels'), { code: 'MW_DATA_MISSING', message: /no file/ });
    await assert.rejects(store.digest('none.parquet'), { code: 'MW_DATA_MISSING' });
  });

  test(`${name}: a folder or file that is not there is missing`, async (t) => {
    const { store, bring } = await make(t);
    await bring('labels/a.parquet', 'a');

    await assert.rejects(store.list('none'), { code: 'MW_DATA_MISSING', message: /none/ });
    await assert.rejects(store.list('labels/a.parquet'), { code: 'MW_DATA_MISSING' });
    await assert.rejects(store.localPath('none.parquet'), { code: 'MW_DATA_MISSING' });
  });

  test(`${name}: a draft is seen by nobody until it is kept, and then whole`, async (t) => {
    const { store, bring } = await make(t);
    await bring('data/a.parquet', 'a');
    const draft = await store.draft();
    await writeFile(draft.path, 'rows');

    assert.deepEqual(await store.list('data'), ['data/a.parquet']);
    assert.equal(await draft.digest(), digestOf('rows'));
    await draft.keep('data/new/b.parquet');
    assert.deepEqual(await store.list('data'), ['data/a.parquet', 'data/new/b.parquet']);
    assert.equal(await readFile(await store.localPath('data/new/b.parquet'), 'utf8'), 'rows');
    await draft.discard();
    assert.deepEqual(await store.list('data/new'), ['data/new/b.parquet']);
  });

  test(`${name}: the same bytes under one name are one file; other bytes never replace it`, async (t) => {
    const { store } = await make(t);
    const keep = async (content: string) => {
      const draft = await store.draft();
      await writeFile(draft.path, content);
      await draft.keep('data/a.parquet').finally(() => draft.discard());
    };
    await keep('rows');

    await keep('rows');
    await assert.rejects(keep('others'), { code: 'MW_DATA_MISMATCH', message: /a\.parquet/ });
    assert.equal(await readFile(await store.localPath('data/a.parquet'), 'utf8'), 'rows');
  });

  test(`${name}: a discarded draft is gone, and two drafts do not meet`, async (t) => {
    const { store } = await make(t);
    const [one, two] = [await store.draft(), await store.draft()];
    await writeFile(one.path, 'one');
    await writeFile(two.path, 'two');

    await one.discard();
    await two.keep('data/two.parquet');

    assert.deepEqual(await store.list('data'), ['data/two.parquet']);
    await assert.rejects(readFile(one.path), { code: 'ENOENT' });
  });

  test(`${name}: a text is written over the one that was there`, async (t) => {
    const { store } = await make(t);

    await store.write('quarantine/1/report.json', '{"a": 1}');
    await store.write('quarantine/1/report.json', '{}');

    assert.equal(await readFile(await store.localPath('quarantine/1/report.json'), 'utf8'), '{}');
  });
}
