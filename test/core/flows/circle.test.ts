/** The circle: windows are judged, an alarm opens an issue and a retraining pull request, and what becomes of both. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { mergeWhenReady } from '#core/flows/merge-retraining.ts';
import { obeyComment } from '#core/flows/obey-comment.ts';
import { watchModel } from '#core/flows/watch-model.ts';
import type { Retraining } from '#core/ports/store.ts';
import { AUTO, type Circle, circle, circleYaml, DAY, endOf, HOUR, START } from '#test/support/circle.ts';
import { countErrors, mergeProven, runToEnd } from '#test/support/controller.ts';
import { modelYaml } from '#test/support/line.ts';

const FIRST = 'credit/20260101T000000Z_20260102T000000Z';
const SECOND = 'credit/20260102T000000Z_20260103T000000Z';

test('a model that got worse is retrained, merged by policy, rolled out, and its alarm closes by itself', async () => {
  const world = await circle();
  world.truth.isBad = (version) => version === 'v0.0.1';

  await live(world, { days: 2 });

  assert.deepEqual(await endOf(world), {
    windows: [
      ['2026-01-02T00:00:00Z', true, 'v0.0.2', 'pass'],
      ['2026-01-01T00:00:00Z', true, 'v0.0.1', 'fail'],
    ],
    retrainings: [[FIRST, 'merged', []]],
    pulls: [[`mergeway/retrain/${FIRST}`, 'closed', true]],
    branches: 0,
    issues: [['credit: within its limits again', 'closed']],
    alarm: ['closed', ['performance']],
    comments: ['9 <!-- mergeway:over'],
    versions: ['v0.0.1', 'v0.0.2'],
    production: 'v0.0.2',
  });
});

test('an alarm waits for the data of the day that raised it, and is not retrained on the days before', async () => {
  const world = await circle();
  world.truth.isBad = (_, from) => from === START + DAY;
  world.truth.dataLag = 12 * HOUR;
  await live(world, { days: 2 });
  const waiting = world.forge.issues[0]?.body ?? '';

  world.at(2, 13);
  await world.tick();

  assert.match(
    waiting,
    /the data of 2026-01-02T00:00:00Z to 2026-01-03T00:00:00Z, which alarmed, is not whole yet/,
  );
  assert.deepEqual((await endOf(world)).retrainings, [[SECOND, 'open', []]]);
});

test('a prediction that says it is of next year makes no alarm wait for data that is still to come', async () => {
  const world = await circle();
  const { windows } = world.workspace;
  assert.ok(windows);
  const weekly = circleYaml(AUTO)
    .replace('{every: 1d,', '{every: 7d,')
    .replace('  drift: {}', '  every: 1d\n  drift: {}');
  const commit = world.source.change(await main(world), { 'models/credit/model.yaml': weekly });
  world.truth.isBad = () => true;
  world.at(1, 7);
  const reach: typeof windows.reach = async (of) => {
    const reached = await windows.reach(of);
    return reached && { ...reached, newest: START + 366 * DAY };
  };

  await watchModel({ ...world.workspace, windows: { ...windows, reach } }, { model: 'credit', commit });

  assert.equal(world.ours().length, 1);
});

test('code that was rolled back is not trained again: the alarm waits for its revert', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await rolledBack(world, 'treacherous');
  world.at(1, 7);
  await world.tick();
  const waiting = { pulls: world.ours().length, issue: world.forge.issues[0]?.body ?? '' };

  world.push({ 'src/train.py': 'first()' });
  world.merge();
  await world.tick();

  assert.equal(waiting.pulls, 0);
  assert.match(waiting.issue, /still has the inputs of v0\.0\.2, which was rolled back: revert #7/);
  assert.deepEqual((await endOf(world)).retrainings, [[FIRST, 'open', []]]);
});

test('code that was rolled back is not trained again either when it came back past another version', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await rolledBack(world, 'treacherous');
  await mergeProven(world, 'better');
  await runToEnd(world, { before: () => countErrors(world, { champion: 0, canary: 0 }) });
  world.push({ 'src/train.py': 'treacherous()' });
  world.merge();
  world.at(1, 7);

  await world.tick();

  assert.equal(world.ours().length, 0);
  assert.match(world.forge.issues[0]?.body ?? '', /of v0\.0\.2, which was rolled back/);
});

test('an alarm is told also when, after a rollback, the inputs of the default branch can not be read', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await rolledBack(world, 'treacherous');
  world.push({ 'models/credit/model.yaml': circleYaml(AUTO).replace('src/**', 'gone/**') });
  world.merge();
  world.at(1, 7);

  await world.tick();

  assert.match(world.forge.issues[0]?.title ?? 'no issue', /credit: performance, retraining needs a person/);
  assert.match(world.forge.issues[0]?.body ?? '', /MW_INPUTS_EMPTY/);
});

test('a retraining on what production was trained on already ends, and stands in no other one’s way', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1 });
  world.push({});
  world.merge();
  await say(world, '/mergeway retrain credit');
  await world.settle();

  await world.tick();

  assert.match(await newest(world), /^closed: the advanced data is the data that the model was trained on/);
});

test('a window is judged when it is complete, and once more when its labels are due', async () => {
  const world = await circle();
  world.truth.isBad = () => true;

  world.at(0, 23);
  await world.tick();
  assert.deepEqual((await endOf(world)).windows, []);
  world.at(1, 1);
  await world.tick();
  assert.deepEqual((await endOf(world)).windows, [['2026-01-01T00:00:00Z', false, 'v0.0.1', 'pass']]);
  assert.equal((await endOf(world)).alarm, undefined);
  world.at(1, 6);
  await world.tick();
  assert.deepEqual((await endOf(world)).windows, [['2026-01-01T00:00:00Z', true, 'v0.0.1', 'fail']]);
  assert.deepEqual((await endOf(world)).alarm, ['open', ['performance']]);
});

test('a window’s result is evidence of the version, in the store', async () => {
  const world = await circle();
  await live(world, { days: 1 });
  const { store, artifacts, registry } = world.workspace;
  const [window] = await store.monitors.of('acme/risk', 'credit', 1);
  assert.ok(window);

  const bytes = await artifacts.get(window.evidence);

  const { subject, predicateType } = JSON.parse(new TextDecoder().decode(bytes));
  const { digest } = (await registry.state('credit')).stages.production ?? {};
  assert.equal(`sha256:${subject[0].digest.sha256}`, digest);
  assert.match(predicateType, /monitor/);
});

test('the issue says what is out of its limit, how far, and what is done about it', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1, settles: false });

  const [issue, ...others] = world.forge.issues;

  assert.deepEqual(others, []);
  assert.equal(issue?.title, 'credit: performance');
  assert.match(issue?.body ?? '', /\| log_loss \| 0\.38\d* \| 0\.7\d* \| 0\.5\d* \|/);
  assert.match(issue?.body ?? '', /\*\*Retraining:\*\* #8, on data to 2026-01-01T00:00:00Z/);
  assert.match(issue?.body ?? '', /`\/mergeway snooze credit 7d`/);
});

test('the pull request says why it is there, what it changes and what will happen', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1, settles: false });

  const [pull] = world.ours();
  const body = world.forge.bodies.get(pull?.number ?? 0) ?? '';

  assert.equal(pull?.title, 'Retrain credit on data to 2026-01-01T00:00:00Z');
  assert.match(body, /There is a performance alarm/);
  assert.match(body, /performance is fail/);
  assert.match(body, /`data\/holdout\.lock` \| 1,000 \|/);
  assert.match(body, /When every gate has passed, Mergeway merges it/);
  const before = await world.source.list(pull?.base.sha ?? '');
  const after = await world.source.list(pull?.head.sha ?? '');
  const changed = after.filter(({ path, blob }) => before.find((one) => one.path === path)?.blob !== blob);
  assert.deepEqual(
    changed.map(({ path }) => path),
    ['data/holdout.lock', 'data/train.lock'],
  );
});

test('without auto-merge a retraining that passed waits for people, and follows their merge', async () => {
  const world = await circle({ retrain: '{when: [performance]}' });
  world.truth.isBad = (version) => version === 'v0.0.1';
  await live(world, { days: 1 });
  const [open] = world.ours();
  assert.deepEqual(
    [open?.state, await newest(world)],
    ['open', 'open: people merge it: the policy of credit has no auto-merge'],
  );

  await world.forge.mergePullRequest({ ...order(world), number: open?.number ?? 0 });
  await live(world, { days: 1, from: 2 });

  assert.equal(await newest(world), 'merged: it was merged');
  assert.equal((await endOf(world)).production, 'v0.0.2');
});

test('auto-merge waits for the approvals of people who may write, and for no objection', async () => {
  const world = await circle({ retrain: AUTO.replace('approvals: 0', 'approvals: 1') });
  world.truth.isBad = (version) => version === 'v0.0.1';
  world.forge.setPermission('grace', 'write');
  world.forge.setPermission('eve', 'read');
  await live(world, { days: 1 });
  const number = world.ours()[0]?.number ?? 0;
  assert.equal(await newest(world), 'open: 0 of 1 approvals are there');

  world.forge.reviewAs('eve', number, 'approved');
  await world.tick();
  assert.equal(await newest(world), 'open: 0 of 1 approvals are there');
  world.forge.reviewAs('grace', number, 'objected');
  await world.tick();
  assert.equal(await newest(world), 'open: changes were asked for by grace');
  world.forge.reviewAs('grace', number, 'approved');
  await world.tick();
  assert.equal(await newest(world), 'merged: it was merged');
});

test('the issue says what an open retraining waits for', async () => {
  const world = await circle({ retrain: AUTO.replace('approvals: 0', 'approvals: 2') });
  world.truth.isBad = () => true;
  await live(world, { days: 1 });

  await world.tick();

  assert.match(world.forge.issues[0]?.body ?? '', /#8, .*\. It waits: 0 of 2 approvals are there\./);
});

test('what GitHub does not let through is tried again at the next look', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  world.forge.block('Required status check "ci" is expected.');
  await live(world, { days: 1 });
  assert.equal(await newest(world), 'open: GitHub says: Required status check "ci" is expected.');

  world.forge.block('');
  await world.tick();

  assert.equal(await newest(world), 'merged: it was merged');
});

test('a base with other inputs takes the place: the pull request is closed and decided anew', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1, settles: false });
  const [first] = world.ours();
  world.source.change(await main(world), { 'src/train.py': 'by_hand()' });

  await world.settle();
  assert.equal((await world.forge.pullRequest(first?.number ?? 0)).state, 'closed');
  assert.match(await newest(world), /^superseded: the base branch has other inputs of credit by now/);
  await world.tick();
  await world.settle();

  assert.deepEqual((await endOf(world)).retrainings, [
    [`${FIRST}-2`, 'merged', []],
    [FIRST, 'superseded', []],
  ]);
});

test('a pull request of ours that people pointed at another branch is not merged by us', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  world.forge.block('not yet');
  await live(world, { days: 1 });
  const [pull] = world.ours();
  assert.ok(pull);
  world.forge.setPullRequest({ ...pull, base: { ...pull.base, ref: 'release' } });
  world.forge.block('');

  await world.tick();

  assert.equal((await world.forge.pullRequest(pull.number)).state, 'open');
  assert.equal(await newest(world), 'open: it was pointed at another branch than main');
});

test('a base that moved elsewhere changes nothing', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1, settles: false });
  world.source.change(await main(world), { 'README.md': 'new words' });

  await world.settle();

  assert.equal(await newest(world), 'merged: it was merged');
});

test('our commit is judged on its own holdout, a pull request of somebody else on the base branch’s', async () => {
  const world = await circle({ retrain: '{when: [performance]}' });
  world.truth.isBad = () => true;
  await live(world, { days: 1 });
  const [pull] = world.ours();
  const evaluated = world.forge.dispatches.at(-1)?.inputs;
  const [evaluation] = await world.workspace.store.evaluations.of('acme/risk', pull?.head.sha ?? '');

  assert.equal(evaluated?.holdout, pull?.head.sha);
  assert.equal(evaluation?.state, 'judged');
  assert.equal(world.forge.dispatches[0]?.inputs.holdout, undefined);
});

test('a commit of somebody else on our branch loses the holdout and the merge', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1, settles: false });
  const [pull] = world.ours();
  assert.ok(pull);
  const theirs = world.source.change(
    pull.head.sha,
    { 'src/train.py': 'sneaky()' },
    { branch: pull.head.ref },
  );
  world.forge.setPullRequest({ ...pull, head: { ...pull.head, sha: theirs } });

  await world.settle();
  await world.tick();

  assert.equal(world.forge.dispatches.at(-1)?.inputs.head_sha, theirs);
  assert.equal(world.forge.dispatches.at(-1)?.inputs.holdout, undefined);
  assert.equal((await world.forge.pullRequest(pull.number)).state, 'open');
  assert.equal(await newest(world), 'open: somebody else pushed to its branch: people merge it, or close it');
});

test('a pull request of our commit from somebody’s fork neither ends our retraining nor stands on its checks', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1, settles: false });
  const [pull] = world.ours();
  assert.ok(pull);
  const fork = { sha: pull.head.sha, ref: 'mine', repository: 'mallory/risk' };
  world.forge.setPullRequest({ ...pull, number: 99, author: 'mallory', head: fork });

  const run = { headSha: fork.sha, headRepository: fork.repository, conclusion: 'action_required' };
  await collectTraining(world.workspace, await world.trained({ run }));

  assert.match(await newest(world), /^open/);
  assert.equal(world.forge.check(fork.sha, 'mergeway')?.conclusion, undefined);
  await world.settle();
  assert.match(await newest(world), /^merged/);
});

test('a policy that was tightened since the verdict judges anew before anything is merged', async () => {
  const world = await circle();
  world.truth.isBad = (version) => version === 'v0.0.1';
  world.forge.block('not yet');
  await live(world, { days: 1 });
  assert.equal(await newest(world), 'open: GitHub says: not yet');
  world.source.change(await main(world), {
    'models/credit/model.yaml': circleYaml(AUTO).replace('min: 0.75', 'min: 0.9'),
  });
  world.forge.block('');

  await world.tick();
  assert.equal(await newest(world), 'open: it is evaluated again: the policy changed since');
  await world.settle();

  assert.match(await newest(world), /^closed: .*0\.9/);
  assert.deepEqual(
    world.ours().map(({ merged }) => merged),
    [false],
  );
});

test('a model that shares the lock is not merged by another model’s policy', async () => {
  const world = await circle();
  const proven = await provenRetraining(world);
  const [evaluation] = proven.evaluations;
  assert.ok(evaluation);
  const debit = circleYaml('{when: [performance]}').replace('name: credit', 'name: debit');
  world.source.change(await main(world), { 'models/debit/model.yaml': debit });
  const evaluations = [evaluation, { ...evaluation, model: 'debit' }];

  const step = await mergeWhenReady(world.workspace, { ...proven, evaluations });

  assert.deepEqual(step, {
    status: 'waits',
    reason: 'people merge it: the policy of debit has no auto-merge',
  });
});

test('a model that shares the lock, and whose new inputs production serves already, holds no retraining up', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  const debit = circleYaml(AUTO).replace('name: credit', 'name: debit');
  world.source.change(await main(world), { 'models/debit/model.yaml': debit });
  world.at(1, 7);
  await world.tick();
  const [pull] = world.ours();
  assert.ok(pull);
  const { registry, clock } = world.workspace;
  const at = { model: 'debit', at: clock.now() };
  const { version } = await registry.register({ ...at, commit: pull.head.sha, digest: digestOf('debit') });
  await registry.assign({ ...at, version, stage: 'production' });

  await world.settle();

  assert.equal(await newest(world), 'merged: it was merged');
});

test('a verdict on another holdout than the commit’s own merges nothing, and is asked for anew', async () => {
  const world = await circle();
  const proven = await provenRetraining(world);
  const [evaluation] = proven.evaluations;
  assert.ok(evaluation);
  const { holdout, ...elsewhere } = evaluation;

  const step = await mergeWhenReady(world.workspace, { ...proven, evaluations: [elsewhere] });

  assert.deepEqual(step, {
    status: 'waits',
    reason: 'it is evaluated again: it was judged on another holdout',
  });
  assert.equal(world.forge.dispatches.at(-1)?.inputs.holdout, holdout);
  assert.notEqual(world.forge.dispatches.at(-1)?.runId, evaluation.run);
});

test('data that breaks its contract makes no pull request, and the issue says so until there is newer data', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  world.truth.dataFits = false;

  await live(world, { days: 1 });
  await world.tick();
  assert.deepEqual(world.ours(), []);
  assert.equal(world.forge.issues[0]?.title, 'credit: performance, retraining needs a person');
  assert.match(world.forge.issues[0]?.body ?? '', /rows of 2026-01-01T00:\S+Z break the contract/);

  world.truth.dataFits = true;
  await live(world, { days: 1, from: 2 });
  assert.deepEqual((await endOf(world)).retrainings, [
    [SECOND, 'merged', []],
    [FIRST, 'closed', []],
  ]);
});

test('a candidate that fails its gates is closed, and the same failure again asks for a person', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  world.truth.rocAuc = 0.6;

  await live(world, { days: 1 });
  assert.match(await newest(world), /^closed/);
  await live(world, { days: 5, from: 2 });

  const gates = ['benchmark: roc_auc at least 0.75'];
  assert.deepEqual(
    (await endOf(world)).retrainings.map(([, ...rest]) => rest),
    [
      ['given-up', gates],
      ['closed', gates],
    ],
  );
  assert.deepEqual(
    world.ours().map(({ state, merged }) => [state, merged]),
    [
      ['closed', false],
      ['closed', false],
    ],
  );
  assert.equal((await endOf(world)).branches, 0);
  assert.match(world.forge.issues[0]?.body ?? '', /the same failed twice in a row \(benchmark: roc/);
});

test('data that breaks its contract between two failures does not hide that the same failed twice', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  world.truth.rocAuc = 0.6;
  await live(world, { days: 1 });
  world.truth.dataFits = false;
  await live(world, { days: 1, from: 2 });
  world.truth.dataFits = true;

  await live(world, { days: 2, from: 3 });

  assert.deepEqual(
    (await endOf(world)).retrainings.map(([, state]) => state),
    ['given-up', 'closed', 'closed'],
  );
});

for (const { act, by } of [
  {
    act: 'a merge to the model',
    by: async (world: Circle) => void world.source.change(await main(world), { 'src/train.py': 'fixed()' }),
  },
  {
    act: 'another policy',
    by: async (world: Circle) =>
      void world.source.change(await main(world), {
        'models/credit/model.yaml': circleYaml(AUTO.replace('24h', '25h')),
      }),
  },
  { act: '/mergeway retrain', by: (world: Circle) => say(world, '/mergeway retrain') },
]) {
  test(`${act} takes the brake off`, async () => {
    const world = await circle();
    world.truth.isBad = (version) => version === 'v0.0.1';
    world.truth.rocAuc = 0.6;
    await live(world, { days: 4 });
    assert.match(await newest(world), /^given-up/);
    world.truth.rocAuc = 0.8;

    await by(world);
    await live(world, { days: 1, from: 5 });

    assert.match(await newest(world), /^merged/);
    assert.equal((await endOf(world)).production, 'v0.0.2');
  });
}

test('training that fails counts as a failure too', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  world.truth.trains = false;

  await live(world, { days: 4 });

  assert.deepEqual(
    (await endOf(world)).retrainings.map(([, ...rest]) => rest),
    [
      ['given-up', ['training']],
      ['closed', ['training']],
    ],
  );
});

test('a pull request that people close stays closed, and the next interval gets its own', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1, settles: false });
  await world.forge.closePullRequest(world.ours()[0]?.number ?? 0);
  await world.settle();
  assert.equal(await newest(world), 'closed: it was closed by hand');

  await live(world, { days: 1, from: 2 });

  assert.deepEqual(
    (await endOf(world)).retrainings.map(([id, state]) => [id, state]),
    [
      [SECOND, 'merged'],
      [FIRST, 'closed'],
    ],
  );
});

test('a branch that is taken by something else is left alone, and said', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  const theirs = world.source.change(
    await main(world),
    { 'a.txt': 'a' },
    { branch: `mergeway/retrain/${FIRST}` },
  );

  await live(world, { days: 1 });

  assert.equal(await world.source.resolve(`mergeway/retrain/${FIRST}`), theirs);
  assert.deepEqual(world.ours(), []);
  assert.match(world.forge.issues[0]?.body ?? '', /has a branch/);
});

test('a snoozed alarm says nothing and retrains nothing until then', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await say(world, '/mergeway snooze 3d');
  assert.match(lastReply(world), /until 2026-01-04T/);

  await live(world, { days: 2 });
  assert.deepEqual([world.forge.issues, world.ours()], [[], []]);
  await live(world, { days: 1, from: 4 });

  assert.equal(world.forge.issues.length, 1);
  assert.equal(world.ours().length, 1);
});

test('the same snooze told again prolongs nothing', async () => {
  const world = await circle();
  const comment = {
    number: 7,
    on: 'issue',
    commentId: 1,
    body: '/mergeway snooze credit 1d',
    author: 'grace',
  } as const;
  world.forge.setPermission('grace', 'write');
  world.forge.commentAs('grace', 7, comment.body);
  const id = world.forge.comments.at(-1)?.id ?? 0;
  await obeyComment(world.workspace, { ...comment, commentId: id });
  const first = await world.workspace.store.monitors.alarm('acme/risk', 'credit');

  world.at(0, 12);
  await obeyComment(world.workspace, { ...comment, commentId: id });

  assert.deepEqual(await world.workspace.store.monitors.alarm('acme/risk', 'credit'), first);
});

for (const { body, says } of [
  { body: '/mergeway snooze', says: /For how long/ },
  { body: '/mergeway snooze credit', says: /For how long/ },
  { body: '/mergeway snooze debit 3d', says: /no such model/ },
  { body: '/mergeway retrain', says: /no newer data for `credit`: the next day is not over/ },
]) {
  test(`${body} is answered with the way out`, async () => {
    const world = await circle();

    await say(world, body);

    assert.match(lastReply(world), says);
  });
}

test('status on an issue tells alarms and retraining', async () => {
  const world = await circle({ retrain: '{when: [performance]}' });
  world.truth.isBad = () => true;
  await live(world, { days: 1 });

  await say(world, '/mergeway status');

  assert.match(lastReply(world), /alarm: performance since 2026-01-01T00:00:00Z \(#9\)/);
  assert.match(lastReply(world), /retraining #8/);
  assert.doesNotMatch(lastReply(world), /this pull request/);
});

test('/mergeway retrain told again opens one pull request', async () => {
  const world = await circle();
  world.at(1, 1);
  world.forge.setPermission('grace', 'write');
  const commentId = world.forge.commentAs('grace', 7, '/mergeway retrain');
  const comment = {
    number: 7,
    on: 'pull-request',
    commentId,
    body: '/mergeway retrain',
    author: 'grace',
  } as const;

  await obeyComment(world.workspace, comment);
  await obeyComment(world.workspace, comment);

  assert.equal(world.ours().length, 1);
  assert.match(world.forge.bodies.get(8) ?? '', /`grace` asked for it/);
  assert.match(lastReply(world), /#8, for `credit` judged on 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z/);
});

for (const { name, goOn } of [
  { name: 'at the next look', goOn: (world: Circle) => world.tick() },
  { name: 'when it is asked for again', goOn: (world: Circle) => say(world, '/mergeway retrain') },
]) {
  test(`a retraining that got stuck before its pull request goes on ${name}, monitor or none`, async () => {
    const world = await circle();
    const { data } = world.workspace;
    assert.ok(data);
    const advance = async () => Promise.reject(new MergewayError('MW_DATA_MISSING', 'not mounted'));
    world.at(1, 1);
    await say(
      { ...world, workspace: { ...world.workspace, data: { ...data, advance } } },
      '/mergeway retrain',
    );
    assert.match(lastReply(world), /not mounted/);
    world.source.change(await main(world), { 'models/credit/model.yaml': modelYaml() });

    await goOn(world);

    assert.equal(world.ours().length, 1);
  });
}

test('an alarm waits while a new version is on its way to production', async () => {
  const world = await circle();
  world.truth.isBad = () => true;
  await live(world, { days: 1, settles: false });
  await world.settle();
  await live(world, { days: 1, from: 2, settles: false });

  assert.equal(world.ours().length, 2, 'the version that was promoted is bad too, and a day is over');
});

test('silence is an alarm of its own, and is over when predictions come again', async () => {
  const world = await circle();
  const monitored = circleYaml(AUTO).replace('  drift: {}', '  silence: 2h\n  drift: {}');
  world.source.change(await main(world), { 'models/credit/model.yaml': monitored });
  const reach = world.workspace.windows?.reach;
  assert.ok(world.workspace.windows && reach);
  const silent = {
    ...world.workspace.windows,
    reach: async () => ({ first: undefined, newest: 0, written: 0 }),
  };
  const asked = { model: 'credit', commit: await main(world) };

  await watchModel({ ...world.workspace, windows: silent }, asked);
  assert.equal(world.forge.issues[0]?.title, 'credit: no predictions');
  world.at(1, 7);
  await watchModel(world.workspace, asked);

  assert.equal(world.forge.issues[0]?.state, 'closed');
});

test('a window that late labels acquit is not what alarmed', async () => {
  const world = await circle({ retrain: '{when: [drift]}' });
  world.truth.isBad = () => true;
  world.at(1, 7);
  await world.tick();
  const { windows } = world.workspace;
  assert.ok(windows && world.forge.issues[0]?.state === 'open');
  world.truth.isBad = () => false;
  const grown = { ...windows, counts: async () => ({ rows: 2000, labelled: 1900 }) };

  await watchModel({ ...world.workspace, windows: grown }, { model: 'credit', commit: await main(world) });

  assert.equal(world.forge.issues[0]?.state, 'closed');
  assert.doesNotMatch(world.forge.issues[0]?.body ?? '', /What alarmed/);
});

test('an issue about silence knows since when, and does not say what an older one was about', async () => {
  const world = await circle({ retrain: '{when: [drift]}' });
  const monitored = circleYaml('{when: [drift]}').replace('  drift: {}', '  silence: 2h\n  drift: {}');
  world.source.change(await main(world), { 'models/credit/model.yaml': monitored });
  const asked = { model: 'credit', commit: await main(world) };
  const { windows } = world.workspace;
  assert.ok(windows);
  world.truth.isBad = (_, from) => from === START;
  for (const day of [1, 2]) {
    world.at(day, 7);
    await watchModel(world.workspace, asked);
  }
  const [over] = world.forge.issues;
  const written = START + 2 * DAY;
  const reach = async () => ({ first: START, newest: written, written });

  world.at(2, 10);
  await watchModel({ ...world.workspace, windows: { ...windows, reach } }, asked);
  const silent = await world.workspace.store.monitors.alarm('acme/risk', 'credit');
  await watchModel(world.workspace, asked);

  assert.match(over?.body ?? '', /What alarmed/);
  assert.deepEqual([silent?.kinds, silent?.since], [['volume'], written]);
  assert.equal(world.forge.issues[0]?.state, 'closed');
  assert.doesNotMatch(world.forge.issues[0]?.body ?? '', /What alarmed/);
});

/** A version that its canary takes back, though every gate passed. */
async function rolledBack(world: Circle, name: string): Promise<void> {
  await mergeProven(world, name);
  await runToEnd(world, { before: () => countErrors(world, { champion: 0, canary: 20 }) });
}

