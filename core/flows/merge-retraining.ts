/**
 * Auto-merge: a retraining of ours is merged when the policy of the default branch says so, every gate has passed on exactly the commit
 * that we made, the approvals are there, and what was proven is what the merge would bring.
 */

import { type Digest, digestOfJson, shortDigest } from '../digest.ts';
import { configurationDigest } from '../gates/judge.ts';
import type { PullRequest } from '../ports/forge.ts';
import type { Evaluation, Retraining } from '../ports/store.ts';
import { retrainingTitle } from '../report/retraining.ts';
import { inputDigestAt } from './affected-models.ts';
import { candidateOf } from './judge-run.ts';
import { holdoutDigest, policyOf, readModel } from './policy.ts';
import { championOf, requestEvaluation } from './request-evaluation.ts';
import { validationTerms } from './validation-terms.ts';
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
  if (now === undefined) return waits(`there is no branch ${branch}`);
  const consent = await consentAsked(source, now, modelsOf(proven));
  if (consent.status === 'people') return waits(`people merge it: ${consent.reason}`);
  const moved = await baseMoved(workspace, proven, now);
  if (moved) return { status: 'superseded', reason: moved };
  const missing = await missingConsent(workspace, pullRequest.number, consent.approvals);
  if (missing) return waits(missing);
  const outdated = await askedAgain(workspace, proven, now);
  if (outdated) return waits(`it is evaluated again: ${outdated}`);

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

/** Locks may be shared: every model that the merge brings has a say in it. */
function modelsOf({ retraining, evaluations }: ProvenRetraining): readonly string[] {
  return [...new Set([retraining.model, ...evaluations.map(({ model }) => model)])];
}

type ConsentAsked =
  | { readonly status: 'policy'; readonly approvals: number }
  | { readonly status: 'people'; readonly reason: string };

/** The strictest of the models' policies counts. */
async function consentAsked(
  source: Workspace['source'],
  commit: string,
  models: readonly string[],
): Promise<ConsentAsked> {
  let approvals = 0;
  for (const model of models) {
    const retrain = (await readModel(source, commit, model))?.monitor?.retrain;
    if (!retrain?.['auto-merge']) {
      return { status: 'people', reason: `the policy of ${model} has no auto-merge` };
    }
    approvals = Math.max(approvals, retrain.approvals);
  }
  return { status: 'policy', approvals };
}

/** Only our locks may differ from what was proven: other inputs of the base would be merged unproven, another holdout overwritten. */
async function baseMoved(
  { source }: Workspace,
  proven: ProvenRetraining,
  now: string,
): Promise<string | undefined> {
  const { base } = proven.retraining;
  if (now === base) return undefined;
  for (const model of modelsOf(proven)) {
    const [then, present] = await Promise.all([inputsAt(source, base, model), inputsAt(source, now, model)]);
    if (then?.join() === present?.join()) continue;
    const digests = [then, present].map((one) => (one?.[0] ? shortDigest(one[0]) : 'none'));
    return `the base branch has other inputs of ${model} by now (${digests.join(' before, ')} now)`;
  }
  return undefined;
}

async function inputsAt(source: Workspace['source'], commit: string, model: string) {
  const config = await readModel(source, commit, model);
  return config && [await inputDigestAt(source, commit, model), await holdoutDigest(source, commit, config)];
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

/** Why a proof does not hold any more; each that does not is asked for anew. */
async function askedAgain(
  workspace: Workspace,
  { evaluations, retraining }: ProvenRetraining,
  now: string,
): Promise<string | undefined> {
  let outdated: string | undefined;
  for (const evaluation of evaluations) {
    const reason = await whyOutdated(workspace, { evaluation, retraining, now });
    if (reason === undefined) continue;
    outdated = reason;
    const candidate = await candidateOf(workspace, evaluation);
    await requestEvaluation(workspace, candidate, { insteadOf: evaluation });
  }
  return outdated;
}

async function whyOutdated(
  workspace: Workspace,
  {
    evaluation,
    retraining,
    now,
  }: { readonly evaluation: Evaluation; readonly retraining: Retraining; readonly now: string },
): Promise<string | undefined> {
  const champion = await championOf(workspace, evaluation.model);
  if (champion?.digest !== evaluation.champion?.digest) return 'another version took production';
  if (evaluation.holdout !== retraining.head) return 'it was judged on another holdout';
  const { base } = evaluation.outcome ?? {};
  if (base === now) return undefined;
  const then = base === undefined ? undefined : await termsAt(workspace, evaluation, base);
  return then === (await termsAt(workspace, evaluation, now)) ? undefined : 'the policy changed since';
}

/** What the model's candidate is judged by, as the commit has it. */
async function termsAt(
  { source }: Workspace,
  { model, headSha: head }: Evaluation,
  base: string,
): Promise<Digest> {
  const { config, from } = await policyOf(source, { model, base, head });
  const policyCommit = from === 'base' ? base : head;
  const terms = await validationTerms(source, { config, policyCommit, head });
  return digestOfJson({
    from,
    configuration: configurationDigest(config),
    evidence: config.promotion.evidence,
    contract: terms?.contract ?? null,
  });
}
