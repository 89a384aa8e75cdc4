/** LMDB keeps the online store's promises, refuses what it can't open, and is read while another process writes. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { onlineStoreContract, rowOf, WEATHER } from '#test/contracts/online-store.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));

onlineStoreContract('lmdb', async (t) => {
  const folder = join(await temporaryFolder(t), 'online.store');
  return () => opened(t, folder);
});

test('rows are there after the store was closed', async (t) => {
  const folder = await temporaryFolder(t);
  const store = lmdbOnlineStore(folder);
  await store.write(WEATHER, [rowOf(['JFK'], 1n, 4.5)]);
  await store.advance(WEATHER, 1n);
  await store.close();

  const again = opened(t, folder);

  assert.deepEqual(await again.read([{ view: WEATHER, keys: [['JFK']] }]), [[rowOf(['JFK'], 1n, 4.5)]]);
  assert.equal(await again.watermark(WEATHER), 1n);
});

test('a reader sees what another process writes, whole writes only, while the file grows', async (t) => {
  const folder = await temporaryFolder(t);
  const reader = opened(t, folder);
  const keys = Array.from({ length: 300 }, (_, key) => [BigInt(key)]);

  const writer = spawn(process.execPath, [WRITER, folder, '300', '20'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(writer.stdout)) {
    const [found = []] = await reader.read([{ view: WEATHER, keys, places: [0] }]);
    const rounds = new Set(found.map((row) => row?.event));

    assert.equal(rounds.size, 1, 'rows of one write belong together');
    assert.ok((found[0]?.event ?? 0n) >= BigInt(line), 'what was written is seen');
  }

  assert.equal(await reader.watermark(WEATHER), 20n);
});

for (const { name, damage, code, says } of [
  {
    name: 'a file in the place of the folder',
    damage: (folder: string) => writeFile(folder, ''),
    code: 'MW_ONLINE_STORE_UNREACHABLE',
    says: /online can't be opened: .*(EEXIST|not a directory)/,
  },
  {
    name: 'a file that is no database',
    damage: (folder: string) => writeIn(folder, 'garbage'.repeat(2000)),
    code: 'MW_ONLINE_STORE_DAMAGED',
    says: /data\.mdb is damaged: it is no LMDB file/,
  },
  {
    name: 'a short file that is no database',
    damage: (folder: string) => writeIn(folder, 'x'),
    code: 'MW_ONLINE_STORE_DAMAGED',
    says: /it is no LMDB file/,
  },
  {
    name: 'a file that was cut off',
    damage: async (folder: string) => {
      await fill(folder);
      await truncate(join(folder, 'data.mdb'), 9000);
    },
    code: 'MW_ONLINE_STORE_DAMAGED',
    says: /it has 9000 of \d+ bytes/,
  },
  {
    name: 'a file that was cut off after its first page',
    damage: async (folder: string) => {
      await fill(folder);
      await truncate(join(folder, 'data.mdb'), 4096);
    },
    code: 'MW_ONLINE_STORE_DAMAGED',
    says: /its second page is damaged/,
  },
]) {
  test(`${name} is refused with ${code}`, async (t) => {
    const folder = join(await temporaryFolder(t), 'online');
    await damage(folder);

    assert.throws(() => lmdbOnlineStore(folder), { code, message: says });
  });
}

async function writeIn(folder: string, content: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'data.mdb'), content);
}

async function fill(folder: string): Promise<void> {
  const store = lmdbOnlineStore(folder);
  const rows = Array.from({ length: 100 }, (_, key) => rowOf([BigInt(key)], 1n, 'x'.repeat(1000)));
  await store.write(WEATHER, rows);
  await store.close();
}

function opened(t: TestContext, folder: string): OnlineStore {
  const store = lmdbOnlineStore(folder);
  t.after(() => store.close());
  return store;
}
