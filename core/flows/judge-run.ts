/**
 * The evidence of an evaluation run, held to what we asked for and judged by the base branch's policy. Subject,
 * candidate, champion, holdout, configuration and origin must all be the expected ones; the run itself must be the
 * default branch's.
 */

import { type Digest, digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { type EvaluationPredicate, evaluationEvidence } from '../evidence/evaluation.ts';
import { requireFacts } from '../evidence/mismatch.ts';
import { bundleNameOf, signerOf, unsigned } from '../evidence/signature.ts';
import { MAX_EVIDENCE_BYTES, parseEvidence, subjectOf } from '../evidence/statement.ts';
import { validationEvidence } from '../evidence/validation.ts';
import { configurationDigest, judge, overallStatus } from '../gates/judge.ts';
import type { PullRequest, WorkflowRun } from '../ports/forge.ts';
import type { Candidate, Evaluation, Outcome } from '../ports/store.ts';
import { isRefusal } from './checks.ts';
import { type ProfileFacts, storeProfile } from './evaluation-profile.ts';
import { holdoutDigest, type Policy, policyOf } from './policy.ts';
import { keepSignature } from './stored-signatures.ts';
import { trustAt } from './trust.ts';
import { requireResolvable } from './resolvable-gates.ts';
import { requireUnseen } from './unseen-holdout.ts';
import { fitValidation, type ValidationTerms, validationTerms } from './validation-terms.ts';
import { EVALUATE_WORKFLOW, EVIDENCE_ARTIFACT, type Workspace, workflowPath } from './workspace.ts';

/** The largest evidence archive that is unpacked, in bytes. */
const MAX_ARCHIVE_BYTES = 4 * MAX_EVIDENCE_BYTES;

/** Its name in the archive. */
const EVIDENCE_FILE = 'evaluation.json';

export interface EndedRun {
  readonly evaluation: Evaluation;
  readonly run: WorkflowRun;
  readonly pullRequest: PullRequest;
}

/** The evaluation with its outcome: judged, or failed with the reason that its evidence was refused for. */
export async function judgeRun(workspace: Workspace, ended: EndedRun): Promise<Evaluation> {
  const { pullRequest, evaluation } = ended;
  const base = await judgingCommit(workspace, pullRequest);
  try {
    return { ...evaluation, state: 'judged', outcome: await outcomeOf(workspace, ended, base) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const reason = `${error.message} (${error.code})`;
    return {
      ...evaluation,
      state: 'failed',
      outcome: { base, policyFrom: 'base', status: 'inconclusive', reason, results: [] },
    };
  }
}

/**
 * The default branch as it is, or as it was before the merge. Its policy counts whatever branch the pull request names
 * meanwhile: the author may point it at one with loose gates, take the verdict, and point it back.
 */
async function judgingCommit({ forge, source }: Workspace, { merged, base }: PullRequest): Promise<string> {
  const branch = await forge.defaultBranch();
  if (merged && base.ref === branch) return base.sha;
  const commit = await source.resolve(branch);
  if (commit) return commit;
  throw new MergewayError('MW_FORGE_NOT_FOUND', `${forge.repository} has no branch ${branch}`);
}

async function outcomeOf(
  workspace: Workspace,
  { evaluation, run }: EndedRun,
  base: string,
): Promise<Outcome> {
  const { model, headSha } = evaluation;
  const policy = await policyOf(workspace.source, { model, base, head: headSha });
  const policyCommit = policy.from === 'base' ? base : headSha;
  const holdout = evaluation.holdout ?? policyCommit;
  // The run refuses it too, and its conclusion would not say why.
  await requireUnseen(workspace.source, { config: policy.config, head: headSha, holdout });
  await requireResolvable(workspace.source, { model, head: headSha });
  if (run.conclusion !== 'success') {
    throw new MergewayError(
      'MW_CANDIDATE_MISSING',
      `The evaluation run ended with ${run.conclusion ?? 'no conclusion'}: ${run.url}`,
    );
  }
  const evidence = await downloadEvidence(workspace, run);
  const facts = await expectedFacts(workspace, { evaluation, policy, policyCommit });
  checkFacts(evidence.predicate, evidence.subject, facts);
  if (policy.config.promotion.signed) await requireSigned(workspace, evidence, { policy, base, headSha });

  const { config } = policy;
  const terms = await validationTerms(workspace.source, { config, policyCommit, head: headSha });
  const results = judge(evidence.predicate, config, await validationsOf(workspace, evaluation, terms));
  const profile = evidence.profile && (await storeProfile(workspace.artifacts, evidence.profile, facts));
  return {
    base,
    evidence: await workspace.artifacts.put(evidence.bytes, {
      mediaType: 'application/vnd.in-toto+json',
      annotations: { 'dev.mergeway.model': model },
    }),
    ...(profile && { profile }),
    status: overallStatus(results),
    reason: `judged by the policy of the ${policy.from}`,
    policyFrom: policy.from,
    results,
  };
}

interface Evidence {
  readonly predicate: EvaluationPredicate;
  readonly subject: Digest;
  /** As they came: unknown fields are kept, and the digest is that of what was signed. */
  readonly bytes: Uint8Array;
  /** The reference profile beside it, unread; runs of an older Mergeway have none. */
  readonly profile: Uint8Array | undefined;
  /** The signature beside it, unread. */
  readonly bundle: Uint8Array | undefined;
}

async function downloadEvidence({ forge, unzip }: Workspace, run: WorkflowRun): Promise<Evidence> {
  const isOurs = workflowPath(run.path) === EVALUATE_WORKFLOW && run.event === 'workflow_dispatch';
  if (!isOurs || run.headBranch !== (await forge.defaultBranch())) {
    throw new MergewayError(
      'MW_ORIGIN_UNPROVEN',
      `Run ${run.id} is ${run.event} of ${run.path} on ${run.headBranch}, not the evaluation on the default branch`,
    );
  }
  const artifact = (await forge.artifacts(run.id)).find(({ name }) => name === EVIDENCE_ARTIFACT);
  const files = artifact
    ? unzip(await forge.downloadArtifact(artifact.id, MAX_ARCHIVE_BYTES), MAX_ARCHIVE_BYTES)
    : new Map<string, Uint8Array>();
  const file = files.get(EVIDENCE_FILE);
  if (!file) {
    throw new MergewayError(
      'MW_CANDIDATE_MISSING',
      `Run ${run.id} has no artifact ${EVIDENCE_ARTIFACT} with evaluation.json: ${run.url}`,
    );
  }
  const statement = parseEvidence(evaluationEvidence, file, 'evaluation.json');
  return {
    predicate: statement.predicate,
    subject: subjectOf(statement),
    bytes: file,
    profile: files.get('profile.json'),
    bundle: files.get(bundleNameOf(EVIDENCE_FILE)),
  };
}

/**
 * The policy asks for a signature: one by whom the default branch trusts; a new model may bring the trust along, as it brings its policy.
 * MW_EVIDENCE_UNSIGNED, MW_SIGNATURE_INVALID, MW_SIGNER_UNTRUSTED.
 */
async function requireSigned(
  { source, signatures, artifacts }: Workspace,
  { bytes, bundle }: Evidence,
  { policy, base, headSha }: { readonly policy: Policy; readonly base: string; readonly headSha: string },
): Promise<void> {
  const trust = await trustAt(source, policy.from === 'base' ? [base] : [base, headSha]);
  if (!bundle) throw unsigned(EVIDENCE_FILE);
  signerOf(signatures, { evidence: bytes, bundle, trust, where: bundleNameOf(EVIDENCE_FILE) });
  await keepSignature(artifacts, { of: digestOf(bytes), bundle });
}

/** What the evidence must say, by field. */
async function expectedFacts(
  { source }: Workspace,
  {
    evaluation,
    policy,
    policyCommit,
  }: { readonly evaluation: Evaluation; readonly policy: Policy; readonly policyCommit: string },
): Promise<ProfileFacts & Readonly<Record<string, string>>> {
  const { config } = policy;
  return {
    subject: evaluation.candidate,
    candidate: evaluation.candidate,
    model: evaluation.model,
    champion: evaluation.champion?.digest ?? 'none',
    holdout: await holdoutDigest(source, evaluation.holdout ?? policyCommit, config),
    configuration: configurationDigest(config),
    ...(config.promotion.evidence === 'trusted' && { origin: 'evaluation' }),
  };
}

function checkFacts(
  predicate: EvaluationPredicate,
  subject: Digest,
  expected: Readonly<Record<string, string>>,
): void {
  const received: Readonly<Record<string, string>> = {
    subject,
    candidate: predicate.candidate,
    model: predicate.model,
    champion: predicate.champion?.digest ?? 'none',
    holdout: predicate.holdout.digest,
    configuration: predicate.configuration,
    origin: predicate.origin,
  };
  const facts = Object.entries(expected).map(([field, value]) => [field, [received[field], value]] as const);
  requireFacts('evaluation.json', Object.fromEntries(facts));
}

/** What the contract said of the training data: handed over by training, hence advisory. */
async function validationsOf(
  workspace: Workspace,
  evaluation: Evaluation,
  terms: ValidationTerms | undefined,
) {
  const { validation } = await candidateOf(workspace, evaluation);
  if (!validation || !terms) return [];
  const bytes = await workspace.artifacts.get(validation);
  return [fitValidation(parseEvidence(validationEvidence, bytes, 'validation.json'), terms)];
}

/** The candidate that the evaluation was asked for. */
export async function candidateOf({ store }: Workspace, evaluation: Evaluation): Promise<Candidate> {
  const candidates = await store.candidates.of(evaluation.repository, evaluation.headSha);
  const candidate = candidates.find(({ model }) => model === evaluation.model);
  if (candidate) return candidate;
  throw new MergewayError(
    'MW_CANDIDATE_MISSING',
    `No candidate of ${evaluation.model} at ${evaluation.headSha} is known`,
  );
}
