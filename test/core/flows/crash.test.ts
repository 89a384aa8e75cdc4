/** A crash after any effect, followed by what a restart does, ends where an undisturbed run ends. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { queueMerge } from '#core/flows/queue-merge.ts';
import { verifyChain } from '#core/ledger/chain.ts';
import { countErrors, mergeProven, runToEnd } from '#test/support/controller.ts';
import { Crash, type Crashing, crashing } from '#test/support/crash.ts';
import { type Line, memoryLine, NUMBER, onnxNamed } from '#test/support/line.ts';

for (const { name, errors } of [
  { name: 'a promotion', errors: { champion: 3, canary: 0 } },
  { name: 'a rollback', errors: { champion: 0, canary: 20 } },
]) {
  test(`${name} that crashes after any of its effects ends as an undisturbed one`, async () => {
    const undisturbed = crashing(Number.POSITIVE_INFINITY);
    const expected = await playStory(errors, undisturbed);
    assert.ok(undisturbed.effects > 30, `${undisturbed.effects} effects are too few to be the story`);

    for (let after = 1; after <= undisturbed.effects; after++) {
      const actual = await playStory(errors, crashing(after));

      assert.deepEqual(actual, expected, `after effect ${after}`);
    }
  });
}

/** The second version of a model, from its pull request to the end of its rollout. Each part is told again after a crash. */
async function playStory(
  errors: { readonly champion: number; readonly canary: number },
  crash: Crashing,
): Promise<object> {
  const line = await withChampion();
  const workspace = crash.around(line.workspace);

  line.push({ 'src/train.py': 'second()' });
  const training = await line.trained({ onnx: onnxNamed('second') });
  await again(() => collectTraining(workspace, training));
  const evaluation = await line.evaluated();
  await again(() => collectEvaluation(workspace, evaluation));
  line.merge();
  await again(() => queueMerge(workspace, { number: NUMBER, actor: 'rita' }));
  await again(() => runToEnd(line, { workspace, before: () => countErrors(line, errors) }));
  return endOf(line);
}

async function again(part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    await part();
  }
}

async function withChampion(): Promise<Line> {
  const line = memoryLine();
  await mergeProven(line, 'first');
  await runToEnd(line);
  return line;
}

/** What people and servers see at the end. */
async function endOf({ workspace, forge, traffic }: Line): Promise<object> {
  const { stages, versions } = await workspace.registry.state('credit');
  const entries = await workspace.ledger.entries();
  const { head } = await forge.pullRequest(NUMBER);
  const [rollout] = await workspace.store.rollouts.recent(1);
  return {
    production: stages.production?.version,
    canary: stages.canary?.version,
    versions: versions.map(({ version, digest }) => ({ version, digest })),
    ledger: entries.map(({ action, version, before, actor }) => ({ action, version, before, actor })),
    chain: verifyChain(entries).ok,
    traffic: traffic.applied.at(-1)?.plan,
    phase: rollout?.state?.phase,
    deployments: forge.deployments.map(({ statuses }) => statuses.at(-1)?.state),
    check: forge.check(head.sha, 'mergeway')?.conclusion,
    comments: forge.comments.map(({ body }) => body.match(/<!-- mergeway:\w+/)?.[0]),
  };
}
