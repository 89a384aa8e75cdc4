/** The memory store keeps the online store's promises. */

import { memoryOnlineStore } from '#adapters/memory/online-store.ts';
import { onlineStoreContract } from '#test/contracts/online-store.ts';

onlineStoreContract('memory', async () => {
  const store = memoryOnlineStore();
  return () => store;
});
