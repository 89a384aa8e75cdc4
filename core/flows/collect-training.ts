/**
 * A training run ended: prove where it came from, take its candidates as data, and start their trusted evaluation.
 * Nothing is believed because the run says so: run id, head, repository and workflow come from GitHub's API, the
 * input digest from the head's tree, the artifact's digest from its bytes (design §7.7).
 */

import { inspectOnnx } from '../candidate/onnx-file.ts';
import { type Digest, digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { MAX_EVIDENCE_BYTES, parseEvidence, serialize, subjectOf } from '../evidence/statement.ts';
import { trainingEvidence } from '../evidence/training.ts';
import { validationEvidence } from '../evidence/validation.ts';
import type { PullRequest, RunArtifact, WorkflowRun } from '../ports/forge.ts';
import type { Candidate } from '../ports/store.ts';
import { type AffectedModel, affectedModels } from './affected-models.ts';
import { describeRefusal, isRefusal, noteNothingToDo, noteRefusal } from './checks.ts';
import { publishVerdicts } from './publish-verdicts.ts';
import { requestEvaluation } from './request-evaluation.ts';
import { CANDIDATE_ARTIFACT, TRAIN_WORKFLOW, type Workspace, workflowPath } from './workspace.ts';

/** The largest candidate that is taken, zipped and unpacked, in bytes. */
export const MAX_CANDIDATE_BYTES = 512 * 1024 * 1024;

export async function collectTraining(workspace: Workspace, runId: number): Promise<void> {
  const run = await workspace.forge.run(runId);
  const isTraining = workflowPath(run.path) === TRAIN_WORKFLOW && run.event === 'pull_request';
  if (!isTraining || run.status !== 'completed') return;

  for (const pullRequest of await pullRequestsOf(workspace, run)) {
    await collectFor(workspace, run, pullRequest);
  }
}

/** Open pull requests whose present head is what the run was started for; a head that moved on is none of them. */
async function pullRequestsOf({ forge }: Workspace, run: WorkflowRun): Promise<readonly PullRequest[]> {
  const found = await forge.pullRequestsOf(run.headSha);
  return found.filter(
    ({ state, head }) =>
      state === 'open' && head.sha === run.headSha && head.repository === run.headRepository,
  );
}

async function collectFor(workspace: Workspace, run: WorkflowRun, pullRequest: PullRequest): Promise<void> {
  const { sha } = pullRequest.head;
  try {
    await proveWorkflow(workspace, pullRequest);
    await collectProven(workspace, run, pullRequest);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await noteRefusal(workspace.forge, sha, {
      title: 'The training run was refused',
      summary: describeRefusal(error),
      detailsUrl: run.url,
    });
  }
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
  if (run.conclusion !== 'success') {
    return noteRefusal(forge, head.sha, {
      title: 'Training failed',
      summary: `The training run ended with \`${run.conclusion ?? 'no conclusion'}\`: [its log](${run.url}) tells why.`,
      detailsUrl: run.url,
    });
  }

  await takeAndEvaluate(workspace, run, pullRequest, affected);
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

interface Handover extends AffectedModel {
  readonly run: WorkflowRun;
  readonly pullRequest: PullRequest;
  readonly artifacts: readonly RunArtifact[];
}

/** Takes one model's candidate out of the run, checks it, stores its bytes and binds them to the input digest. */
async function takeCandidate(workspace: Workspace, handover: Handover): Promise<Candidate> {
  const { store, artifacts, clock, forge } = workspace;
  const { model, inputDigest, run, pullRequest } = handover;
  const files = await download(workspace, handover);

  const onnx = required(files, 'model.onnx', model);
  inspectOnnx(onnx);
  const training = parseEvidence(trainingEvidence, required(files, 'training.json', model), 'training.json');
  checkClaims({ claimed: training.predicate, subject: subjectOf(training), onnx, handover });

  const digest = await artifacts.put(onnx, {
    mediaType: 'application/onnx',
    annotations: { 'dev.mergeway.model': model, 'dev.mergeway.input-digest': inputDigest },
  });
  const validation = files.get('validation.json');
  const candidate: Candidate = {
    repository: forge.repository,
    headSha: pullRequest.head.sha,
    model,
    pullRequest: pullRequest.number,
    inputDigest,
    digest: await store.candidates.bind({
      repository: forge.repository,
      model,
      inputDigest,
      digest,
      at: clock.now(),
    }),
    run: run.id,
    training: await putEvidence(workspace, serialize(training)),
    ...(validation && {
      validation: await putEvidence(
        workspace,
        serialize(parseEvidence(validationEvidence, validation, 'validation.json')),
      ),
    }),
    at: clock.now(),
  };
  await store.candidates.save(candidate);
  return candidate;
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
