import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { advanceRollout } from '#core/flows/advance-rollout.ts';
import { announcePullRequest } from '#core/flows/announce-pull-request.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { queueMerge } from '#core/flows/queue-merge.ts';
import { storeServingSettings } from '#core/flows/serving-settings.ts';
import { settleRollout } from '#core/flows/settle-rollout.ts';
import { startRollout } from '#core/flows/start-rollout.ts';
import { countErrors, openRollout, runToEnd } from '#test/support/controller.ts';
import {
  baseFiles,
  type Line,
  memoryLine,
  modelYaml,
  NUMBER,
  onnxNamed,
  REPOSITORY,
} from '#test/support/line.ts';

test('a pull request that changes inputs waits for training', async () => {
  const line = memoryLine();
  const { head } = line.push({ 'src/train.py': 'better()' });

  await announcePullRequest(line.workspace, NUMBER);

  const check = line.forge.check(head.sha, 'mergeway');
  assert.equal(check?.status, 'in_progress');
  assert.equal(check?.title, 'Waiting for training');
});

test('a pull request that changes no input needs no candidate', async () => {
  const line = memoryLine();
  const { head } = line.push({ 'README.md': 'words' });

  await announcePullRequest(line.workspace, NUMBER);

  assert.equal(line.forge.check(head.sha, 'mergeway')?.conclusion, 'success');
});

test('an announcement that comes late does not take a verdict back', async () => {
  const line = memoryLine();
  const { head } = line.push({ 'src/train.py': 'better()' });
  await collectTraining(line.workspace, await line.trained());
  await collectEvaluation(line.workspace, await line.evaluated());

  await announcePullRequest(line.workspace, NUMBER);

  assert.equal(line.forge.check(head.sha, 'mergeway')?.conclusion, 'success');
});

test("a proven training run's candidate is stored, bound, and evaluated on the default branch", async () => {
  const line = memoryLine();
  const { head } = line.push({ 'src/train.py': 'better()' });

  await collectTraining(line.workspace, await line.trained());

  const [candidate] = await line.workspace.store.candidates.of(REPOSITORY, head.sha);
  const digest = digestOf(onnxNamed('candidate'));
  assert.equal(candidate?.digest, digest);
  assert.ok(await line.workspace.artifacts.has(digest));
  assert.deepEqual(
    line.forge.dispatches.map(({ workflow, inputs }) => ({ workflow, inputs })),
    [
      {
        workflow: 'mergeway-evaluate.yml',
        inputs: {
          pull_request: '7',
          head_sha: head.sha,
          model: 'credit',
          candidate: digest,
          champion: '',
          champion_version: '',
        },
      },
    ],
  );
});

test('further seeds are stored, told to the evaluation, and candidates of nobody', async () => {
  const line = memoryLine();
  const { head } = line.push({ 'src/train.py': 'better()' });
  const seeds = ['one', 'two'].map(onnxNamed);

  await collectTraining(line.workspace, await line.trained({ seeds }));

  const digests = seeds.map(digestOf);
  const kept = await Promise.all(digests.map((digest) => line.workspace.artifacts.has(digest)));
  assert.deepEqual(kept, [true, true]);
  assert.equal(line.forge.dispatches[0]?.inputs.seeds, digests.join(','));
  const candidates = await line.workspace.store.candidates.of(REPOSITORY, head.sha);
  assert.deepEqual(
    candidates.map(({ digest }) => digest),
    [digestOf(onnxNamed('candidate'))],
  );
});

for (const { name, handedOver, code } of [
  { name: 'is missing', handedOver: [onnxNamed('one')], code: 'MW_CANDIDATE_MISSING' },
  {
    name: 'is another model',
    handedOver: [onnxNamed('one'), onnxNamed('other')],
    code: 'MW_EVIDENCE_MISMATCH',
  },
  {
    name: 'is no ONNX file',
    handedOver: [onnxNamed('one'), new TextEncoder().encode('no model')],
    code: 'MW_MODEL_INVALID',
  },
]) {
  test(`a training run one of whose seeds ${name} is refused, and nothing is evaluated`, async () => {
    const line = memoryLine();
    const { head } = line.push({ 'src/train.py': 'better()' });
    const seeds = ['one', 'two'].map(onnxNamed);

    await collectTraining(line.workspace, await line.trained({ seeds, handedOver }));

    assert.match(line.forge.check(head.sha, 'mergeway')?.summary ?? '', new RegExp(code));
    assert.deepEqual(line.forge.dispatches, []);
  });
}

