/** The circle with the App's real database: killed at random points, opened again from the disk, and the same in the end. */

import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openPglite } from '#adapters/pglite/store.ts';
import { seededRandom } from '#core/chance.ts';
import { FAILS_THEN_PASSES, story } from '#test/support/circle.ts';
import { type Crashing, crashing } from '#test/support/crash.ts';

const POINTS = 50;
let root = '';
let folders = 0;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'mergeway-circle-'));
  await (await openPglite(join(root, 'prepared'))).close();
});
after(() => rm(root, { recursive: true, force: true }));

for (const { name, rocAuc } of [
  { name: 'a retraining that passes', rocAuc: [] },
  { name: 'one that fails before one that passes', rocAuc: FAILS_THEN_PASSES },
  { name: 'two that fail', rocAuc: [0.6, 0.6] },
]) {
  test(`in PGlite, an App that is killed ends as an undisturbed one: ${name}`, async (t) => {
    const undisturbed = crashing(Number.POSITIVE_INFINITY);
    const expected = await story(rocAuc, { crash: undisturbed });
    const random = seededRandom(name);
    const points = Math.ceil(POINTS / 3);

    for (let count = 0; count < points; count++) {
      const at = 1 + Math.floor(random.next() * undisturbed.effects);
      assert.deepEqual(await inDatabase(rocAuc, crashing(at)), expected, `after effect ${at}`);
    }
    t.diagnostic(`killed at ${points} of ${undisturbed.effects} points`);
  });
}

async function inDatabase(rocAuc: readonly number[], crash: Crashing): Promise<object> {
  const folder = join(root, `copy-${folders++}`);
  await cp(join(root, 'prepared'), folder, { recursive: true });
  const store = await openPglite(folder);
  try {
    return await story(rocAuc, { crash, store });
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}
