/**
 * Where there is no App, the store remembers what was proven: candidates under their input digest (the first one binds it, as
 * in design §2), and evaluations under candidate and input digest, so that a merge finds both again.
 */

import { type Digest, digestOf } from '../digest.ts';
import { type EvaluationPredicate, evaluationEvidence } from '../evidence/evaluation.ts';
import type { EvidenceName } from '../evidence/kinds.ts';
import { requireFacts } from '../evidence/mismatch.ts';
import { parseEvidence, type Statement, serialize, subjectOf } from '../evidence/statement.ts';
import { seedDigests, type TrainingPredicate, trainingEvidence } from '../evidence/training.ts';
import { validationEvidence } from '../evidence/validation.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { fitValidation, type ValidationTerms } from './validation-terms.ts';

const ONNX_TYPE = 'application/onnx';
const EVIDENCE_TYPE = 'application/vnd.in-toto+json';

/** What a proof is filed under. */
export interface Inputs {
  readonly model: string;
  readonly inputDigest: Digest;
}

function inputsOf({ model, inputDigest }: Inputs) {
  return { 'dev.mergeway.model': model, 'dev.mergeway.input-digest': inputDigest };
}

function filedAs(inputs: Inputs, evidence: EvidenceName) {
  return { ...inputsOf(inputs), 'dev.mergeway.evidence': evidence };
}

/** The candidate that is bound to the inputs; undefined before the first. */
export async function boundCandidate(artifacts: ArtifactStore, inputs: Inputs): Promise<Digest | undefined> {
  const found = await artifacts.find(inputsOf(inputs));
  return found.find(({ mediaType }) => mediaType === ONNX_TYPE)?.digest;
}

export interface ProposedCandidate {
  readonly onnx: Uint8Array;
  readonly training: Statement<TrainingPredicate>;
  /** The bytes that the training evidence was read from; absent where it was made here. */
  readonly trainingBytes?: Uint8Array;
  /** Models that the training evidence names beside the candidate's. */
  readonly seeds?: readonly Uint8Array[];
}

/**
 * Stores a candidate with its training evidence and seeds, unless the inputs are bound already; the digest that they are bound to. The same
 * candidate with more seeds than before is filed anew: they say more of it, and change nothing of what it is.
 */
export async function bindCandidate(
  artifacts: ArtifactStore,
  inputs: Inputs,
  candidate: ProposedCandidate,
): Promise<Digest> {
  requireAbout(inputs, candidate);
  const bound = await boundCandidate(artifacts, inputs);
  const { seeds = [] } = candidate;
  if (bound && (bound !== digestOf(candidate.onnx) || (await areKnown(artifacts, inputs, candidate))))
    return bound;

  for (const seed of seeds) await keepSeed(artifacts, inputs, seed);
  await keepEvidence(artifacts, inputs, {
    name: 'training',
    evidence: candidate.trainingBytes ?? candidate.training,
  });
  await artifacts.put(candidate.onnx, {
    mediaType: ONNX_TYPE,
    annotations: inputsOf(inputs),
  });
  return (await boundCandidate(artifacts, inputs)) ?? digestOf(candidate.onnx);
}

/** Nobody finds it by the inputs: it is no candidate. */
async function keepSeed(
  artifacts: ArtifactStore,
  { model, inputDigest }: Inputs,
  onnx: Uint8Array,
): Promise<void> {
  await artifacts.put(onnx, {
    mediaType: ONNX_TYPE,
    annotations: { 'dev.mergeway.model': model, 'dev.mergeway.seed-of': inputDigest },
  });
}

/** Whether evidence of the candidate with as many seeds is filed. */
async function areKnown(
  artifacts: ArtifactStore,
  inputs: Inputs,
  { onnx, seeds = [] }: ProposedCandidate,
): Promise<boolean> {
  if (seeds.length === 0) return true;
  for (const digest of await evidenceOf(artifacts, inputs, 'training')) {
    const filed = parseEvidence(trainingEvidence, await artifacts.get(digest), `evidence ${digest}`);
    const runs = filed.predicate.seeds?.length ?? 0;
    if (subjectOf(filed) === digestOf(onnx) && runs >= seeds.length) return true;
  }
  return false;
}

/** The models of as many further runs as make `runs` in all; undefined where the evidence names fewer. */
export async function storedSeeds(
  artifacts: ArtifactStore,
  training: TrainingPredicate,
  runs: number,
): Promise<readonly Uint8Array[] | undefined> {
  const digests = seedDigests(training);
  return digests.length < runs - 1 ? undefined : Promise.all(digests.map((digest) => artifacts.get(digest)));
}

/** Files evidence under the inputs: bytes as they came, with all that this Mergeway does not know, or a statement of its own. Its digest. */
export async function keepEvidence(
  artifacts: ArtifactStore,
  inputs: Inputs,
  { name, evidence }: { readonly name: EvidenceName; readonly evidence: Statement<unknown> | Uint8Array },
): Promise<Digest> {
  return artifacts.put(evidence instanceof Uint8Array ? evidence : serialize(evidence), {
    mediaType: EVIDENCE_TYPE,
    annotations: filedAs(inputs, name),
  });
}

/** Digests of the evidence of that name that is filed under the inputs, oldest first. */
export async function evidenceOf(
  artifacts: ArtifactStore,
  inputs: Inputs,
  name: EvidenceName,
): Promise<readonly Digest[]> {
  return (await artifacts.find(filedAs(inputs, name))).map(({ digest }) => digest);
}

/** What the contract said of the training data: the newest validation under these inputs that keeps the terms, else why the newest does not. */
export async function validationsOf(
  artifacts: ArtifactStore,
  inputs: Inputs,
  terms: ValidationTerms | undefined,
) {
  if (!terms) return [];
  const found = [];
  for (const digest of await evidenceOf(artifacts, inputs, 'validation')) {
    const evidence = parseEvidence(validationEvidence, await artifacts.get(digest), `evidence ${digest}`);
    found.unshift(fitValidation(evidence, terms));
  }
  return [found.find((one) => !('unfit' in one)) ?? found[0]].filter((one) => one !== undefined);
}

export interface KeptEvaluation {
  /** Of the evidence. */
  readonly digest: Digest;
  readonly predicate: EvaluationPredicate;
}

/** Evaluations of the candidate under these inputs, newest first. */
export async function evaluationsOf(
  artifacts: ArtifactStore,
  inputs: Inputs,
  candidate: Digest,
): Promise<readonly KeptEvaluation[]> {
  const kept: KeptEvaluation[] = [];
  for (const digest of await evidenceOf(artifacts, inputs, 'evaluation')) {
    const evidence = parseEvidence(evaluationEvidence, await artifacts.get(digest), `evidence ${digest}`);
    if (subjectOf(evidence) === candidate) kept.unshift({ digest, predicate: evidence.predicate });
  }
  return kept;
}

/** Training evidence must speak of these bytes, this model and these inputs. MW_EVIDENCE_MISMATCH. */
export function requireAbout({ model, inputDigest }: Inputs, { onnx, training }: ProposedCandidate): void {
  requireFacts('training evidence', {
    subject: [subjectOf(training), digestOf(onnx)],
    model: [training.predicate.model, model],
    inputDigest: [training.predicate.inputDigest, inputDigest],
  });
}
