/**
 * A pull request was merged: each of its candidates that was proven, and that the merged tree still stands for, is
 * queued for its rollout. Everything else is said in one comment and promotes nothing.
 */

import { shortDigest } from '../digest.ts';
import type { PullRequest } from '../ports/forge.ts';
import type { Candidate, Evaluation, Rollout } from '../ports/store.ts';
import { affectedModels, inputDigestAt } from './affected-models.ts';
import { describeRefusal, isRefusal } from './checks.ts';
import { sortOutServed } from './in-production.ts';
import { championOf, requestEvaluation } from './request-evaluation.ts';
import type { Workspace } from './workspace.ts';

export interface Merge {
  readonly number: number;
  /** GitHub login of who merged. */
  readonly actor: string;
}

interface MergedPullRequest extends PullRequest {
  readonly mergeCommit: string;
}

export async function queueMerge(workspace: Workspace, { number, actor }: Merge): Promise<void> {
  const { forge } = workspace;
  const pullRequest = await forge.pullRequest(number);
  if (!isMerged(pullRequest) || pullRequest.base.ref !== (await forge.defaultBranch())) return;

  const refusals = await queueProven(workspace, pullRequest, actor);
  if (refusals.length > 0) await sayNotPromoted(workspace, number, refusals);
}

/** Queues what was proven and returns why the rest was not, a line each. */
async function queueProven(
  workspace: Workspace,
  pullRequest: MergedPullRequest,
  actor: string,
): Promise<readonly string[]> {
  const { forge, store } = workspace;
  try {
    const candidates = await store.candidates.of(forge.repository, pullRequest.head.sha);
    const refusals = await missingCandidates(workspace, pullRequest, candidates);
    for (const candidate of candidates) {
      const refusal = await promoteCandidate(workspace, { candidate, pullRequest, actor });
      if (refusal) refusals.push(`- \`${candidate.model}\`: ${refusal}`);
    }
    return refusals;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [describeRefusal(error)];
  }
}

function isMerged(pullRequest: PullRequest): pullRequest is MergedPullRequest {
  return pullRequest.merged && pullRequest.mergeCommit !== undefined;
}

/** Models that the pull request changed and that nobody trained for it: merged past the required check. */
async function missingCandidates(
  workspace: Workspace,
  { base, head }: MergedPullRequest,
  candidates: readonly Candidate[],
): Promise<string[]> {
  const affected = await affectedModels(workspace.source, { base: base.sha, head: head.sha });
  const { toProve } = await sortOutServed(workspace, affected);
  return toProve
    .filter(({ model }) => !candidates.some((candidate) => candidate.model === model))
    .map(({ model }) => `- \`${model}\`: no proven candidate of this head is known.`);
}

/** Queues the candidate's rollout. Returns why not, or undefined when it is queued or still being evaluated. */
async function promoteCandidate(
  workspace: Workspace,
  {
    candidate,
    pullRequest,
    actor,
  }: { readonly candidate: Candidate; readonly pullRequest: MergedPullRequest; readonly actor: string },
): Promise<string | undefined> {
  const { store, source } = workspace;
  const merged = await inputDigestAt(source, pullRequest.mergeCommit, candidate.model);
  if (merged !== candidate.inputDigest) {
    return 'the merged tree has other inputs than the candidate that was proven. Open a pull request from the present base to train and prove what was merged.';
  }

  const evaluation = await newestEvaluation(workspace, candidate);
  if (!evaluation) {
    await requestEvaluation(workspace, candidate);
    return undefined;
  }
  if (evaluation.state === 'running') return undefined;
  const { outcome } = evaluation;
  if (evaluation.state !== 'judged' || !outcome?.evidence) {
    return `its evaluation did not succeed: ${outcome?.reason ?? 'no evidence was handed over'}.`;
  }
  if (outcome.status === 'fail') return 'a gate failed.';
  if (outcome.status === 'inconclusive') return 'a gate could not tell.';

  const champion = await championOf(workspace, candidate.model);
  if (champion?.digest !== evaluation.champion?.digest) {
    await requestEvaluation(workspace, candidate);
    return undefined;
  }
  await store.rollouts.queue(
    rolloutOf({ candidate, evaluation, pullRequest, actor, at: workspace.clock.now() }),
  );
  return undefined;
}

async function newestEvaluation({ store }: Workspace, candidate: Candidate): Promise<Evaluation | undefined> {
  const evaluations = await store.evaluations.of(candidate.repository, candidate.headSha);
  return evaluations.find(
    ({ model, candidate: digest, state }) =>
      model === candidate.model && digest === candidate.digest && state !== 'superseded',
  );
}

function rolloutOf({
  candidate,
  evaluation,
  pullRequest,
  actor,
  at,
}: {
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
  readonly pullRequest: MergedPullRequest;
  readonly actor: string;
  readonly at: number;
}): Rollout {
  const champion = evaluation.champion?.digest ?? null;
  const against = champion ? shortDigest(champion) : 'first';
  return {
    id: `${candidate.model}-${pullRequest.mergeCommit.slice(0, 12)}-${against}`,
    repository: candidate.repository,
    model: candidate.model,
    pullRequest: pullRequest.number,
    commit: pullRequest.mergeCommit,
    headSha: candidate.headSha,
    candidate: candidate.digest,
    provenAgainst: champion,
    policy: evaluation.outcome?.base ?? pullRequest.base.sha,
    actor,
    evidence: evidenceOf(candidate, evaluation),
    queuedAt: at,
    stage: 'queued',
    applied: '',
    told: '',
    settled: false,
  };
}

/** What the rollout rests on; monitors find the version's reference profile among it. */
function evidenceOf({ training }: Candidate, { outcome }: Evaluation): Rollout['evidence'] {
  return [training, outcome?.evidence, outcome?.profile].filter((digest) => digest !== undefined);
}

async function sayNotPromoted(
  { forge }: Workspace,
  number: number,
  refusals: readonly string[],
): Promise<void> {
  const marker = '<!-- mergeway:not-promoted -->';
  await forge.upsertComment(
    number,
    marker,
    ['**Merged, and not promoted.** What serves now stays as it is.', '', ...refusals, '', marker].join('\n'),
  );
}
