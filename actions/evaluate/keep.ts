/**
 * Keeping proof where there is no App: with `--training`, the candidate is bound to its inputs in the store, and its evaluation
 * is filed there, so that `mergeway promote` finds both after the merge.
 */

import { resolve } from 'node:path';
import type { Io } from '#actions/command.ts';
import { commitOf } from '#actions/commit.ts';
import { readBytes } from '#actions/files.ts';
import { requireRepository } from '#actions/repository.ts';
import { gitHead } from '#adapters/git/head.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { MergewayError } from '#core/errors.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import type { ProfilePredicate } from '#core/evidence/profile.ts';
import { MAX_EVIDENCE_BYTES, parseEvidence, type Statement } from '#core/evidence/statement.ts';
import { trainingEvidence } from '#core/evidence/training.ts';
import { validationEvidence } from '#core/evidence/validation.ts';
import { inputDigestAt } from '#core/flows/affected-models.ts';
import type { EvaluateRequest } from '#core/flows/evaluate-request.ts';
import { modelMissing } from '#core/flows/policy.ts';
import {
  bindCandidate,
  boundCandidate,
  type Inputs,
  keepEvidence,
  requireAbout,
} from '#core/flows/stored-proof.ts';
import type { ArtifactStore } from '#core/ports/artifact-store.ts';

export interface WhatToKeep {
  readonly model: string;
  readonly head?: string | undefined;
  readonly store?: string | undefined;
  readonly training?: string | undefined;
  readonly validation?: string | undefined;
}

export interface Keeper {
  /** The candidate that is bound to the inputs: this one, or the first that was. */
  readonly candidate: EvaluateRequest['candidate'];
  keep(evidence: Statement<EvaluationPredicate>, profile?: Statement<ProfilePredicate>): Promise<void>;
}

/** Who keeps what an evaluation proves; nothing is written before. Without `--training` nothing is kept. MW_EVIDENCE_MISMATCH. */
export async function keeperFor(
  what: WhatToKeep,
  { candidate, seeds = [] }: Pick<EvaluateRequest, 'candidate' | 'seeds'>,
  io: Io,
): Promise<Keeper> {
  if (what.training === undefined) return { candidate, keep: async () => undefined };
  if (what.store === undefined) throw new MergewayError('MW_USAGE', '--training needs --store <folder>');

  await requireRepository(io);
  const artifacts = ociLayoutStore(resolve(io.cwd, what.store));
  const inputs = await inputsOf(what, io);
  const trainingBytes = await bytesOf(what.training, io);
  const training = parseEvidence(trainingEvidence, trainingBytes, what.training);
  const proposed = { onnx: candidate.bytes, training, trainingBytes, seeds: seeds.map(({ bytes }) => bytes) };
  requireAbout(inputs, proposed);
  const validation = await validationOf(what, io);
  const known = await boundCandidate(artifacts, inputs);
  return {
    candidate: known && known !== candidate.digest ? await bound(artifacts, known, io) : candidate,
    async keep(evidence, profile) {
      await bindCandidate(artifacts, inputs, proposed);
      if (validation) await keepEvidence(artifacts, inputs, { name: 'validation', evidence: validation });
      if (profile) await keepEvidence(artifacts, inputs, { name: 'profile', evidence: profile });
      await keepEvidence(artifacts, inputs, { name: 'evaluation', evidence });
    },
  };
}

async function inputsOf({ model, head }: WhatToKeep, { cwd }: Io): Promise<Inputs> {
  const source = gitSourceTree(cwd);
  const commit = head === undefined ? (await gitHead(cwd)).commit : await commitOf(source, head);
  const inputDigest = await inputDigestAt(source, commit, model);
  if (inputDigest) return { model, inputDigest };
  throw await modelMissing(source, commit, model);
}

/** The bytes of a file that is evidence of a validation. */
async function validationOf({ validation }: WhatToKeep, io: Io): Promise<Uint8Array | undefined> {
  if (validation === undefined) return undefined;
  const bytes = await bytesOf(validation, io);
  parseEvidence(validationEvidence, bytes, validation);
  return bytes;
}

async function bound(
  artifacts: ArtifactStore,
  digest: EvaluateRequest['candidate']['digest'],
  { progress }: Io,
): Promise<EvaluateRequest['candidate']> {
  progress.say(`these inputs were trained before: candidate ${digest} is evaluated`);
  return { bytes: await artifacts.get(digest), digest };
}

function bytesOf(path: string, { cwd }: Io): Promise<Uint8Array> {
  return readBytes(resolve(cwd, path), MAX_EVIDENCE_BYTES);
}