for (const { contract, conclusion } of [
  { contract: 'strict', conclusion: 'success' },
  { contract: 'lax', conclusion: 'action_required' },
]) {
  test(`data that was held against the ${contract} contract of two: ${conclusion}`, async () => {
    const gates = '{benchmark: [{metric: roc_auc, min: 0.75}], data: {contract: data/credit.odcs.yaml}}';
    const line = memoryLine(
      baseFiles({ 'models/credit/model.yaml': modelYaml({ gates }), 'data/credit.odcs.yaml': 'strict' }),
    );
    const { head } = line.push({ 'src/train.py': 'better()', 'data/credit.odcs.yaml': 'lax' });

    await collectTraining(line.workspace, await line.trained({ validatedBy: contract }));
    await collectEvaluation(line.workspace, await line.evaluated());

    assert.equal(line.forge.check(head.sha, 'mergeway / data')?.conclusion, conclusion);
    assert.equal(line.forge.check(head.sha, 'mergeway')?.conclusion, conclusion);
  });
}

test('a training run told twice is evaluated once', async () => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'better()' });
  const run = await line.trained();

  await collectTraining(line.workspace, run);
  await collectTraining(line.workspace, run);

  assert.equal(line.forge.dispatches.length, 1);
});

test('the first bytes of an input digest stay its candidate when a second run makes others', async () => {
  const line = memoryLine();
  const { head } = line.push({ 'src/train.py': 'better()' });
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('first') }));

  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('second') }));

  const [candidate] = await line.workspace.store.candidates.of(REPOSITORY, head.sha);
  assert.equal(candidate?.digest, digestOf(onnxNamed('first')));
});

for (const { name, prepare, code } of [
  {
    name: 'of a workflow that the pull request changed',
    prepare: (line: Line) => {
      line.push({ 'src/train.py': 'better()', '.github/workflows/mergeway-train.yml': 'on: evil' });
      return line.trained();
    },
    code: 'MW_ORIGIN_UNPROVEN',
  },
  {
    name: 'whose evidence speaks of other bytes',
    prepare: (line: Line) => {
      line.push({ 'src/train.py': 'better()' });
      return line.trained({ claims: { subject: digestOf('other') } });
    },
    code: 'MW_EVIDENCE_MISMATCH',
  },
  {
    name: 'whose evidence claims other inputs',
    prepare: (line: Line) => {
      line.push({ 'src/train.py': 'better()' });
      return line.trained({ claims: { inputDigest: digestOf('other') } });
    },
    code: 'MW_EVIDENCE_MISMATCH',
  },
  {
    name: 'that hands over no candidate',
    prepare: (line: Line) => {
      line.push({ 'src/train.py': 'better()' });
      return line.trained({ artifacts: {} });
    },
    code: 'MW_CANDIDATE_MISSING',
  },
  {
    name: 'whose artifact is no zip',
    prepare: (line: Line) => {
      line.push({ 'src/train.py': 'better()' });
      return line.trained({ artifacts: { 'mergeway-candidate-credit': new Uint8Array(100) } });
    },
    code: 'MW_ZIP_REFUSED',
  },
  {
    name: 'whose model is no ONNX file',
    prepare: (line: Line) => {
      line.push({ 'src/train.py': 'better()' });
      return line.trained({ onnx: new Uint8Array([1, 2, 3]) });
    },
    code: 'MW_MODEL_INVALID',
  },
]) {
  test(`a training run ${name} is refused with ${code}, and nothing is dispatched`, async () => {
    const line = memoryLine();
    const run = await prepare(line);

    await collectTraining(line.workspace, run);

    const { head } = await line.forge.pullRequest(NUMBER);
    const check = line.forge.check(head.sha, 'mergeway');
    assert.equal(check?.conclusion, 'failure');
    assert.match(check?.summary ?? '', new RegExp(code));
    assert.deepEqual(line.forge.dispatches, []);
    assert.deepEqual(await line.workspace.store.candidates.of(REPOSITORY, head.sha), []);
  });
}

