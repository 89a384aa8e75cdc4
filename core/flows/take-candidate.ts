/**
 * One model's candidate out of a proven training run. The archive is data from a stranger: it is capped, unpacked in
 * memory, looked into and compared with what the tree says, and only then stored.
 */

import { inspectOnnx } from '../candidate/onnx-file.ts';
import { seedFile } from '../candidate/seed-file.ts';
import { type Digest, digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { requireFacts } from '../evidence/mismatch.ts';
import { parseEvidence, type Statement, subjectOf } from '../evidence/statement.ts';
import { seedDigests, type TrainingPredicate, trainingEvidence } from '../evidence/training.ts';
import { validationEvidence } from '../evidence/validation.ts';
import type { PullRequest, RunArtifact, WorkflowRun } from '../ports/forge.ts';
import type { Candidate } from '../ports/store.ts';
import type { AffectedModel } from './affected-models.ts';
import { CANDIDATE_ARTIFACT, type Workspace } from './workspace.ts';

/** The largest candidate that is taken, zipped and unpacked, in bytes. */
const MAX_CANDIDATE_BYTES = 512 * 1024 * 1024;

export interface Handover extends AffectedModel {
  readonly run: WorkflowRun;
  readonly pullRequest: PullRequest;
  readonly artifacts: readonly RunArtifact[];
}

/** Takes one model's candidate out of the run, checks it, stores its bytes and binds them to the input digest. */
export async function takeCandidate(workspace: Workspace, handover: Handover): Promise<Candidate> {
  const { store, clock, forge } = workspace;
  const { model, inputDigest, run, pullRequest } = handover;
  const delivered = await deliver(workspace, handover);
  const binding = {
    repository: forge.repository,
    model,
    inputDigest,
    digest: delivered.digest,
    at: clock.now(),
  };
  const digest = await store.candidates.bind(binding);
  const first = digest === delivered.digest ? undefined : await firstCandidate(workspace, handover, digest);

  const candidate: Candidate = {
    repository: forge.repository,
    headSha: pullRequest.head.sha,
    model,
    pullRequest: pullRequest.number,
    inputDigest,
    ...(first ?? { ...delivered, run: run.id }),
    ...(delivered.validation && { validation: delivered.validation }),
    at: clock.now(),
  };
  await store.candidates.save(candidate);
  return candidate;
}

type Delivered = Pick<Candidate, 'digest' | 'training' | 'validation'>;

/** What the run handed over, checked and stored. */
async function deliver(workspace: Workspace, handover: Handover): Promise<Delivered> {
  const { model, inputDigest } = handover;
  const files = await download(workspace, handover);
  const onnx = required(files, 'model.onnx', model);
  inspectOnnx(onnx);
  const training = required(files, 'training.json', model);
  const claims = parseEvidence(trainingEvidence, training, 'training.json');
  checkClaims(claims, onnx, handover);
  const seeds = seedsOf(claims, files, model);
  const validation = files.get('validation.json');
  if (validation) parseEvidence(validationEvidence, validation, 'validation.json');

  for (const seed of seeds) {
    await workspace.artifacts.put(seed, {
      mediaType: 'application/onnx',
      annotations: { 'dev.mergeway.model': model, 'dev.mergeway.seed-of': inputDigest },
    });
  }
  return {
    digest: await workspace.artifacts.put(onnx, {
      mediaType: 'application/onnx',
      annotations: { 'dev.mergeway.model': model, 'dev.mergeway.input-digest': inputDigest },
    }),
    training: await putEvidence(workspace, training),
    ...(validation && { validation: await putEvidence(workspace, validation) }),
  };
}

/** The same inputs gave other bytes before: those count, with what was said of them. Of the data the newest validation counts. */
async function firstCandidate(
  { store, forge }: Workspace,
  { model, inputDigest }: Handover,
  digest: Digest,
): Promise<(Delivered & Pick<Candidate, 'run'>) | undefined> {
  const known = await store.candidates.byInput(forge.repository, model, inputDigest);
  if (known?.digest !== digest) return undefined;
  const { training, validation, run } = known;
  return { digest, training, run, ...(validation && { validation }) };
}

async function download(
  { forge, unzip }: Workspace,
  { model, artifacts, run }: Handover,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const name = `${CANDIDATE_ARTIFACT}-${model}`;
  const artifact = artifacts.find((candidate) => candidate.name === name);
  if (!artifact) {
    throw new MergewayError(
      'MW_CANDIDATE_MISSING',
      `Run ${run.id} has no artifact ${name}, though the pull request changes the inputs of ${model}`,
    );
  }
  const zip = await forge.downloadArtifact(artifact.id, MAX_CANDIDATE_BYTES);
  return unzip(zip, MAX_CANDIDATE_BYTES);
}

function required(files: ReadonlyMap<string, Uint8Array>, name: string, model: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes) return bytes;
  throw new MergewayError('MW_CANDIDATE_MISSING', `${CANDIDATE_ARTIFACT}-${model} does not hold ${name}`);
}

/** The training evidence must speak of these bytes, this model and this tree. MW_EVIDENCE_MISMATCH. */
function checkClaims(
  training: Statement<TrainingPredicate>,
  onnx: Uint8Array,
  { model, inputDigest }: Handover,
): void {
  requireFacts('training.json', {
    subject: [subjectOf(training), digestOf(onnx)],
    model: [training.predicate.model, model],
    inputDigest: [training.predicate.inputDigest, inputDigest],
  });
}

/** The further models that the evidence names, looked into like the candidate; nothing binds them, so nothing promotes them. */
function seedsOf(
  { predicate }: Statement<TrainingPredicate>,
  files: ReadonlyMap<string, Uint8Array>,
  model: string,
): readonly Uint8Array[] {
  return seedDigests(predicate).map((digest, index) => {
    const file = seedFile(index + 1);
    const onnx = required(files, file, model);
    inspectOnnx(onnx);
    requireFacts('training.json', { [file]: [digest, digestOf(onnx)] });
    return onnx;
  });
}

/** Bytes as they came: what this Mergeway does not know of them is kept. */
function putEvidence({ artifacts }: Workspace, bytes: Uint8Array): Promise<Digest> {
  return artifacts.put(bytes, { mediaType: 'application/vnd.in-toto+json', annotations: {} });
}
