/** A loop that can't run away, and an App that may be late, hurried or killed: the same windows, intervals and pull requests in the end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AUTO,
  type Circle,
  circle,
  DAY,
  endOf,
  FAILS_THEN_PASSES,
  HOUR,
  look,
  START,
  story,
} from '#test/support/circle.ts';
import { crashing, randomPoints } from '#test/support/crash.ts';

for (const { retrain, most, spanDays } of [
  { retrain: AUTO, most: 3, spanDays: 7 },
  { retrain: AUTO.replace('3/week', '1/day').replace('24h', '1h'), most: 1, spanDays: 1 },
  { retrain: AUTO.replace('3/week', '5/month').replace('24h', '12h'), most: 5, spanDays: 30 },
]) {
  test(`an alarm that never ends gives at most ${most} pull requests in ${spanDays} days, for weeks`, async () => {
    const world = await circle({ retrain });
    world.truth.isBad = () => true;

    await live(world, { days: 42 });

    const decided = await decidedAt(world);
    assert.ok(decided.length >= Math.floor((42 / spanDays) * most) - most, `${decided.length} are too few`);
    for (const at of decided) {
      const within = decided.filter((other) => other >= at && other < at + spanDays * DAY);
      assert.ok(within.length <= most, `${within.length} within ${spanDays} days`);
    }
    assert.equal(world.forge.issues.length, 1);
  });
}

test('two retrainings are a cool-down apart', async () => {
  const world = await circle({ retrain: AUTO.replace('24h', '72h').replace('3/week', '99/day') });
  world.truth.isBad = () => true;

  await live(world, { days: 20 });

  const decided = await decidedAt(world);
  const gaps = decided.slice(1).map((at, index) => (at - (decided[index] ?? 0)) / HOUR);
  assert.equal(decided.length, 7);
  assert.deepEqual(
    gaps,
    gaps.map(() => 72),
  );
});

test('a restart forgets neither cool-down nor budget', async () => {
  const patient = await circle();
  const forgetful = await circle();
  for (const world of [patient, forgetful]) world.truth.isBad = () => true;

  await live(patient, { days: 21 });
  await live(forgetful, { days: 21, tick: () => look(forgetful, forgetful.started()) });

  assert.deepEqual(await endOf(forgetful), await endOf(patient));
});

const LOOKS: readonly {
  readonly name: string;
  readonly tick: (world: Circle, count: number) => Promise<void>;
}[] = [
  {
    name: 'half of the ticks are dropped',
    tick: async (world, count) => void (count % 2 === 0 && (await world.tick())),
  },
  {
    name: 'every tick comes twice',
    tick: async (world) => {
      await world.tick();
      await world.tick();
    },
  },
  {
    name: 'two ticks come at once',
    tick: async (world) => {
      const workspace = world.started();
      await Promise.all([look(world, workspace), look(world, workspace)]);
    },
  },
];

const regular = twoWeeks((world) => world.tick());

for (const { name, tick } of LOOKS) {
  test(`when ${name}, windows, intervals and pull requests are the same in the end`, async () => {
    const actual = await twoWeeks(tick);

    assert.deepEqual(actual, await regular);
  });
}

test('an App that was away for days judges every window, and opens one issue and one pull request', async () => {
  const world = await circle();
  world.truth.isBad = (version) => version === 'v0.0.1';
  world.at(9, 7);

  for (let ticks = 0; ticks < 3; ticks++) {
    await world.tick();
    await world.settle();
  }

  const { windows, pulls, issues } = await endOf(world);
  assert.equal(windows.length, 9);
  assert.equal(issues.length, 1);
  assert.deepEqual(pulls, [['mergeway/retrain/credit/20260109T000000Z_20260110T000000Z', 'closed', true]]);
});

/** A look an hour. The model gets worse on the fifth day, and what is trained then is good. */
async function twoWeeks(tick: (world: Circle, count: number) => Promise<void>): Promise<object> {
  const world = await circle();
  world.truth.isBad = (version, from) => version === 'v0.0.1' && from >= START + 5 * DAY;
  let count = 0;
  for (let hour = 1; hour <= 14 * 24; hour++) {
    world.at(0, hour);
    await tick(world, count++);
    await world.settle();
  }
  await world.tick();
  await world.settle();
  await world.tick();
  return endOf(world);
}

/** After every effect, and in the App's real database: `circle.long.ts`. */
test('an App that is killed at 50 random points ends as an undisturbed one', async () => {
  const undisturbed = crashing(Number.POSITIVE_INFINITY);
  const expected = await story(FAILS_THEN_PASSES, { crash: undisturbed });
  assert.ok(undisturbed.effects > 100, `${undisturbed.effects} effects are too few to be the story`);

  for (const after of randomPoints('in memory', { points: 50, effects: undisturbed.effects })) {
    const actual = await story(FAILS_THEN_PASSES, { crash: crashing(after) });

    assert.deepEqual(actual, expected, `after effect ${after}`);
  }
});

async function live(
  world: Circle,
  { days, tick = world.tick }: { readonly days: number; readonly tick?: () => Promise<void> },
): Promise<void> {
  for (let hour = 1; hour <= days * 24; hour += 6) {
    world.at(0, hour);
    await tick();
    await world.settle();
  }
}

async function decidedAt({ workspace }: Circle): Promise<readonly number[]> {
  const all = await workspace.store.retrainings.of('acme/risk', 'credit', 1000);
  return all.map(({ decidedAt: at }) => at).reverse();
}
