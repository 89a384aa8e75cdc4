/** Running a model's training command on a commit. Embedded: a shell in a clean checkout on this machine. */

import type { ModelConfig } from '../config/model.ts';
import type { Digest } from '../digest.ts';
import type { TrainingPredicate } from '../evidence/training.ts';

export interface TrainingJob {
  /** Commit to check out, 40 hex digits. */
  readonly commit: string;
  readonly config: ModelConfig;
  readonly inputDigest: Digest;
  /** 0 for the candidate; further runs only differ by it. */
  readonly seed: number;
  /** Looks at what the command was given and made before both are swept away. */
  look?(left: TrainingFiles): Promise<void>;
}

export interface TrainingFiles {
  readonly onnx: Uint8Array;
  /** Paths of the data by the path of its lock: joined with the features, of a model that has some. */
  readonly data: Readonly<Record<string, string>>;
}

/** What the command left behind; nothing of it is trusted. */
export interface TrainingResult {
  /** Bytes of the model file that the command wrote. */
  readonly onnx: Uint8Array;
  readonly metrics: TrainingPredicate['metrics'];
  readonly environment: TrainingPredicate['environment'];
  /** What the command printed, shortened. */
  readonly log: string;
  readonly seconds: number;
}

export interface Trainer {
  /** Trains. MW_TRAIN_FAILED, MW_TRAIN_TIMEOUT, MW_TRAIN_NO_MODEL, and those of data locks. */
  train(job: TrainingJob): Promise<TrainingResult>;
}
