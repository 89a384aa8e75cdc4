/** What every part store promises. `make` gives an empty one. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import type { PartStore } from '#core/ports/part-store.ts';

const DAY = 'predictions/flights/2013-06-01';

export function partStoreContract(
  name: string,
  make: (t: TestContext) => PartStore | Promise<PartStore>,
): void {
  test(`${name}: a part is listed with its size and read from a path`, async (t) => {
    const store = await make(t);

    await store.put(`${DAY}/0-9.w.1.parquet`, bytes('rows'));

    assert.deepEqual(await store.list(''), [{ name: `${DAY}/0-9.w.1.parquet`, size: 4 }]);
    assert.equal(await textOf(store, `${DAY}/0-9.w.1.parquet`), 'rows');
  });

  test(`${name}: an empty store, and a prefix that nothing has, list nothing`, async (t) => {
    const store = await make(t);

    assert.deepEqual(await store.list(''), []);
    await store.put(`${DAY}/0-9.w.1.parquet`, bytes('rows'));
    assert.deepEqual(await store.list('feedback/'), []);
    assert.deepEqual(await store.list(`${DAY}/0-9.w.1.parquet/`), []);
  });

  test(`${name}: a prefix may end anywhere in a name, and parts come sorted`, async (t) => {
    const store = await make(t);
    const names = [
      `${DAY}/7-9.w.2.parquet`,
      `${DAY}/0-6.w.1.parquet`,
      'predictions/credit/2013-06-01/1-1.w.1.parquet',
    ];
    for (const part of names) await store.put(part, bytes('x'));

    const listed = async (prefix: string) => (await store.list(prefix)).map((part) => part.name);

    assert.deepEqual(await listed('predictions/'), [...names].sort());
    assert.deepEqual(await listed('predictions/flights/'), [names[1], names[0]]);
    assert.deepEqual(await listed('predictions/flights/2013-06'), [names[1], names[0]]);
    assert.deepEqual(await listed('predictions/fl'), [names[1], names[0]]);
    assert.deepEqual(await listed(`${DAY}/7`), [names[0]]);
  });

  test(`${name}: times before 1970 are names like others`, async (t) => {
    const store = await make(t);

    await store.put(`${DAY}/-9--1.w.1.parquet`, bytes('x'));

    assert.deepEqual(await store.list(DAY), [{ name: `${DAY}/-9--1.w.1.parquet`, size: 1 }]);
    assert.equal(await textOf(store, `${DAY}/-9--1.w.1.parquet`), 'x');
  });

  test(`${name}: the same part again is the same part`, async (t) => {
    const store = await make(t);

    await Promise.all([
      store.put(`${DAY}/0-9.w.1.parquet`, bytes('rows')),
      store.put(`${DAY}/0-9.w.1.parquet`, bytes('rows')),
    ]);

    assert.equal((await store.list('')).length, 1);
  });

  for (const bad of [
    '../escape',
    '/etc/passwd',
    'a/../../b',
    'a//b',
    '.hidden/x',
    'a/.x',
    '',
    'a\\b',
    'a\0b',
    'a b',
  ]) {
    test(`${name}: ${JSON.stringify(bad)} is refused as a name`, async (t) => {
      const store = await make(t);

      await assert.rejects(async () => store.put(bad, bytes('x')), { code: 'MW_PART_STORE' });
      await assert.rejects(async () => store.localPath(bad), { code: 'MW_PART_STORE' });
    });
  }

  test(`${name}: a part that is not there has no path`, async (t) => {
    const store = await make(t);

    await assert.rejects(store.localPath(`${DAY}/0-9.w.1.parquet`), { code: 'MW_PART_STORE' });
  });
}

async function textOf(store: PartStore, name: string): Promise<string> {
  return readFile(await store.localPath(name), 'utf8');
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
