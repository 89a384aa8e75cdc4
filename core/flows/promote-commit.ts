/**
 * Promotion without an App: a commit on the default branch, and the store that remembers what was proven for its inputs. Each
 * model that the commit changes is judged again by the policy of the commit before, then moved. Telling it again changes nothing.
 */

import type { Digest } from '../digest.ts';
import { configurationDigest, judge, overallStatus } from '../gates/judge.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { provenChampion } from '../registry/champion.ts';
import type { VerdictStatus } from '../verdict.ts';
import { affectedModels } from './affected-models.ts';
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
import { validationTerms } from './validation-terms.ts';

export interface PromoteCommitPorts extends PromotionPorts {
  readonly source: SourceTree;
  readonly artifacts: ArtifactStore;
}

export interface CommitToPromote {
  readonly commit: string;
  /** The commit before the merge: its policy judges. */
  readonly base: string;
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
  const proof = await proofOf(ports, request, { inputs, candidate, policy });
  if (!proof)
    return unproven(`no evaluation of candidate ${candidate} fits policy, holdout and champion of now`);
  if (proof.predicate.origin === 'advisory' && policy.config.promotion.evidence !== 'advisory') {
    return unproven(
      'its evidence is advisory: the job ran code of the pull request, and promotion.evidence is trusted',
    );
  }

  const terms = await validationTerms(ports.source, {
    config: policy.config,
    policyCommit: policy.from === 'base' ? base : commit,
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

interface Proof {
  readonly inputs: Inputs;
  readonly candidate: Digest;
  readonly policy: Policy;
}

/** The newest evaluation that was made under this policy, on its holdout, against the version in production now. */
async function proofOf(
  { artifacts, source, registry }: PromoteCommitPorts,
  { base, commit }: CommitToPromote,
  { inputs, candidate, policy }: Proof,
): Promise<KeptEvaluation | undefined> {
  const production = provenChampion(await registry.state(inputs.model));
  const configuration = configurationDigest(policy.config);
  const holdout = await holdoutDigest(source, policy.from === 'base' ? base : commit, policy.config);
  const kept = await evaluationsOf(artifacts, inputs, candidate);
  return kept.find(({ predicate }) => {
    const champion = predicate.champion?.digest;
    const sameChampion = champion === production?.digest || production?.digest === candidate;
    return predicate.configuration === configuration && predicate.holdout.digest === holdout && sameChampion;
  });
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
  return {
    model,
    status: 'pass',
    reason: `${version.version} holds ${stage}`,
    version: version.version,
    stage,
    candidate,
  };
}