test('a run of a head that moved on changes nothing', async () => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'better()' });
  const run = await line.trained();
  line.push({ 'src/train.py': 'best()' });

  await collectTraining(line.workspace, run);

  assert.deepEqual(line.forge.checks, []);
  assert.deepEqual(line.forge.dispatches, []);
});

test('a run of a fork with the same commit is not the pull request that it belongs to', async () => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'better()' });

  await collectTraining(line.workspace, await line.trained({ run: { headRepository: 'mallory/risk' } }));

  assert.deepEqual(line.forge.dispatches, []);
});

test('evidence that passes makes the required check green, with a check per gate and one report', async () => {
  const line = memoryLine();
  const { head } = line.push({ 'src/train.py': 'better()' });
  await collectTraining(line.workspace, await line.trained());

  await collectEvaluation(line.workspace, await line.evaluated());

  assert.equal(line.forge.check(head.sha, 'mergeway')?.conclusion, 'success');
  assert.equal(line.forge.check(head.sha, 'mergeway / benchmark')?.conclusion, 'success');
  assert.equal(line.forge.comments.length, 1);
  assert.match(line.forge.comments[0]?.body ?? '', /mergeway:report/);
});

test('evidence that fails a gate fails the required check', async () => {
  const line = memoryLine();
  const { head } = line.push({ 'src/train.py': 'worse()' });
  await collectTraining(line.workspace, await line.trained());

  await collectEvaluation(line.workspace, await line.evaluated({ rocAuc: 0.6 }));

  assert.equal(line.forge.check(head.sha, 'mergeway')?.conclusion, 'failure');
  assert.equal(line.forge.check(head.sha, 'mergeway / benchmark')?.conclusion, 'failure');
});

test("a pull request can't loosen its own gates", async () => {
  const line = memoryLine();
  const { head } = line.push({
    'src/train.py': 'worse()',
    'models/credit/model.yaml': (await fileText(line, 'models/credit/model.yaml')).replace('0.75', '0.1'),
  });
  await collectTraining(line.workspace, await line.trained());

  await collectEvaluation(line.workspace, await line.evaluated({ rocAuc: 0.6 }));

  assert.equal(line.forge.check(head.sha, 'mergeway')?.conclusion, 'failure');
});

for (const { name, options, text } of [
  {
    name: 'of another candidate',
    options: { predicate: { candidate: digestOf('other') } },
    text: /candidate is/,
  },
  { name: 'with another subject', options: { subject: digestOf('other') }, text: /subject is/ },
  {
    name: 'on another holdout',
    options: { predicate: { holdout: { digest: digestOf('easy'), uri: 'store:easy', rows: 1000 } } },
    text: /holdout is/,
  },
  {
    name: 'by another policy',
    options: { predicate: { configuration: digestOf('mild') } },
    text: /configuration is/,
  },
  { name: 'that is advisory', options: { predicate: { origin: 'advisory' as const } }, text: /origin is/ },
  { name: 'of a failed run', options: { run: { conclusion: 'failure' } }, text: /ended with failure/ },
  {
    name: 'of a run on another branch',
    options: { run: { headBranch: 'feature' } },
    text: /MW_ORIGIN_UNPROVEN/,
  },
]) {
  test(`evidence ${name} is refused and makes the check fail`, async () => {
    const line = memoryLine();
    const { head } = line.push({ 'src/train.py': 'better()' });
    await collectTraining(line.workspace, await line.trained());

    await collectEvaluation(line.workspace, await line.evaluated(options));

    const check = line.forge.check(head.sha, 'mergeway');
    assert.equal(check?.conclusion, 'failure');
    assert.match(unescaped(check?.summary ?? ''), text);
  });
}

