/**
 * One model's candidate out of a proven training run. The archive is data from a stranger: it is capped, unpacked in
 * memory, looked into and compared with what the tree says, and only then stored.
 */

import { inspectOnnx } from '../candidate/onnx-file.ts';
import { type Digest, digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { MAX_EVIDENCE_BYTES, parseEvidence, serialize, subjectOf } from '../evidence/statement.ts';
import { trainingEvidence } from '../evidence/training.ts';
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
  const training = parseEvidence(trainingEvidence, required(files, 'training.json', model), 'training.json');
  checkClaims({ claimed: training.predicate, subject: subjectOf(training), onnx, handover });
  const validation = files.get('validation.json');
  const validated = validation && parseEvidence(validationEvidence, validation, 'validation.json');

  return {
    digest: await workspace.artifacts.put(onnx, {
      mediaType: 'application/onnx',
      annotations: { 'dev.mergeway.model': model, 'dev.mergeway.input-digest': inputDigest },
    }),
    training: await putEvidence(workspace, serialize(training)),
    ...(validated && { validation: await putEvidence(workspace, serialize(validated)) }),
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
function checkClaims({
  claimed,
  subject,
  onnx,
  handover,
}: {
  readonly claimed: { readonly model: string; readonly inputDigest: string };
  readonly subject: Digest;
  readonly onnx: Uint8Array;
  readonly handover: Handover;
}): void {
  const actual = digestOf(onnx);
  if (subject !== actual) mismatch('subject', actual, subject);
  if (claimed.model !== handover.model) mismatch('model', handover.model, claimed.model);
  if (claimed.inputDigest !== handover.inputDigest) {
    mismatch('inputDigest', handover.inputDigest, claimed.inputDigest);
  }
}

function mismatch(field: string, expected: string, received: string): never {
  throw new MergewayError(
    'MW_EVIDENCE_MISMATCH',
    `training.json: ${field} is ${received.slice(0, 100)}, expected ${expected}`,
  );
}

async function putEvidence({ artifacts }: Workspace, bytes: Uint8Array): Promise<Digest> {
  if (bytes.byteLength > MAX_EVIDENCE_BYTES) {
    throw new MergewayError('MW_ARTIFACT_TOO_LARGE', `Evidence of ${bytes.byteLength} bytes is not kept`);
  }
  return artifacts.put(bytes, { mediaType: 'application/vnd.in-toto+json', annotations: {} });
}
