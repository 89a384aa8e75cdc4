/**
 * A training run ended: prove where it came from, take its candidates as data, and start their trusted evaluation.
 * Nothing is believed because the run says so: run id, head, repository and workflow come from GitHub's API, the
 * input digest from the head's tree, the artifact's digest from its bytes (design §7.7).
 */

import { MergewayError } from '../errors.ts';
import type { PullRequest, WorkflowRun } from '../ports/forge.ts';
import type { Candidate, Retraining } from '../ports/store.ts';
import { type AffectedModel, affectedModels } from './affected-models.ts';
import { describeRefusal, isRefusal, type Note, noteNothingToDo, noteRefusal, noteServed } from './checks.ts';
import { failHead } from './follow-retraining.ts';
import { sortOutServed } from './in-production.ts';
import { publishVerdicts } from './publish-verdicts.ts';
import { requestEvaluation } from './request-evaluation.ts';
import { takeCandidate } from './take-candidate.ts';
import { TRAIN_WORKFLOW, type Workspace, workflowPath } from './workspace.ts';

export async function collectTraining(workspace: Workspace, runId: number): Promise<void> {
  const run = await workspace.forge.run(runId);
  const isTraining = workflowPath(run.path) === TRAIN_WORKFLOW && run.event === 'pull_request';
  if (!isTraining || run.status !== 'completed') return;

  for (const pullRequest of await pullRequestsOf(workspace, run)) {
    await collectFor(workspace, run, pullRequest);
  }
}

/** Open pull requests to the default branch whose present head is what the run was started for; a head that moved on is none of them. */
async function pullRequestsOf(
  { forge, store }: Workspace,
  run: WorkflowRun,
): Promise<readonly PullRequest[]> {
  const [found, branch, retraining] = await Promise.all([
    forge.pullRequestsOf(run.headSha),
    forge.defaultBranch(),
    store.retrainings.byHead(forge.repository, run.headSha),
  ]);
  return found.filter(
    (pullRequest) =>
      pullRequest.state === 'open' &&
      pullRequest.base.ref === branch &&
      pullRequest.head.sha === run.headSha &&
      pullRequest.head.repository === run.headRepository &&
      !isBorrowed(pullRequest, retraining, forge.repository),
  );
}

/**
 * Anybody can open a pull request of our commit from a fork. While our own is under way, what becomes of theirs must not end it, nor
 * stand on its checks.
 */
function isBorrowed({ head }: PullRequest, retraining: Retraining | undefined, repository: string): boolean {
  const isUnderWay = retraining?.state === 'decided' || retraining?.state === 'open';
  return isUnderWay && (head.repository !== repository || head.ref !== retraining.branch);
}

async function collectFor(workspace: Workspace, run: WorkflowRun, pullRequest: PullRequest): Promise<void> {
  const { sha } = pullRequest.head;
  try {
    await proveWorkflow(workspace, pullRequest);
    await collectProven(workspace, run, pullRequest);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await refuse(workspace, sha, {
      title: 'The training run was refused',
      summary: describeRefusal(error),
      detailsUrl: run.url,
    });
  }
}

/** There won't be a candidate of this head: a retraining of ours ends with that. */
async function refuse(workspace: Workspace, headSha: string, note: Note): Promise<void> {
  await noteRefusal(workspace.forge, headSha, note);
  const reason = `${note.title.toLowerCase()}: ${note.detailsUrl ?? ''}`;
  await failHead(workspace, { headSha, at: 'training', reason });
}

async function collectProven(
  workspace: Workspace,
  run: WorkflowRun,
  pullRequest: PullRequest,
): Promise<void> {
  const { forge, source } = workspace;
  const { head, base } = pullRequest;
  const affected = await affectedModels(source, { base: base.sha, head: head.sha });
  if (affected.length === 0) {
    return noteNothingToDo(forge, head.sha, {
      title: 'No model is affected',
      summary: 'No input of any model differs between this pull request and its base.',
    });
  }
  const { toProve, served } = await sortOutServed(workspace, affected);
  if (toProve.length === 0) return noteServed(forge, head.sha, served);
  if (run.conclusion !== 'success') {
    return refuse(workspace, head.sha, {
      title: 'Training failed',
      summary: `The training run ended with \`${run.conclusion ?? 'no conclusion'}\`: [its log](${run.url}) tells why.`,
      detailsUrl: run.url,
    });
  }

  await takeAndEvaluate(workspace, run, pullRequest, toProve);
  await publishVerdicts(workspace, pullRequest);
}

async function takeAndEvaluate(
  workspace: Workspace,
  run: WorkflowRun,
  pullRequest: PullRequest,
  affected: readonly AffectedModel[],
): Promise<void> {
  const artifacts = await workspace.forge.artifacts(run.id);
  const candidates: Candidate[] = [];
  for (const model of affected) {
    candidates.push(await takeCandidate(workspace, { run, pullRequest, artifacts, ...model }));
  }
  for (const candidate of candidates) await requestEvaluation(workspace, candidate);
}

/** A pull request may bring its own workflow; one that is not the base branch's proves nothing. MW_ORIGIN_UNPROVEN. */
async function proveWorkflow({ source }: Workspace, { head, base }: PullRequest): Promise<void> {
  const baseNow = (await source.resolve(base.ref)) ?? base.sha;
  const [onBase, onHead] = await Promise.all([
    blobOf(baseNow, TRAIN_WORKFLOW),
    blobOf(head.sha, TRAIN_WORKFLOW),
  ]);
  if (onBase !== undefined && onBase === onHead) return;

  const reason =
    onBase === undefined
      ? `the base branch ${base.ref} does not have it`
      : `it differs from the one on the base branch ${base.ref}`;
  throw new MergewayError('MW_ORIGIN_UNPROVEN', `${TRAIN_WORKFLOW} at ${head.sha}: ${reason}`);

  async function blobOf(commit: string, path: string): Promise<string | undefined> {
    const entries = await source.list(commit);
    return entries.find((entry) => entry.path === path)?.blob;
  }
}