test('a run of the evaluation workflow that we did not dispatch decides nothing', async () => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'better()' });
  await collectTraining(line.workspace, await line.trained());
  const checks = line.forge.checks.length;

  await collectEvaluation(line.workspace, 999_999);

  assert.equal(line.forge.checks.length, checks);
});

test('the first version of a model goes straight to production when it is merged', async () => {
  const line = memoryLine();
  await prove(line, { 'src/train.py': 'first()' }, 'first');
  const { mergeCommit } = line.merge();

  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await runToEnd(line);

  const { stages, versions } = await line.workspace.registry.state('credit');
  assert.equal(stages.production?.version, 'v0.0.1');
  assert.equal(versions[0]?.commit, mergeCommit);
  assert.deepEqual(line.traffic.applied.at(-1)?.plan, {
    champion: digestOf(onnxNamed('first')),
    championVersion: 'v0.0.1',
    championSettings: await storeServingSettings(line.workspace, { model: 'credit', commit: line.base }),
  });
  assert.deepEqual(
    line.forge.deployments.map(({ statuses }) => statuses.at(-1)?.state),
    ['success'],
  );
  const [entry] = await line.workspace.ledger.entries();
  assert.deepEqual([entry?.action, entry?.actor, entry?.pullRequest], ['production', 'rita', NUMBER]);
});

test('the second version takes its canary through every step into production', async () => {
  const line = await withChampion();
  await prove(line, { 'src/train.py': 'better()' }, 'second');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });

  const weights = await rollOut(line, { errors: { champion: 3, canary: 0 } });

  assert.deepEqual(weights, [10, 50]);
  const { stages } = await line.workspace.registry.state('credit');
  assert.equal(stages.production?.version, 'v0.0.2');
  assert.equal(stages.canary, undefined);
  assert.equal(line.traffic.applied.at(-1)?.plan.champion, digestOf(onnxNamed('second')));
  assert.deepEqual(
    line.forge.deployments.map(({ statuses }) => statuses.at(-1)?.state),
    ['inactive', 'success'],
  );
  assert.deepEqual(
    (await line.workspace.ledger.entries()).map(({ action, version }) => [action, version]),
    [
      ['production', 'v0.0.1'],
      ['canary', 'v0.0.2'],
      ['production', 'v0.0.2'],
    ],
  );
});

test('a canary that throws where the champion does not goes home, with the numbers on the pull request', async () => {
  const line = await withChampion();
  await prove(line, { 'src/train.py': 'treacherous()' }, 'second');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });

  await rollOut(line, { errors: { champion: 0, canary: 20 } });

  const { stages } = await line.workspace.registry.state('credit');
  assert.equal(stages.production?.version, 'v0.0.1');
  assert.equal(stages.canary, undefined);
  assert.deepEqual(line.traffic.applied.at(-1)?.plan, {
    champion: digestOf(onnxNamed('first')),
    championVersion: 'v0.0.1',
    championSettings: await storeServingSettings(line.workspace, { model: 'credit', commit: line.base }),
  });
  assert.deepEqual(
    line.forge.deployments.map(({ statuses }) => statuses.at(-1)?.state),
    ['success', 'failure'],
  );
  const comment = line.forge.comments.find(({ body }) => body.includes('rolled back'));
  assert.match(comment?.body ?? '', /canary v0\.0\.2 \| 1,000 \| 20 \| 2\.00 %/);
  assert.match(comment?.body ?? '', /still has this change: revert it.*nothing is trained again by itself/);
  assert.equal((await line.workspace.ledger.entries()).at(-1)?.action, 'rollback');
});

