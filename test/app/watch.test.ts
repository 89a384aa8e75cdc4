import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelWatcher } from '#app/watch.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import { type Circle, circle } from '#test/support/circle.ts';
import { REPOSITORY } from '#test/support/line.ts';

interface Logged {
  readonly message: string;
  readonly reason?: unknown;
  readonly repository?: unknown;
  readonly model?: unknown;
}

test('a round judges windows, opens the pull request, and merges it when its verdict is there', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await world.workspace.store.repositories.seen({ name: REPOSITORY, installation: 1 });
  const { watcher } = watcherOf(world);

  world.at(1, 7);
  await watcher.round();
  assert.deepEqual(
    world.ours().map(({ state }) => state),
    ['open'],
  );
  world.forge.block('not yet');
  await world.settle();
  world.forge.block('');
  await watcher.round();

  assert.deepEqual(
    world.ours().map(({ merged }) => merged),
    [true],
  );
});

test('trouble of one repository stays its own', async () => {
  const world = await circle();
  const { store } = world.workspace;
  await store.repositories.seen({ name: 'acme/away', installation: 1 });
  await store.repositories.seen({ name: REPOSITORY, installation: 1 });
  const { watcher, logged } = watcherOf(world, async (name) => {
    if (name === 'acme/away') throw new Error('GitHub is away');
    return world.workspace;
  });

  world.at(1, 7);
  await watcher.round();

  assert.deepEqual(logged, [{ message: 'not watched', repository: 'acme/away', reason: 'GitHub is away' }]);
  assert.equal((await store.monitors.of(REPOSITORY, 'credit', 9)).length, 1);
});

test('a model whose configuration is broken is logged, and costs the others nothing', async () => {
  const world = await circle();
  await world.workspace.store.repositories.seen({ name: REPOSITORY, installation: 1 });
  const main = (await world.source.resolve('main')) ?? '';
  world.source.change(main, { 'models/broken/model.yaml': 'name: [' });
  const { watcher, logged } = watcherOf(world);

  world.at(1, 7);
  await watcher.round();
  await watcher.round();

  assert.deepEqual(
    logged.map(({ message, model }) => [message, model]),
    [
      ['not watched', 'broken'],
      ['not watched', 'broken'],
    ],
  );
  assert.equal((await world.workspace.store.monitors.of(REPOSITORY, 'credit', 9)).length, 1);
});

test('a repository is asked for its models once per commit', async () => {
  const world = await circle();
  await world.workspace.store.repositories.seen({ name: REPOSITORY, installation: 1 });
  let listed = 0;
  const source: Workspace['source'] = {
    ...world.source,
    list: async (commit) => {
      listed += 1;
      return world.source.list(commit);
    },
  };
  const { watcher } = watcherOf(world, async () => ({ ...world.workspace, source }));

  await watcher.round();
  const afterOne = listed;
  await watcher.round();
  await watcher.round();

  assert.ok(afterOne > 0);
  assert.equal(listed, afterOne);
});

test('an App without a prediction log and data stores watches nothing', async () => {
  const world = await circle();
  const { store } = world.workspace;
  await store.repositories.seen({ name: REPOSITORY, installation: 1 });
  const { windows: _, data: __, ...bare } = world.workspace;
  const { watcher } = watcherOf(world, async () => bare);

  world.at(9, 7);
  await watcher.round();

  assert.deepEqual(await store.monitors.of(REPOSITORY, 'credit', 9), []);
});

function watcherOf(world: Circle, open?: (name: string) => Promise<Workspace>) {
  const logged: Logged[] = [];
  const warn = (message: string, fields: object = {}) => void logged.push({ message, ...fields });
  const watcher = modelWatcher({
    store: world.workspace.store,
    open: async ({ name }) => (open ? open(name) : world.workspace),
    log: { info: () => {}, warn, error: warn },
    everyMs: 60_000,
  });
  return { watcher, logged };
}
