/**
 * Promotion without an App: a commit on the default branch, and the store that remembers what was proven for its inputs. Each
 * model that the commit changes is judged again by the policy of the commit before, then moved. Telling it again changes nothing.
 */

import type { Digest } from '../digest.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import { configurationDigest, judge, overallStatus } from '../gates/judge.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { SignatureVerifier } from '../ports/signatures.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { type Champion, provenChampion } from '../registry/champion.ts';
import type { VerdictStatus } from '../verdict.ts';
import { affectedModels } from './affected-models.ts';
import { isRefusal } from './checks.ts';
import { holdoutDigest, type Policy, policyOf } from './policy.ts';
import { type PromotionPorts, promoteMerge } from './promote.ts';
import {
  boundCandidate,
  evaluationsOf,
  evidenceOf,
  type Inputs,
  type KeptEvaluation,
  validationsOf,
} from './stored-proof.ts';
import { storedSigner } from './stored-signatures.ts';
import { trustAt } from './trust.ts';
import { requireUnseen } from './unseen-holdout.ts';
import { validationTerms } from './validation-terms.ts';

export interface PromoteCommitPorts extends PromotionPorts {
  readonly source: SourceTree;
  readonly artifacts: ArtifactStore;
  readonly signatures: SignatureVerifier;
}

export interface CommitToPromote {
  readonly commit: string;
  /** The commit before the merge: its policy judges. Absent for a history's first commit, which has only its own. */
  readonly base: string | undefined;
  readonly actor: string;
  readonly pullRequest?: number;
  /** Straight to production, whatever the policy's rollout says: nobody is there to run one. */
  readonly withoutRollout: boolean;
}

export interface ModelOutcome {
  readonly model: string;
  /** `pass`: promoted. Everything else moved nothing. */
  readonly status: VerdictStatus;
  readonly reason: string;
  readonly version?: string;
  readonly stage?: string;
  readonly candidate?: Digest;
  /** It was promoted before, and nothing moved now. */
  readonly again?: true;
}

/** What became of each model that the commit changes. */
export async function promoteCommit(
  ports: PromoteCommitPorts,
  request: CommitToPromote,
): Promise<readonly ModelOutcome[]> {
  const affected = await affectedModels(ports.source, { base: request.base, head: request.commit });
  const outcomes: ModelOutcome[] = [];
  for (const inputs of affected) outcomes.push(await promoteModel(ports, request, inputs));
  return outcomes;
}

async function promoteModel(
  ports: PromoteCommitPorts,
  request: CommitToPromote,
  inputs: Inputs,
): Promise<ModelOutcome> {
  const { model } = inputs;
  const unproven = (reason: string): ModelOutcome => ({ model, status: 'inconclusive', reason });
  const candidate = await boundCandidate(ports.artifacts, inputs);
  if (!candidate) return unproven(`the store has no candidate for inputs ${inputs.inputDigest}`);

  const { base, commit } = request;
  const policy = await policyOf(ports.source, { model, base, head: commit });
  const policyCommit = policy.from === 'base' && base !== undefined ? base : commit;
  await requireUnseen(ports.source, { config: policy.config, head: commit, holdout: policyCommit });
  const { proof, nearest } = await proofOf(ports, policyCommit, { inputs, candidate, policy });
  if (!proof) return unproven(nearest);
  if (proof.predicate.origin === 'advisory' && policy.config.promotion.evidence !== 'advisory') {
    return unproven(
      'its evidence is advisory: the job ran code of the pull request, and promotion.evidence is trusted',
    );
  }

  const problem = await signatureProblem(ports, request, { policy, proof });
  if (problem) return unproven(problem);

  const terms = await validationTerms(ports.source, {
    config: policy.config,
    policyCommit,
    head: commit,
  });
  const results = judge(proof.predicate, policy.config, await validationsOf(ports.artifacts, inputs, terms));
  const status = overallStatus(results);
  if (status === 'fail' || status === 'inconclusive') {
    const reasons = results.filter(({ verdict }) => verdict.status === status);
    return {
      model,
      status,
      reason: reasons.map(({ name, verdict }) => `${name}: ${verdict.reason}`).join('; '),
    };
  }
  return move(ports, request, { inputs, candidate, proof, policy, status });
}

