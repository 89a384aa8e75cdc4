/** The reference profile that an evaluation run hands over: held to the same facts as its evaluation, and stored. */

import type { Digest } from '../digest.ts';
import { requireFacts } from '../evidence/mismatch.ts';
import { profileEvidence } from '../evidence/profile.ts';
import { parseEvidence, subjectOf } from '../evidence/statement.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';

/** What the evaluation's evidence must say too. */
export interface ProfileFacts {
  readonly model: string;
  readonly candidate: Digest;
  /** Digest of the holdout. */
  readonly holdout: Digest;
  /** Undefined where the policy lets advisory evidence count. */
  readonly origin?: 'evaluation';
}

/** Digest of the stored profile. MW_EVIDENCE_INVALID, MW_EVIDENCE_MISMATCH. */
export async function storeProfile(
  artifacts: ArtifactStore,
  file: Uint8Array,
  { model, candidate, holdout, origin }: ProfileFacts,
): Promise<Digest> {
  const profile = parseEvidence(profileEvidence, file, 'profile.json');
  const { predicate } = profile;
  requireFacts('profile.json', {
    subject: [subjectOf(profile), candidate],
    model: [predicate.model, model],
    holdout: [predicate.data.digest, holdout],
    ...(origin && { origin: [predicate.origin, origin] }),
  });
  return artifacts.put(file, {
    mediaType: 'application/vnd.in-toto+json',
    annotations: { 'dev.mergeway.model': model, 'dev.mergeway.evidence': 'profile' },
  });
}
