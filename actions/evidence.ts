/** Evidence files, judged: read as untrusted data, held to the policy that they must have been measured under. */

import { resolve } from 'node:path';
import { gitHead } from '#adapters/git/head.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { sigstoreVerifier } from '#adapters/sigstore/verifier.ts';
import { parseDataLock } from '#core/config/load.ts';
import { lockDigest } from '#core/config/lock.ts';
import { type Digest, digestOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { type EvaluationPredicate, evaluationEvidence } from '#core/evidence/evaluation.ts';
import { requireFacts } from '#core/evidence/mismatch.ts';
import { bundleNameOf, MAX_BUNDLE_BYTES, signerOf, unsigned } from '#core/evidence/signature.ts';
import {
  type EvidenceKind,
  MAX_EVIDENCE_BYTES,
  parseEvidence,
  type Statement,
  subjectOf,
} from '#core/evidence/statement.ts';
import { type TrainingPredicate, trainingEvidence } from '#core/evidence/training.ts';
import { dataDigest, validationEvidence } from '#core/evidence/validation.ts';
import { holdoutDigest, type Policy, policyOf } from '#core/flows/policy.ts';
import { noTrust, trustAt } from '#core/flows/trust.ts';
import { fitValidation, type ValidationTerms, validationTerms } from '#core/flows/validation-terms.ts';
import { configurationDigest, judge } from '#core/gates/judge.ts';
import type { GateResult } from '#core/gates/result.ts';
import type { SignedBy, Trust } from '#core/ports/signatures.ts';
import { provenChampion } from '#core/registry/champion.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import type { PolicyOrigin } from '#core/report/report.ts';
import type { Io } from './command.ts';
import { commitOf } from './commit.ts';
import { isFile, readBytes, readSource } from './files.ts';
import { readModelConfig } from './model.ts';
import { repositoryTags } from './tags.ts';
import { type TrustOptions, trustHere, trustOfOptions } from './trust.ts';

export interface EvidenceFiles extends TrustOptions {
  readonly evidence: string;
  /** Must be the evidence's model; absent: the evidence says which. */
  readonly model?: string | undefined;
  readonly training?: string | undefined;
  readonly validation?: string | undefined;
  /** Digest that the candidate must have been measured against; absent: the version in production by the clone's tags. */
  readonly champion?: string | undefined;
  /** Bundle that signs the evidence; absent: the one that lies beside it. */
  readonly signature?: string | undefined;
  /** Commit whose policy judges; absent: the working tree's. */
  readonly policyRef?: string | undefined;
  /** Commit that the candidate was trained from. */
  readonly head?: string | undefined;
}

interface JudgingPolicy {
  readonly config: Policy['config'];
  readonly from: PolicyOrigin;
}

export interface Judged {
  readonly policy: JudgingPolicy;
  readonly evaluation: EvaluationPredicate;
  readonly training: TrainingPredicate | undefined;
  readonly results: readonly GateResult[];
  /** Who signed the evaluation's evidence, where that was looked at. */
  readonly signer: SignedBy | undefined;
}

/** Reads and judges. MW_EVIDENCE_INVALID, MW_EVIDENCE_MISMATCH, and those of the configuration. */
export async function judgeFiles(files: EvidenceFiles, io: Io): Promise<Judged> {
  const { predicate: evaluation, subject, bytes } = await read(evaluationEvidence, files.evidence, io);
  const standing = await policyFor({ ...files, model: files.model ?? evaluation.model }, io);
  const { policy, holdout, terms } = standing;
  requireFacts(files.evidence, {
    model: [evaluation.model, policy.config.name],
    subject: [subject, evaluation.candidate],
    ...(await championFact(files, evaluation, io)),
    holdout: [evaluation.holdout.digest, holdout],
    configuration: [evaluation.configuration, configurationDigest(policy.config)],
  });

  const signer = await signerOfFile(files, { bytes, standing }, io);
  const training = files.training ? await read(trainingEvidence, files.training, io) : undefined;
  if (training && files.training) {
    requireFacts(files.training, {
      subject: [training.subject, evaluation.candidate],
      model: [training.predicate.model, evaluation.model],
    });
  }
  const validation = files.validation ? await read(validationEvidence, files.validation, io) : undefined;
  const validations = validation && terms ? [fitValidation(validation.statement, terms)] : [];
  return {
    policy,
    evaluation,
    training: training?.predicate,
    signer,
    results: judge(evaluation, policy.config, validations),
  };
}

/** Evidence of a job that ran the pull request's code promotes nothing, unless the policy says so. MW_EVIDENCE_ADVISORY. */
export function requireTrusted({ policy, evaluation }: Judged): void {
  if (evaluation.origin === 'evaluation' || policy.config.promotion.evidence === 'advisory') return;
  throw new MergewayError(
    'MW_EVIDENCE_ADVISORY',
    `the job that measured ${evaluation.model} ran code of the pull request too, and promotion.evidence is trusted`,
  );
}

/**
 * Evidence against a version that is not in production any more decides nothing. A candidate that holds production itself was measured
 * before it did. Without a repository nobody knows what production is.
 */
async function championFact(
  { champion }: EvidenceFiles,
  { model, candidate, champion: measured }: EvaluationPredicate,
  io: Io,
): Promise<Readonly<Record<string, readonly [string, string]>>> {
  const received = measured?.digest ?? 'none';
  if (champion !== undefined) return { champion: [received, champion] };

  const tags = await repositoryTags(io);
  if (!tags) return {};
  const production = provenChampion(await gtoRegistry(tags).state(model));
  return production?.digest === candidate ? {} : { champion: [received, production?.digest ?? 'none'] };
}

async function read<Predicate>(
  kind: EvidenceKind<Predicate>,
  path: string,
  { cwd }: Io,
): Promise<{
  readonly statement: Statement<Predicate>;
  readonly predicate: Predicate;
  readonly subject: Digest;
  readonly bytes: Uint8Array;
}> {
  const bytes = await readBytes(resolve(cwd, path), MAX_EVIDENCE_BYTES);
  const statement = parseEvidence(kind, bytes, path);
  return { statement, predicate: statement.predicate, subject: subjectOf(statement), bytes };
}

/**
 * Who signed the evidence, where the policy asks for a signature or the caller says whom to believe. What merely lies beside evidence is
 * not looked at otherwise: nobody would know what it proves. MW_EVIDENCE_UNSIGNED, MW_SIGNATURE_INVALID, MW_SIGNER_UNTRUSTED.
 */
async function signerOfFile(
  files: EvidenceFiles,
  { bytes, standing }: { readonly bytes: Uint8Array; readonly standing: Standing },
  io: Io,
): Promise<SignedBy | undefined> {
  const { signed } = standing.policy.config.promotion;
  const named = await trustOfOptions(files, io);
  if (!signed && !named && files.signature === undefined) return undefined;

  const trust = named ?? (await standing.trust());
  const file = files.signature ?? bundleNameOf(files.evidence);
  const isThere = files.signature !== undefined || (await isFile(resolve(io.cwd, file)));
  if (!isThere) throw unsigned(files.evidence, signed ? undefined : 'an option that names whom to trust');
  const bundle = await readBytes(resolve(io.cwd, file), MAX_BUNDLE_BYTES);
  return signerOf(sigstoreVerifier(), { evidence: bytes, bundle, trust, where: file });
}

interface Standing {
  readonly policy: JudgingPolicy;
  /** Digest that the policy's lock of the holdout promises. */
  readonly holdout: Digest;
  /** What evidence of a validation must speak of; undefined when the policy names no contract. */
  readonly terms: ValidationTerms | undefined;
  /** Whom the policy's side lets sign. MW_CONFIG_MISSING when it names nobody. */
  trust(): Promise<Trust>;
}

async function policyFor(
  { model, policyRef, head }: EvidenceFiles & { readonly model: string },
  io: Io,
): Promise<Standing> {
  const { cwd } = io;
  if (policyRef === undefined && head === undefined) {
    const config = await readModelConfig(cwd, model);
    const lock = parseDataLock(await readSource(cwd, config.evaluate.data));
    const terms = await termsHere(config, cwd);
    return {
      policy: { config, from: 'working-tree' },
      holdout: lockDigest(lock),
      terms,
      async trust() {
        const trust = await trustHere(io);
        if (trust) return trust;
        throw noTrust(cwd);
      },
    };
  }
  const source = gitSourceTree(cwd);
  const here = (await gitHead(cwd)).commit;
  const base = policyRef === undefined ? here : await commitOf(source, policyRef);
  const headCommit = head === undefined ? here : await commitOf(source, head);
  const policy = await policyOf(source, { model, base, head: headCommit });
  const { config } = policy;
  const policyCommit = policy.from === 'base' ? base : headCommit;
  return {
    policy,
    holdout: await holdoutDigest(source, policyCommit, config),
    terms: await validationTerms(source, { config, policyCommit, head: headCommit }),
    trust: () => trustAt(source, policy.from === 'base' ? [base] : [base, headCommit]),
  };
}

/** The terms as the working tree has them. */
async function termsHere(
  { gates, inputs }: Policy['config'],
  cwd: string,
): Promise<ValidationTerms | undefined> {
  if (!gates.data) return undefined;
  const contract = digestOf((await readSource(cwd, gates.data.contract)).text);
  const digests: Digest[] = [];
  for (const path of inputs.data) digests.push(lockDigest(parseDataLock(await readSource(cwd, path))));
  return { contract, data: dataDigest(digests) };
}