/** A retraining whose gates have passed, and that GitHub did not let through yet. */
async function provenRetraining(world: Circle) {
  world.truth.isBad = () => true;
  world.forge.block('not yet');
  await live(world, { days: 1 });
  world.forge.block('');
  const { store } = world.workspace;
  const [retraining] = await store.retrainings.of('acme/risk', 'credit', 1);
  const [pullRequest] = world.ours();
  assert.ok(retraining && pullRequest);
  const evaluations = await store.evaluations.of('acme/risk', retraining.head);
  return { retraining, pullRequest, evaluations };
}

/** Days of an undisturbed App: two looks a day, an hour and seven hours after midnight. */
async function live(
  world: Circle,
  {
    days,
    from = 1,
    settles = true,
  }: { readonly days: number; readonly from?: number; readonly settles?: boolean },
): Promise<void> {
  for (let day = from; day < from + days; day++) {
    for (const hour of [1, 7]) {
      world.at(day, hour);
      await world.tick();
      if (settles) await world.settle();
    }
  }
}

async function newest({ workspace }: Circle): Promise<string> {
  const [retraining]: readonly Retraining[] = await workspace.store.retrainings.of('acme/risk', 'credit', 1);
  return `${retraining?.state}: ${retraining?.reason}`;
}

function order(world: Circle) {
  return { head: world.ours()[0]?.head.sha ?? '', title: 't', message: 'm' };
}

async function main({ source }: Circle): Promise<string> {
  return (await source.resolve('main')) ?? '';
}

async function say(world: Circle, body: string): Promise<void> {
  world.forge.setPermission('grace', 'write');
  const commentId = world.forge.commentAs('grace', 9, body);
  await obeyComment(world.workspace, { number: 9, on: 'issue', commentId, body, author: 'grace' });
}

function lastReply({ forge }: Circle): string {
  return forge.comments.findLast(({ body }) => body.includes('mergeway:reply'))?.body ?? '';
}
