/** Every piece of evidence in a store that speaks of one artifact. */

import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { readAnyEvidence } from '../evidence/any.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { EvidenceName } from '../evidence/kinds.ts';
import { MAX_EVIDENCE_BYTES, type Statement, subjectOf } from '../evidence/statement.ts';
import type { TrainingPredicate } from '../evidence/training.ts';
import type { ValidationPredicate } from '../evidence/validation.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';

const EVIDENCE_TYPE = 'application/vnd.in-toto+json';

export interface Stored<Predicate> {
  /** Of the evidence. */
  readonly digest: Digest;
  readonly statement: Statement<Predicate>;
}

export interface EvidenceAbout {
  readonly training: readonly Stored<TrainingPredicate>[];
  readonly evaluation: readonly Stored<EvaluationPredicate>[];
  readonly profile: readonly Stored<unknown>[];
  /** Of whichever data: their subject is no artifact. */
  readonly validation: readonly Stored<ValidationPredicate>[];
}

/** What the store has of the artifact, newest first. What can't be read as evidence is none. */
export async function evidenceAbout(artifacts: ArtifactStore, artifact: Digest): Promise<EvidenceAbout> {
  const found: { readonly name: EvidenceName; readonly stored: Stored<unknown> }[] = [];
  const seen = new Set<Digest>();
  for (const { digest, mediaType, size } of await artifacts.find({})) {
    if (mediaType !== EVIDENCE_TYPE || size > MAX_EVIDENCE_BYTES || seen.has(digest)) continue;
    seen.add(digest);
    const read = await readStored(artifacts, digest);
    if (!read || (read.name !== 'validation' && subjectOf(read.statement) !== artifact)) continue;
    found.unshift({ name: read.name, stored: { digest, statement: read.statement } });
  }
  const named = <Predicate>(name: EvidenceName) =>
    found.filter((one) => one.name === name).map(({ stored }) => stored as Stored<Predicate>);
  return {
    training: named('training'),
    evaluation: named('evaluation'),
    profile: named('profile'),
    validation: named('validation'),
  };
}

async function readStored(artifacts: ArtifactStore, digest: Digest) {
  try {
    return readAnyEvidence(await artifacts.get(digest), `evidence ${digest}`);
  } catch (error) {
    if (error instanceof MergewayError) return undefined;
    throw error;
  }
}
