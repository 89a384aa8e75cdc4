/** What an evaluation is asked for, and the world that it is given. */

import type { z } from 'zod';
import type { Predict } from '../config/evaluate.ts';
import type { DataLock } from '../config/lock.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Digest } from '../digest.ts';
import type { TimingPorts } from '../evaluation/timing.ts';
import type { EvaluationPredicate, FeaturesEvidence } from '../evidence/evaluation.ts';
import type { ProfilePredicate } from '../evidence/profile.ts';
import type { SkewEvidence } from '../evidence/skew.ts';
import type { Statement } from '../evidence/statement.ts';
import type { PredictionsArchive } from '../ports/predictions-archive.ts';
import type { Table } from '../ports/table.ts';

/**
 * The clock has fractions of a millisecond: latencies are measured by it. Chance chooses rows and order of the timing; metrics have
 * their own, from digests.
 */
export interface EvaluatePorts extends TimingPorts {
  readonly table: Table;
  /** Where predictions are kept; absent: they are not. */
  readonly predictions?: PredictionsArchive;
}

/** The holdout with a model's features joined, as a file. */
export interface JoinedHoldout {
  readonly path: string;
  readonly features: FeaturesEvidence;
}

/** Takes a candidate's profile. */
interface ProfileWanted {
  /** Columns whose values must not leave the data, in lower case. */
  readonly restricted: ReadonlySet<string>;
  take(profile: Statement<ProfilePredicate>): Promise<void>;
}

export interface EvaluateRequest {
  /** Policy of the base branch with the head's tensor names. */
  readonly model: ModelConfig;
  readonly candidate: {
    readonly bytes: Uint8Array;
    readonly digest: Digest;
    /** What it reads its columns from; absent: the holdout itself. */
    readonly joined?: JoinedHoldout;
  };
  readonly champion?: {
    readonly bytes: Uint8Array;
    readonly digest: Digest;
    readonly version: string;
    /** Its own tensor names; without them the candidate's. */
    readonly predict?: z.infer<typeof Predict>;
    readonly joined?: JoinedHoldout;
  };
  /** Models of the candidate's training with other seeds: measured on the same rows, neither timed nor promoted. */
  readonly seeds?: readonly { readonly bytes: Uint8Array; readonly digest: Digest }[];
  /** `digest`: of the bytes that were read. */
  readonly holdout: { readonly paths: readonly string[]; readonly lock: DataLock; readonly digest: Digest };
  /** What was served against what is computed offline; absent: not compared. */
  readonly skew?: SkewEvidence;
  /** Columns whose values must not leave the data, in lower case. */
  readonly restricted?: ReadonlySet<string>;
  readonly origin: EvaluationPredicate['origin'];
  readonly runner: string;
  readonly mergewayVersion: string;
  /** Who wants the candidate's reference profile on the holdout; absent: none is made. */
  readonly profile?: ProfileWanted;
}