test('a revert to what production serves needs no training, no proof and no rollout', async () => {
  const line = await withChampion();
  await prove(line, { 'src/train.py': 'treacherous()' }, 'second');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await rollOut(line, { errors: { champion: 0, canary: 20 } });
  const { head } = line.push({ 'src/train.py': 'first()' });

  await announcePullRequest(line.workspace, NUMBER);
  const announced = line.forge.check(head.sha, 'mergeway');
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('first') }));
  const trained = line.forge.check(head.sha, 'mergeway');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });

  assert.deepEqual(
    [announced, trained].map((check) => [check?.conclusion, check?.title]),
    [
      ['success', 'Production serves this already'],
      ['success', 'Production serves this already'],
    ],
  );
  assert.match(announced?.summary ?? '', /`credit` \(v0\.0\.1\)/);
  assert.deepEqual(await line.workspace.store.rollouts.open(), []);
  assert.equal(
    line.forge.comments.some(({ body }) => body.includes('not promoted')),
    false,
  );
});

test('a revert while the canary still runs is proven and follows it: production would else end with what was reverted', async () => {
  const line = await withChampion();
  await prove(line, { 'src/train.py': 'second()' }, 'second');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  line.clock.advance(1000);
  const { head } = line.push({ 'src/train.py': 'first()' });

  await announcePullRequest(line.workspace, NUMBER);

  assert.equal(line.forge.check(head.sha, 'mergeway')?.title, 'Waiting for training');
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('first') }));
  await collectEvaluation(line.workspace, await line.evaluated());
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  assert.deepEqual(
    (await line.workspace.store.rollouts.open()).map(({ candidate }) => candidate),
    [digestOf(onnxNamed('second')), digestOf(onnxNamed('first'))],
  );
});

test('other inputs whose training handed over the bytes of production are judged, however often they are pushed', async () => {
  const line = await withChampion();
  line.push({ 'src/train.py': 'copies()' });
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('first') }));
  await collectEvaluation(line.workspace, await line.evaluated({ rocAuc: 0.5 }));
  const { head } = line.push({ 'src/train.py': 'copies()', 'README.md': 'again' });

  await announcePullRequest(line.workspace, NUMBER);
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('first') }));
  await collectEvaluation(line.workspace, await line.evaluated({ rocAuc: 0.5 }));

  assert.equal(line.forge.check(head.sha, 'mergeway')?.conclusion, 'failure');
});

test('a merge told twice has one rollout', async () => {
  const line = memoryLine();
  await prove(line, { 'src/train.py': 'first()' }, 'first');
  line.merge();

  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });

  assert.equal((await line.workspace.store.rollouts.recent(10)).length, 1);
});

test('a merge whose tree has other inputs than what was proven promotes nothing and says so', async () => {
  const line = memoryLine();
  await prove(line, { 'src/train.py': 'first()' }, 'first');
  line.merge({ 'src/features.py': 'somebody else was here' });

  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });

  assert.deepEqual(await line.workspace.store.rollouts.recent(10), []);
  assert.match(line.forge.comments.at(-1)?.body ?? '', /not promoted[\s\S]*other inputs/);
});

test('a merge over a failed gate promotes nothing and says so', async () => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'worse()' });
  await collectTraining(line.workspace, await line.trained());
  await collectEvaluation(line.workspace, await line.evaluated({ rocAuc: 0.6 }));
  line.merge();

  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });

  assert.deepEqual(await line.workspace.store.rollouts.recent(10), []);
  assert.match(line.forge.comments.at(-1)?.body ?? '', /a gate failed/);
});

test('a merge whose evaluation could not be started asks for it again, and is promoted when it passes', async () => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'better()' });
  const { dispatch } = line.forge;
  line.forge.dispatch = () => Promise.reject(new Error('GitHub is away'));
  await assert.rejects(collectTraining(line.workspace, await line.trained()), /away/);
  line.forge.dispatch = dispatch;
  line.merge();

  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await collectEvaluation(line.workspace, await line.evaluated());

  assert.equal((await openRollout(line)).stage, 'queued');
});

test('a merge before the evaluation ended is promoted when the evaluation passes', async () => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'first()' });
  await collectTraining(line.workspace, await line.trained());
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  assert.deepEqual(await line.workspace.store.rollouts.recent(10), []);

  await collectEvaluation(line.workspace, await line.evaluated());

  assert.equal((await line.workspace.store.rollouts.recent(10)).length, 1);
});

