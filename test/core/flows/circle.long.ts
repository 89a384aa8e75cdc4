/** The circle with the App's real database, killed at random points, and in memory after every effect: the same in the end. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { FAILS_THEN_PASSES, story } from '#test/support/circle.ts';
import { type Crashing, crashing, randomPoints } from '#test/support/crash.ts';
import { emptyStore } from '#test/support/database.ts';

/** For each of three stories. */
const POINTS = 17;
let folder = '';
let database: PGlite;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mergeway-circle-'));
  database = await PGlite.create({ dataDir: folder });
});
after(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

for (const { name, rocAuc } of [
  { name: 'a retraining that passes', rocAuc: [] },
  { name: 'one that fails before one that passes', rocAuc: FAILS_THEN_PASSES },
  { name: 'two that fail', rocAuc: [0.6, 0.6] },
]) {
  test(`in PGlite, an App that is killed ends as an undisturbed one: ${name}`, async (t) => {
    const undisturbed = crashing(Number.POSITIVE_INFINITY);
    const expected = await story(rocAuc, { crash: undisturbed });
    const { effects } = undisturbed;

    for (const at of randomPoints(name, { points: POINTS, effects })) {
      assert.deepEqual(await inDatabase(rocAuc, crashing(at)), expected, `after effect ${at}`);
    }
    t.diagnostic(`killed at ${POINTS} of ${effects} points`);
  });
}

test('in memory, an App that is killed after any of its effects ends as an undisturbed one', async () => {
  const undisturbed = crashing(Number.POSITIVE_INFINITY);
  const expected = await story(FAILS_THEN_PASSES, { crash: undisturbed });

  for (let after = 1; after <= undisturbed.effects; after++) {
    const actual = await story(FAILS_THEN_PASSES, { crash: crashing(after) });

    assert.deepEqual(actual, expected, `after effect ${after}`);
  }
});

async function inDatabase(rocAuc: readonly number[], crash: Crashing): Promise<object> {
  const store = await emptyStore(database);
  try {
    return await story(rocAuc, { crash, store });
  } finally {
    await store.close();
  }
}
