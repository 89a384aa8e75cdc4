import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Controller, rolloutController } from '#app/controller.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import { SILENT } from '#test/support/app.ts';
import { countErrors, mergeProven, runToEnd } from '#test/support/controller.ts';
import { type Line, memoryLine, REPOSITORY } from '#test/support/line.ts';

test('a rollout that another controller left running is taken on from its row', async () => {
  const line = await withChampion();
  await mergeProven(line, 'second');
  const first = controllerOf(line);
  await first.follow();
  await first.drive();

  await playOn(line, controllerOf(line));

  assert.equal((await line.workspace.registry.state('credit')).stages.production?.version, 'v0.0.2');
});

test('leases are renewed while GitHub is away', async () => {
  const line = await withChampion();
  await mergeProven(line, 'second');
  await controllerOf(line).follow();
  const cutOff = controllerOf(line, async () => {
    throw new Error('GitHub is away');
  });

  for (let second = 0; second < 9; second++) {
    await cutOff.drive();
    await cutOff.follow();
    line.clock.advance(3000);
  }

  const reading = await line.traffic.read('credit');
  assert.equal(reading.lapsed, false);
  assert.ok(reading.canary);
});

test('a merge while a rollout runs waits for its end, and is then proven against the new champion', async () => {
  const line = await withChampion();
  await mergeProven(line, 'second');
  const controller = controllerOf(line);
  await controller.follow();
  await mergeProven(line, 'third');
  const dispatched = line.forge.dispatches.length;
  await controller.follow();
  const stages = (await line.workspace.store.rollouts.open()).map(({ stage }) => stage);

  await playOn(line, controller);

  assert.deepEqual(stages, ['running', 'queued']);
  assert.equal(line.forge.dispatches.length, dispatched + 1);
  assert.equal(line.forge.dispatches.at(-1)?.inputs.champion_version, 'v0.0.2');
});

test("one rollout's trouble is not another's", async () => {
  const line = await withChampion();
  await mergeProven(line, 'second');
  const [rollout] = await line.workspace.store.rollouts.open();
  assert.ok(rollout);
  await line.workspace.store.rollouts.queue({
    ...rollout,
    id: 'lost',
    repository: 'acme/gone',
    queuedAt: 0,
  });

  await playOn(line, controllerOf(line), 60);

  assert.equal((await line.workspace.registry.state('credit')).stages.production?.version, 'v0.0.2');
});

test('a follow-up that fails is tried again after growing pauses', async () => {
  const line = await withChampion();
  await mergeProven(line, 'second');
  let opened = 0;
  const controller = controllerOf(line, async () => {
    opened++;
    throw new Error('GitHub is away');
  });

  for (let second = 0; second < 60; second++) {
    await controller.follow();
    line.clock.advance(1000);
  }

  assert.equal(opened, 6, 'after 0, 1, 3, 7, 15 and 31 s');
});

test('each step is told to GitHub once', async () => {
  const line = await withChampion();
  await mergeProven(line, 'second');

  await playOn(line, controllerOf(line));

  assert.deepEqual(
    line.forge.deployments.at(-1)?.statuses.map(({ state, description }) => `${state}: ${description}`),
    [
      'in_progress: credit v0.0.2 starts as canary',
      'in_progress: credit v0.0.2: canary at 10 %, step 1 of 2',
      'in_progress: credit v0.0.2: canary at 50 %, step 2 of 2',
      'success: credit v0.0.2 serves all traffic',
    ],
  );
});

function controllerOf(line: Line, open: () => Promise<Workspace> = async () => line.workspace): Controller {
  const { store, clock } = line.workspace;
  return rolloutController({ store, clock, open, traffic: () => line.traffic, log: SILENT, everyMs: 1000 });
}

async function playOn(line: Line, controller: Controller, looks = 40): Promise<void> {
  for (let look = 0; look < looks; look++) {
    countErrors(line, { champion: 2, canary: 0 });
    await controller.drive();
    await controller.follow();
    line.clock.advance(1000);
  }
}

async function withChampion(): Promise<Line> {
  const line = memoryLine();
  await line.workspace.store.repositories.seen({ name: REPOSITORY, installation: 42 });
  await mergeProven(line, 'first');
  await runToEnd(line);
  return line;
}
