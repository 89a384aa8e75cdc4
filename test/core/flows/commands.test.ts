import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { advanceRollout } from '#core/flows/advance-rollout.ts';
import { obeyComment } from '#core/flows/obey-comment.ts';
import { startRollout } from '#core/flows/start-rollout.ts';
import type { Rollout } from '#core/ports/store.ts';
import { countErrors, mergeProven, openRollout, runToEnd } from '#test/support/controller.ts';
import { type Line, memoryLine, NUMBER, onnxNamed } from '#test/support/line.ts';

test('a comment without a command is left alone', async () => {
  const line = await withVersions('first');

  await say(line, 'rita', 'Nice. See `/mergeway rollback`.');

  assert.deepEqual(line.forge.reactions, []);
});

test('somebody without write access is seen, refused, and changes nothing', async () => {
  const line = await withVersions('first', 'second');

  await say(line, 'mallory', '/mergeway rollback');

  assert.equal(line.forge.reactions.length, 1);
  assert.match(lastReply(line), /need write access/);
  assert.equal(await production(line), 'v0.0.2');
});

test('an unknown command is answered with the help that the commands make', async () => {
  const line = await withVersions('first');

  await say(line, 'rita', '/mergeway deploy@everyone');

  assert.match(lastReply(line), /no command `deploy@everyone`/);
  assert.match(lastReply(line), /`\/mergeway rollback \[model\]`/);
});

test('status tells versions and what the pull request waits for', async () => {
  const line = await withVersions('first');
  line.push({ 'src/train.py': 'second()' });

  await say(line, 'rita', '/mergeway status');

  assert.match(lastReply(line), /`credit`: production v0\.0\.1 \(`[0-9a-f]{12}`\)/);
  assert.match(lastReply(line), /no candidate yet/);
});

test('rollback without a rollout returns production to the version before', async () => {
  const line = await withVersions('first', 'second');

  await say(line, 'rita', '/mergeway rollback');

  assert.equal(await production(line), 'v0.0.1');
  assert.equal(line.traffic.applied.at(-1)?.plan.champion, digestOf(onnxNamed('first')));
  const entry = (await line.workspace.ledger.entries()).at(-1);
  assert.deepEqual([entry?.action, entry?.actor, entry?.before?.version], ['override', 'rita', 'v0.0.2']);
  assert.deepEqual(
    line.forge.deployments.map(({ statuses }) => statuses.at(-1)?.state),
    ['success', 'inactive'],
  );
});

test('the same rollback told again goes back once, not twice', async () => {
  const line = await withVersions('first', 'second', 'third');
  const comment = line.forge.commentAs('rita', NUMBER, '/mergeway rollback');

  await obey(line, comment, 'rita', '/mergeway rollback');
  await obey(line, comment, 'rita', '/mergeway rollback');

  assert.equal(await production(line), 'v0.0.2');
  assert.equal(line.forge.comments.filter(({ body }) => body.includes(`reply:${comment}`)).length, 1);
});

test('a rollback that is told again leaves a rollout alone that began since', async () => {
  const line = await withVersions('first', 'second');
  const comment = line.forge.commentAs('rita', NUMBER, '/mergeway rollback');
  await obey(line, comment, 'rita', '/mergeway rollback');
  await mergeProven(line, 'third');
  await startRollout(line.workspace, await openRollout(line));
  await advanceRollout(line.workspace, await openRollout(line));
  const plan = line.traffic.applied.at(-1)?.plan;

  await obey(line, comment, 'rita', '/mergeway rollback');

  assert.equal((await openRollout(line)).stop, undefined);
  assert.deepEqual(line.traffic.applied.at(-1)?.plan, plan);
  assert.equal(await production(line), 'v0.0.1');
});

test('two rollbacks go back two versions, and never forward', async () => {
  const line = await withVersions('first', 'second', 'third');

  await say(line, 'rita', '/mergeway rollback');
  await say(line, 'rita', '/mergeway rollback credit');
  await say(line, 'rita', '/mergeway rollback');

  assert.equal(await production(line), 'v0.0.1');
  assert.match(lastReply(line), /no version before it/);
});

test('rollback during a rollout sends the canary home and leaves production', async () => {
  const line = await withVersions('first');
  await mergeProven(line, 'second');
  await startRollout(line.workspace, await openRollout(line));
  await advanceRollout(line.workspace, await openRollout(line));

  await say(line, 'rita', '/mergeway rollback');
  await runToEnd(line);

  assert.equal(await production(line), 'v0.0.1');
  assert.equal(line.traffic.applied.at(-1)?.plan.champion, digestOf(onnxNamed('first')));
  const entry = (await line.workspace.ledger.entries()).at(-1);
  assert.deepEqual([entry?.action, entry?.version, entry?.actor], ['rollback', 'v0.0.2', 'rita']);
});

