/** Starts the trusted evaluation of a candidate on the default branch and remembers which run is ours, and for what. */

import type { Digest } from '../digest.ts';
import { parseEvidence } from '../evidence/statement.ts';
import { seedDigests, trainingEvidence } from '../evidence/training.ts';
import type { Candidate, Evaluation } from '../ports/store.ts';
import { provenChampion } from '../registry/champion.ts';
import { EVALUATE_WORKFLOW, type Workspace } from './workspace.ts';

/**
 * Dispatches unless a run for the same candidate and champion is under way or judged already. `insteadOf`: an evaluation that does not
 * count any more; neither does what is older.
 */
export async function requestEvaluation(
  workspace: Workspace,
  candidate: Candidate,
  { insteadOf }: { readonly insteadOf?: Evaluation } = {},
): Promise<void> {
  const { forge, store, clock } = workspace;
  const champion = await championOf(workspace, candidate.model);
  if (await underWay(workspace, { candidate, champion, insteadOf })) return;

  const holdout = await ownHoldout(workspace, candidate);
  const seeds = await seedsOf(workspace, candidate);
  const run = await forge.dispatch(EVALUATE_WORKFLOW.replace('.github/workflows/', ''), {
    pull_request: String(candidate.pullRequest),
    head_sha: candidate.headSha,
    model: candidate.model,
    candidate: candidate.digest,
    champion: champion?.digest ?? '',
    champion_version: champion?.version ?? '',
    // Left out for everybody else, so that a workflow file from before them still takes what it is given.
    ...(holdout !== undefined && { holdout }),
    ...(seeds.length > 0 && { seeds: seeds.join(',') }),
  });
  await store.evaluations.save({
    repository: forge.repository,
    run,
    pullRequest: candidate.pullRequest,
    headSha: candidate.headSha,
    model: candidate.model,
    candidate: candidate.digest,
    champion,
    ...(holdout !== undefined && { holdout }),
    state: 'running',
    at: clock.now(),
  });
}

/** The version in production now, as evaluations name it; null before the first one. MW_VERSION_UNPROVEN. */
export async function championOf({ registry }: Workspace, model: string): Promise<Evaluation['champion']> {
  return provenChampion(await registry.state(model)) ?? null;
}

/**
 * A pull request can't choose what it is judged on: the holdout's lock is the base branch's. The one commit that the App made itself
 * is the exception, since nobody else had a hand in it.
 */
async function ownHoldout(
  { store }: Workspace,
  { repository, headSha }: Candidate,
): Promise<string | undefined> {
  return (await store.retrainings.byHead(repository, headSha)) ? headSha : undefined;
}

/** Further models of the candidate's training, as its evidence names them. */
async function seedsOf({ artifacts }: Workspace, { training }: Candidate): Promise<readonly Digest[]> {
  const where = `evidence ${training}`;
  return seedDigests(parseEvidence(trainingEvidence, await artifacts.get(training), where).predicate);
}

async function underWay(
  { store }: Workspace,
  {
    candidate,
    champion,
    insteadOf,
  }: Pick<Evaluation, 'champion'> & {
    readonly candidate: Candidate;
    readonly insteadOf: Evaluation | undefined;
  },
): Promise<boolean> {
  const newestFirst = await store.evaluations.of(candidate.repository, candidate.headSha);
  const end = newestFirst.findIndex(({ run }) => run === insteadOf?.run);
  return newestFirst
    .slice(0, end < 0 ? undefined : end)
    .some(
      (evaluation) =>
        evaluation.model === candidate.model &&
        evaluation.candidate === candidate.digest &&
        evaluation.champion?.digest === champion?.digest &&
        (evaluation.state === 'running' || evaluation.state === 'judged'),
    );
}
