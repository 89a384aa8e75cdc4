/** Every piece of evidence in a store that speaks of one artifact. */

import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { readAnyEvidence } from '../evidence/any.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { EvidenceName } from '../evidence/kinds.ts';
import { MAX_EVIDENCE_BYTES, type Statement, subjectOf } from '../evidence/statement.ts';
import type { TrainingPredicate } from '../evidence/training.ts';
import type { ValidationPredicate } from '../evidence/validation.ts';
import type { ArtifactStore, StoredArtifact } from '../ports/artifact-store.ts';

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
  /** Filed under the artifact's inputs, and not there any more as it was: nobody knows what it said. */
  readonly damaged: readonly { readonly digest: Digest; readonly reason: string }[];
}

/** What the store has of the artifact, newest first. Whole bytes that can't be read as evidence are none. */
export async function evidenceAbout(artifacts: ArtifactStore, artifact: Digest): Promise<EvidenceAbout> {
  const found: { readonly name: EvidenceName; readonly stored: Stored<unknown> }[] = [];
  const damaged: { readonly digest: Digest; readonly reason: string }[] = [];
  const seen = new Set<Digest>();
  const all = await artifacts.find({});
  const own = new Set(all.filter(({ digest }) => digest === artifact).map(inputsOf));
  for (const { digest, mediaType, size, annotations } of all) {
    if (mediaType !== EVIDENCE_TYPE || size > MAX_EVIDENCE_BYTES || seen.has(digest)) continue;
    seen.add(digest);
    const read = await readStored(artifacts, digest);
    if ('damage' in read) {
      const inputs = inputsOf({ annotations });
      if (inputs !== undefined && own.has(inputs)) damaged.unshift({ digest, reason: read.damage });
      continue;
    }
    const { evidence } = read;
    if (!evidence || (evidence.name !== 'validation' && subjectOf(evidence.statement) !== artifact)) continue;
    found.unshift({ name: evidence.name, stored: { digest, statement: evidence.statement } });
  }
  const named = <Predicate>(name: EvidenceName) =>
    found.filter((one) => one.name === name).map(({ stored }) => stored as Stored<Predicate>);
  return {
    training: named('training'),
    evaluation: named('evaluation'),
    profile: named('profile'),
    validation: named('validation'),
    damaged,
  };
}

/** The input digest that something is filed under. */
function inputsOf({ annotations }: Pick<StoredArtifact, 'annotations'>): string | undefined {
  return annotations['dev.mergeway.input-digest'];
}

async function readStored(artifacts: ArtifactStore, digest: Digest) {
  try {
    return { evidence: readAnyEvidence(await artifacts.get(digest), `evidence ${digest}`) };
  } catch (error) {
    if (!(error instanceof MergewayError)) throw error;
    const isDamaged = error.code === 'MW_ARTIFACT_CORRUPT' || error.code === 'MW_ARTIFACT_NOT_FOUND';
    return isDamaged ? { damage: `${error.message} (${error.code})` } : {};
  }
}
