/** An author chooses the branch that a pull request is for, and may change it. That choice loosens nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcePullRequest } from '#core/flows/announce-pull-request.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { queueMerge } from '#core/flows/queue-merge.ts';
import type { PullRequest } from '#core/ports/forge.ts';
import { baseFiles, type Line, memoryLine, modelYaml, NUMBER, REPOSITORY } from '#test/support/line.ts';

const LOOSE = 'models/credit/model.yaml';

test('a pull request to another branch gets no check, no candidate and no evaluation', async () => {
  const line = memoryLine();
  const pullRequest = pointAtLoose(line, line.push({ 'src/train.py': 'better()' }));

  await announcePullRequest(line.workspace, NUMBER);
  await collectTraining(line.workspace, await line.trained());

  assert.deepEqual(line.forge.checks, []);
  assert.deepEqual(line.forge.dispatches, []);
  assert.deepEqual(await line.workspace.store.candidates.of(REPOSITORY, pullRequest.head.sha), []);
});

for (const { name, merged } of [
  { name: 'while its evaluation runs', merged: false },
  { name: 'and merged there while its evaluation runs', merged: true },
]) {
  test(`a pull request that is pointed at a branch with loose gates ${name} is judged by the default branch`, async () => {
    const line = memoryLine();
    const pullRequest = line.push({ 'src/train.py': 'worse()' });
    await collectTraining(line.workspace, await line.trained());
    pointAtLoose(line, merged ? line.merge() : pullRequest);

    await collectEvaluation(line.workspace, await line.evaluated({ rocAuc: 0.7 }));

    assert.equal(line.forge.check(pullRequest.head.sha, 'mergeway')?.conclusion, 'failure');
  });
}

test('a pull request that was merged into another branch promotes nothing', async () => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'better()' });
  await collectTraining(line.workspace, await line.trained());
  await collectEvaluation(line.workspace, await line.evaluated());
  pointAtLoose(line, line.merge());

  await queueMerge(line.workspace, { number: NUMBER, actor: 'rita' });

  assert.deepEqual(await line.workspace.store.rollouts.open(), []);
});

/** The pull request is for a branch whose gates let everything pass. */
function pointAtLoose({ source, forge }: Line, pullRequest: PullRequest): PullRequest {
  const gates = '{benchmark: [{metric: roc_auc, min: 0.01}]}';
  const sha = source.commit(baseFiles({ [LOOSE]: modelYaml({ gates }) }), { branch: 'loose' });
  const pointed = { ...pullRequest, base: { sha, ref: 'loose' } };
  forge.setPullRequest(pointed);
  return pointed;
}
