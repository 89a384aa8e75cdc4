import { memoryStore } from '#adapters/memory/store.ts';
import { storeContract } from '#test/contracts/store.ts';

storeContract('memory', async () => memoryStore());
