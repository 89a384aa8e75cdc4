/** `kill -9` in the midst of writes: every write is there whole or not at all, nothing that was acknowledged is lost, and others go on. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '#core/chance.ts';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import { WEATHER } from '#test/contracts/online-store.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));
const KILLS = 15;

test(`${KILLS} writers killed at random moments leave whole writes, and a reader that was open all along sees them`, async (t) => {
  const folder = await temporaryFolder(t);
  const random = seededRandom('kills');
  const keys = Array.from({ length: 200 }, (_, key) => [BigInt(key)]);
  const reader = lmdbOnlineStore(folder);
  t.after(() => reader.close());
  let acknowledged = 0n;

  for (let kill = 0; kill < KILLS; kill++) {
    const writer = spawn(process.execPath, [WRITER, folder, '200', '100000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let left = 1 + Math.floor(random.next() * 40);
    for await (const line of createInterface(writer.stdout)) {
      acknowledged = BigInt(line);
      if (--left === 0) setTimeout(() => writer.kill('SIGKILL'), random.next() * 8);
    }

    const [found = []] = await reader.read([{ view: WEATHER, keys }]);
    const events = new Set(found.map((row) => row?.event));
    assert.equal(events.size, 1, 'all rows of a write, or none');
    const [event = 0n] = events;
    assert.ok(event !== undefined && event >= acknowledged);
    assert.ok(found.every((row) => row?.values[0] === row?.event));
    const watermark = (await reader.watermark(WEATHER)) ?? 0n;
    assert.ok(watermark >= acknowledged && watermark <= event, 'the watermark is never ahead of the rows');
  }
});
