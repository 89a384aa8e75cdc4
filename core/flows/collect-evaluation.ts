/**
 * An evaluation run ended that we dispatched: take its evidence, hold it to what was asked for, judge it by the base
 * branch's policy and show the verdicts. Runs that somebody else dispatched are nobody's business here.
 */

import type { PullRequest } from '../ports/forge.ts';
import type { Evaluation } from '../ports/store.ts';
import { followHead } from './follow-retraining.ts';
import { candidateOf, judgeRun } from './judge-run.ts';
import { publishVerdicts } from './publish-verdicts.ts';
import { queueMerge } from './queue-merge.ts';
import { championOf, requestEvaluation } from './request-evaluation.ts';
import type { Workspace } from './workspace.ts';

export async function collectEvaluation(workspace: Workspace, runId: number): Promise<void> {
  const { forge, store } = workspace;
  const evaluation = await store.evaluations.find(forge.repository, runId);
  if (!evaluation || evaluation.state === 'superseded') return;

  const run = await forge.run(runId);
  const pullRequest = await forge.pullRequest(evaluation.pullRequest);
  if (run.status !== 'completed' || !isStillWanted(pullRequest, evaluation)) return;

  if (evaluation.state !== 'judged') {
    if (await replacedForNewChampion(workspace, evaluation)) return;
    await store.evaluations.save(await judgeRun(workspace, { evaluation, run, pullRequest }));
  }
  await publishVerdicts(workspace, pullRequest);
  if (pullRequest.merged) await queueMerge(workspace, { number: pullRequest.number, actor: 'mergeway' });
  else await followHead(workspace, pullRequest.head.sha);
}

/** A head that moved on has evaluations of its own; a closed pull request needs none unless it was merged. */
function isStillWanted({ head, state, merged }: PullRequest, { headSha }: Evaluation): boolean {
  return head.sha === headSha && (state === 'open' || merged);
}

/** Evidence against a version that is no longer in production decides nothing: ask again, against the one that is. */
async function replacedForNewChampion(workspace: Workspace, evaluation: Evaluation): Promise<boolean> {
  const champion = await championOf(workspace, evaluation.model);
  if (champion?.digest === evaluation.champion?.digest) return false;

  await requestEvaluation(workspace, await candidateOf(workspace, evaluation));
  await workspace.store.evaluations.save({ ...evaluation, state: 'superseded' });
  return true;
}