test('evidence against a champion that moved meanwhile is asked for again', async () => {
  const line = await withChampion();
  line.push({ 'src/train.py': 'better()' });
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('second') }));
  const stale = await line.evaluated();
  await otherVersionTakesProduction(line);

  await collectEvaluation(line.workspace, stale);

  assert.equal(line.forge.dispatches.at(-1)?.inputs.champion, digestOf('elsewhere'));
  assert.equal((await line.workspace.store.evaluations.find(REPOSITORY, stale))?.state, 'superseded');
});

test('a serving target that refuses the canary sends it home with the reason', async () => {
  const line = await withChampion();
  await prove(line, { 'src/train.py': 'better()' }, 'second');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  line.traffic.refuseDigest(digestOf(onnxNamed('second')), 'out of memory');

  await runToEnd(line);

  const [rollout] = await line.workspace.store.rollouts.recent(1);
  assert.equal(rollout?.state?.phase, 'rolled-back');
  assert.match(rollout?.state?.reason ?? '', /out of memory/);
});

test('a first version that the target refuses is told once, and promoted when the target takes it', async () => {
  const line = memoryLine();
  await prove(line, { 'src/train.py': 'first()' }, 'first');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await startRollout(line.workspace, await openRollout(line));
  await advanceRollout(line.workspace, await openRollout(line));
  line.traffic.unreachable = true;

  await assert.rejects(settleRollout(line.workspace, await openRollout(line)));
  await assert.rejects(settleRollout(line.workspace, await openRollout(line)));
  const during = line.forge.comments.filter(({ body }) => body.includes('keeps trying'));
  line.traffic.unreachable = false;
  await settleRollout(line.workspace, await openRollout(line));

  assert.equal(during.length, 1);
  assert.match(line.forge.comments.at(-1)?.body ?? '', /is in production/);
  assert.deepEqual(await line.workspace.store.rollouts.open(), []);
});

test('a rollout whose lease lapsed while nobody looked starts its step again', async () => {
  const line = await withChampion();
  await prove(line, { 'src/train.py': 'better()' }, 'second');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await startRollout(line.workspace, await openRollout(line));
  await advanceRollout(line.workspace, await openRollout(line));

  line.clock.advance(60_000);
  await advanceRollout(line.workspace, await openRollout(line));

  const { state } = await openRollout(line);
  assert.deepEqual([state?.phase, state?.step, state?.attempt], ['running', 0, 1]);
  assert.equal(line.traffic.applied.at(-1)?.plan.canary?.step.endsWith('/0/1'), true);
});

/** Proves the files as a candidate whose bytes carry the name. */
async function prove(line: Line, files: Record<string, string>, name: string): Promise<void> {
  line.push(files);
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed(name) }));
  await collectEvaluation(line.workspace, await line.evaluated());
}

/** A line whose `v0.0.1` is in production. */
async function withChampion(): Promise<Line> {
  const line = memoryLine();
  await prove(line, { 'src/train.py': 'first()' }, 'first');
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await runToEnd(line);
  return line;
}

async function otherVersionTakesProduction({ workspace, base }: Line): Promise<void> {
  const { version } = await workspace.registry.register({
    model: 'credit',
    commit: base,
    digest: digestOf('elsewhere'),
    at: workspace.clock.now(),
  });
  await workspace.registry.assign({
    model: 'credit',
    version,
    stage: 'production',
    at: workspace.clock.now(),
  });
}

/** Runs the open rollout with 1,000 units per arm and the given errors in each step; returns the weights it took. */
async function rollOut(
  line: Line,
  { errors }: { readonly errors: { readonly champion: number; readonly canary: number } },
): Promise<readonly number[]> {
  await runToEnd(line, { before: () => countErrors(line, errors) });
  const weights = line.traffic.applied.flatMap(({ plan }) => (plan.canary ? [plan.canary.weight] : []));
  return [...new Set(weights)];
}

async function fileText({ source, base }: Line, path: string): Promise<string> {
  return new TextDecoder().decode((await source.read(base, path)) ?? new Uint8Array());
}

/** Numeric entities as the characters that readers see. */
function unescaped(markdown: string): string {
  return markdown.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
