/**
 * A process that files deliveries as fast as it can and works them: `node inbox-process.ts <database> <prefix>`.
 * It prints `accepted <guid>` after each one was accepted, and waits to be killed.
 */

import { openPglite } from '#adapters/pglite/store.ts';

const [folder = '', prefix = ''] = process.argv.slice(2);
const store = await openPglite(folder);
await store.inbox.recover();
await store.inbox.work(async () => {});
for (let number = 0; ; number++) {
  const guid = `${prefix}-${number}`;
  await store.inbox.accept({
    hook: '1',
    guid,
    event: 'push',
    repository: `acme/${number % 3}`,
    payload: '{}',
    receivedAt: Date.now(),
  });
  process.stdout.write(`accepted ${guid}\n`);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
