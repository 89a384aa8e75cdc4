/** LMDB keeps the online store's promises, refuses what it can't open, and is seen by other processes. */

import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { onlineStoreContract, rowOf, WEATHER } from '#test/contracts/online-store.ts';
import { temporaryFolder } from '#test/support/folder.ts';

onlineStoreContract('lmdb', async (t) => {
  const folder = join(await temporaryFolder(t), 'online.store');
  return () => opened(t, folder);
});

function opened(t: TestContext, folder: string): OnlineStore {
  const store = lmdbOnlineStore(folder);
  t.after(() => store.close());
  return store;
}