test('a rollback of a rollout told again after its end does not touch production', async () => {
  const line = await withVersions('first', 'second');
  await mergeProven(line, 'third');
  await startRollout(line.workspace, await openRollout(line));
  const comment = line.forge.commentAs('rita', NUMBER, '/mergeway rollback');
  await obey(line, comment, 'rita', '/mergeway rollback');
  await runToEnd(line);

  await obey(line, comment, 'rita', '/mergeway rollback');

  assert.equal(await production(line), 'v0.0.2');
});

test('a rollback while the rollout ends by itself waits for its end, and goes back no version too many', async () => {
  const line = await withVersions('first', 'second');
  await mergeProven(line, 'third');
  await runUntil(line, ({ stage }) => stage === 'ended');

  await say(line, 'rita', '/mergeway rollback');
  assert.match(lastReply(line), /`credit` v0\.0\.3 ends by itself in this moment/);
  await runToEnd(line);
  assert.equal(await production(line), 'v0.0.3');

  await say(line, 'rita', '/mergeway rollback');
  assert.equal(await production(line), 'v0.0.2');
});

test('a rollback that crosses the promotion on its way is not lost', async () => {
  const line = await withVersions('first');
  await mergeProven(line, 'second');
  const { rollouts } = line.workspace.store;
  const saveState: typeof rollouts.saveState = async (id, state) => {
    if (state.phase === 'promoted') {
      await rollouts.requestStop(id, { request: 'comment-1', by: 'rita', reason: '@rita asked for it' });
    }
    await rollouts.saveState(id, state);
  };
  const store = { ...line.workspace.store, rollouts: { ...rollouts, saveState } };

  await runToEnd(line, {
    workspace: { ...line.workspace, store },
    before: () => countErrors(line, { champion: 0, canary: 0 }),
  });

  assert.equal(await production(line), 'v0.0.1');
  assert.equal(line.traffic.applied.at(-1)?.plan.champion, digestOf(onnxNamed('first')));
});

test('a target that refuses every reading keeps nobody waiting: the canary goes home', async () => {
  const line = await withVersions('first');
  await mergeProven(line, 'second');
  const traffic = () => ({
    ...line.traffic,
    read: () => Promise.reject(new MergewayError('MW_TRAFFIC_REFUSED', 'another admin token')),
  });

  await runToEnd(line, { workspace: { ...line.workspace, traffic } });

  assert.equal(await production(line), 'v0.0.1');
  assert.ok(line.forge.comments.some(({ body }) => /the serving target does not answer/.test(body)));
});

test('a model that is not there is answered with those that are', async () => {
  const line = await withVersions('first');

  await say(line, 'rita', '/mergeway rollback debit');

  assert.match(lastReply(line), /no such model here\. Models with a version: `credit`/);
});

async function runUntil(line: Line, done: (rollout: Rollout) => boolean): Promise<void> {
  for (let looks = 0; looks < 300; looks++) {
    const rollout = await openRollout(line);
    if (done(rollout)) return;
    countErrors(line, { champion: 0, canary: 0 });
    if (rollout.stage === 'queued') await startRollout(line.workspace, rollout);
    else await advanceRollout(line.workspace, rollout);
    line.clock.advance(1000);
  }
  assert.fail('the rollout does not get there');
}

async function say(line: Line, author: string, body: string): Promise<void> {
  await obey(line, line.forge.commentAs(author, NUMBER, body), author, body);
}

async function obey(line: Line, commentId: number, author: string, body: string): Promise<void> {
  line.forge.setPermission('rita', 'write');
  line.forge.setPermission('mallory', 'read');
  await obeyComment(line.workspace, { number: NUMBER, on: 'pull-request', commentId, body, author });
}

function lastReply({ forge }: Line): string {
  return forge.comments.findLast(({ body }) => body.includes('mergeway:reply'))?.body ?? '';
}

async function production({ workspace }: Line): Promise<string | undefined> {
  return (await workspace.registry.state('credit')).stages.production?.version;
}

/** A line whose production was held by these, one after the other. */
async function withVersions(...names: readonly string[]): Promise<Line> {
  const line = memoryLine();
  for (const name of names) {
    await mergeProven(line, name);
    await runToEnd(line, { before: () => countErrors(line, { champion: 0, canary: 0 }) });
  }
  return line;
}