/** Why the policy's demand for a signature is not met; undefined where it is, or where it makes none. */
async function signatureProblem(
  ports: PromoteCommitPorts,
  { base, commit }: CommitToPromote,
  { policy, proof }: { readonly policy: Policy; readonly proof: KeptEvaluation },
): Promise<string | undefined> {
  if (!policy.config.promotion.signed) return undefined;
  const trusting = [...(base === undefined ? [] : [base]), ...(policy.from === 'head' ? [commit] : [])];
  try {
    await storedSigner(ports, { of: proof.digest, trust: await trustAt(ports.source, trusting) });
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return `${error.message} (${error.code}); ${error.remedy}`;
    throw error;
  }
}

interface Proof {
  readonly inputs: Inputs;
  readonly candidate: Digest;
  readonly policy: Policy;
}

/** The newest evaluation that was made under this policy, on its holdout, against the version in production now; else why none fits. */
async function proofOf(
  { artifacts, source, registry }: PromoteCommitPorts,
  policyCommit: string,
  { inputs, candidate, policy }: Proof,
): Promise<{ readonly proof: KeptEvaluation | undefined; readonly nearest: string }> {
  const terms: Terms = {
    production: provenChampion(await registry.state(inputs.model)),
    configuration: configurationDigest(policy.config),
    holdout: await holdoutDigest(source, policyCommit, policy.config),
    candidate,
  };
  const kept = await evaluationsOf(artifacts, inputs, candidate);
  const judged = kept.map((one) => ({ one, differs: differences(one.predicate, terms) }));
  const [nearest] = [...judged].sort((a, b) => a.differs.length - b.differs.length);
  return {
    proof: judged.find(({ differs }) => differs.length === 0)?.one,
    nearest: unfit(candidate, nearest),
  };
}

interface Terms {
  readonly production: Champion | undefined;
  readonly configuration: Digest;
  readonly holdout: Digest;
  readonly candidate: Digest;
}

/** What of an evaluation is not as it must be now; for people. */
function differences(
  { champion, configuration, holdout }: EvaluationPredicate,
  now: Terms,
): readonly string[] {
  const { production } = now;
  const sameChampion = champion?.digest === production?.digest || production?.digest === now.candidate;
  return [
    ...(sameChampion
      ? []
      : [`it was measured against ${spell(champion)}, production is ${spell(production)}`]),
    ...(configuration === now.configuration
      ? []
      : ['it was measured under another policy (evaluate and gates of model.yaml)']),
    ...(holdout.digest === now.holdout
      ? []
      : [`it was measured on ${holdout.digest}, the lock of the holdout says ${now.holdout}`]),
  ];
}

function unfit(candidate: Digest, nearest: { readonly differs: readonly string[] } | undefined): string {
  const again = 'run `mergeway evaluate` with --training and --store, then promote again';
  return nearest
    ? `no evaluation of candidate ${candidate} fits; of the nearest: ${nearest.differs.join('; ')}; ${again}`
    : `the store has no evaluation of candidate ${candidate}; ${again}`;
}

function spell(champion: { readonly version: string; readonly digest: string } | null | undefined): string {
  return champion ? `${champion.version} (${champion.digest})` : 'none';
}

interface Proven extends Proof {
  readonly proof: KeptEvaluation;
  readonly status: VerdictStatus;
}

async function move(
  ports: PromoteCommitPorts,
  { commit, actor, pullRequest, withoutRollout }: CommitToPromote,
  { inputs, candidate, proof, policy, status }: Proven,
): Promise<ModelOutcome> {
  const { model } = inputs;
  const known = (await ports.ledger.entries()).length;
  const promoted = await promoteMerge(
    ports,
    {
      model,
      digest: candidate,
      commit,
      actor,
      evidence: [proof.digest, ...(await evidenceOf(ports.artifacts, inputs, 'training'))].slice(0, 50),
      ...(pullRequest !== undefined && { pullRequest }),
      reason: `merged; ${status === 'pass' ? 'every gate passed' : 'nothing was judged'} by the policy of the ${policy.from}`,
    },
    { rollout: policy.config.rollout !== undefined && !withoutRollout },
  );
  const { stage, version } = promoted;
  const again = promoted.entry.sequence < known;
  return {
    model,
    status: 'pass',
    reason: `${version.version} ${again ? 'was given' : 'holds'} ${stage}`,
    ...(again && { again }),
    version: version.version,
    stage,
    candidate,
  };
}
