/**
 * Auto-merge: a retraining of ours is merged when the policy of the default branch says so, every gate has passed on exactly the commit
 * that we made, the approvals are there, and what was proven is what the merge would bring.
 */

import { shortDigest } from '../digest.ts';
import type { PullRequest } from '../ports/forge.ts';
import type { Evaluation, Retraining } from '../ports/store.ts';
import { inputDigestAt } from './affected-models.ts';
import { candidateOf } from './judge-run.ts';
import { holdoutDigest, readModel } from './policy.ts';
import { championOf, requestEvaluation } from './request-evaluation.ts';
import { retrainingTitle } from '../report/retraining.ts';
import type { Workspace } from './workspace.ts';

export interface ProvenRetraining {
  readonly retraining: Retraining;
  readonly pullRequest: PullRequest;
  readonly evaluations: readonly Evaluation[];
}

export type MergeStep =
  | { readonly status: 'merged' }
  | { readonly status: 'superseded'; readonly reason: string }
  | { readonly status: 'waits'; readonly reason: string };

export async function mergeWhenReady(workspace: Workspace, proven: ProvenRetraining): Promise<MergeStep> {
  const { forge, source } = workspace;
  const { retraining, pullRequest } = proven;
  const branch = await forge.defaultBranch();
  if (pullRequest.base.ref !== branch) return waits(`it was pointed at another branch than ${branch}`);
  const now = await source.resolve(branch);
  const config = now === undefined ? undefined : await readModel(source, now, retraining.model);
  const retrain = config?.monitor?.retrain;
  if (now === undefined || !retrain?.['auto-merge'])
    return waits('people merge it: the policy has no auto-merge');
  const moved = await baseMoved(workspace, retraining, now);
  if (moved) return { status: 'superseded', reason: moved };
  const missing = await missingConsent(workspace, pullRequest.number, retrain.approvals);
  if (missing) return waits(missing);
  if (await askedAgain(workspace, proven))
    return waits('it is compared with the version that took production');

  const answer = await forge.mergePullRequest({
    number: pullRequest.number,
    head: retraining.head,
    title: `${retrainingTitle(retraining)} (#${pullRequest.number})`,
    message: `Merged by policy: every gate passed on ${retraining.head}.`,
  });
  return answer.merged ? { status: 'merged' } : waits(`GitHub says: ${answer.reason}`);
}

function waits(reason: string): MergeStep {
  return { status: 'waits', reason };
}

/** Only our locks may differ from what was proven: other inputs of the base would be merged unproven, another holdout overwritten. */
async function baseMoved(
  { source }: Workspace,
  { model, base }: Retraining,
  now: string,
): Promise<string | undefined> {
  if (now === base) return undefined;
  const at = async (commit: string) => {
    const config = await readModel(source, commit, model);
    return (
      config && [await inputDigestAt(source, commit, model), await holdoutDigest(source, commit, config)]
    );
  };
  const [then, present] = await Promise.all([at(base), at(now)]);
  if (then?.join() === present?.join()) return undefined;
  const digests = [then, present].map((one) => (one?.[0] ? shortDigest(one[0]) : 'none'));
  return `the base branch has other inputs of ${model} by now (${digests.join(' before, ')} now)`;
}

async function missingConsent(
  { forge }: Workspace,
  number: number,
  needed: number,
): Promise<string | undefined> {
  const { approvals, objections } = await forge.reviews(number);
  if (objections.length > 0) return `changes were asked for by ${objections.join(', ')}`;
  return approvals.length < needed ? `${approvals.length} of ${needed} approvals are there` : undefined;
}

/** Another version took production since: the proof is against the wrong one. */
async function askedAgain(workspace: Workspace, { evaluations }: ProvenRetraining): Promise<boolean> {
  let isAsked = false;
  for (const evaluation of evaluations) {
    const champion = await championOf(workspace, evaluation.model);
    if (champion?.digest === evaluation.champion?.digest && evaluation.outcome?.policyFrom === 'base')
      continue;
    isAsked = true;
    await requestEvaluation(workspace, await candidateOf(workspace, evaluation));
  }
  return isAsked;
}
