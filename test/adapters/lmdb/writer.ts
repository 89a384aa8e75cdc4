/**
 * A process of its own that writes rounds of rows: `node writer.ts <folder> <keys> <rounds>`. Round n gives every key the event n and the
 * value n, then moves the watermark to n, then prints n.
 */

import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import type { OnlineView } from '#core/ports/online-store.ts';

const WEATHER: OnlineView = { name: 'weather', digest: `sha256:${'a'.repeat(64)}` };

const [folder = '', keys = '0', rounds = '0'] = process.argv.slice(2);
const store = lmdbOnlineStore(folder);
const start = (await store.watermark(WEATHER)) ?? 0n;
for (let event = start + 1n; event <= start + BigInt(rounds); event++) {
  const rows = Array.from({ length: Number(keys) }, (_, key) => ({
    key: [BigInt(key)],
    event,
    created: null,
    values: [event, 'x'.repeat(1000)],
  }));
  await store.write(WEATHER, rows);
  await store.advance(WEATHER, event);
  process.stdout.write(`${event}\n`);
}
await store.close();
