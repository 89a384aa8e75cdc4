/** The reference profile of the version in production: among the evidence of the rollout that brought it there. */

import type { Digest } from '../digest.ts';
import { type ProfilePredicate, profileEvidence } from '../evidence/profile.ts';
import { MAX_EVIDENCE_BYTES, parseEvidence, type Statement, subjectOf } from '../evidence/statement.ts';
import { isRefusal } from './checks.ts';
import { championOf } from './request-evaluation.ts';
import type { Workspace } from './workspace.ts';

export interface ChampionProfile {
  readonly version: string;
  /** Of the version's artifact. */
  readonly champion: Digest;
  /** Of the evidence. */
  readonly digest: Digest;
  readonly profile: Statement<ProfilePredicate>;
}

/** Undefined before the first version, and for one that was evaluated without a profile. MW_VERSION_UNPROVEN. */
export async function championProfile(
  workspace: Workspace,
  model: string,
): Promise<ChampionProfile | undefined> {
  const champion = await championOf(workspace, model);
  if (!champion) return undefined;

  const { store, forge, artifacts } = workspace;
  const rollouts = await store.rollouts.of(forge.repository, model);
  for (const { candidate, evidence } of rollouts) {
    if (candidate !== champion.digest) continue;
    for (const digest of evidence) {
      const profile = await readProfile(artifacts, digest);
      if (profile && subjectOf(profile) === champion.digest) {
        return { version: champion.version, champion: champion.digest, digest, profile };
      }
    }
  }
  return undefined;
}

/** Evidence of another kind is none, and neither is what the store has lost. */
async function readProfile(
  artifacts: Workspace['artifacts'],
  digest: Digest,
): Promise<Statement<ProfilePredicate> | undefined> {
  if (!(await artifacts.has(digest))) return undefined;
  const bytes = await artifacts.get(digest);
  if (bytes.byteLength > MAX_EVIDENCE_BYTES) return undefined;
  try {
    return parseEvidence(profileEvidence, bytes, `evidence ${digest}`);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
