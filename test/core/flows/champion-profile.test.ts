/** A champion's reference profile: taken with its evaluation, kept among its rollout's evidence, found again by monitors. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { championProfile } from '#core/flows/champion-profile.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { queueMerge } from '#core/flows/queue-merge.ts';
import { runToEnd } from '#test/support/controller.ts';
import {
  type EvaluationOptions,
  type Line,
  memoryLine,
  NUMBER,
  onnxNamed,
  REPOSITORY,
} from '#test/support/line.ts';

async function evaluated(line: Line, options: EvaluationOptions): Promise<void> {
  line.push({ 'src/train.py': 'first()' });
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed('first') }));
  await collectEvaluation(line.workspace, await line.evaluated(options));
}

async function inProduction(options: EvaluationOptions): Promise<Line> {
  const line = memoryLine();
  await evaluated(line, options);
  line.merge();
  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });
  await runToEnd(line);
  return line;
}

test('before the first version there is no profile', async () => {
  assert.equal(await championProfile(memoryLine().workspace, 'credit'), undefined);
});

test('the profile that came with the evaluation is the champion’s', async () => {
  const line = await inProduction({ profile: { predicate: { labels: { rows: 20_000, positive: 123 } } } });

  const found = await championProfile(line.workspace, 'credit');

  assert.equal(found?.version, 'v0.0.1');
  assert.equal(found?.champion, digestOf(onnxNamed('first')));
  assert.equal(found?.profile.predicate.labels?.positive, 123);
  const [rollout] = await line.workspace.store.rollouts.of(REPOSITORY, 'credit');
  assert.ok(found && rollout?.evidence.includes(found.digest));
});

test('an evaluation without a profile still promotes; the champion has none then', async () => {
  const line = await inProduction({ profile: null });

  assert.equal((await line.workspace.registry.state('credit')).stages.production?.version, 'v0.0.1');
  assert.equal(await championProfile(line.workspace, 'credit'), undefined);
});

for (const { what, profile, says } of [
  {
    what: 'another model’s bytes',
    profile: { subject: digestOf('other') },
    says: /profile\.json: subject is/,
  },
  {
    what: 'another model',
    profile: { predicate: { model: 'fraud' } },
    says: /profile\.json: model is fraud/,
  },
  {
    what: 'another holdout',
    profile: { predicate: { data: { digest: digestOf('other'), uri: 'store:x', rows: 20_000 } } },
    says: /profile\.json: the holdout's lock has changed/,
  },
  {
    what: 'the training data',
    profile: { predicate: { origin: 'training' } },
    says: /profile\.json: origin is training, expected evaluation/,
  },
] as const) {
  test(`an evaluation whose profile speaks of ${what} is refused as a whole`, async () => {
    const line = memoryLine();

    await evaluated(line, { profile });

    const [evaluation] = await line.workspace.store.evaluations.recent(1);
    assert.equal(evaluation?.state, 'failed');
    assert.match(evaluation?.outcome?.reason ?? '', says);
    assert.equal(evaluation?.outcome?.evidence, undefined);
  });
}
