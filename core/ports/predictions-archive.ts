/** Predictions of a model on a holdout, kept by digest, so that a later comparison need not make them again. */

import type { Digest } from '../digest.ts';
import type { Cell } from './table.ts';

/** Rows in the holdout's order. */
export interface KeptPredictions {
  /** Keys as text. */
  readonly keys: readonly string[];
  readonly labels: readonly Cell[];
  /** Scores of a row. */
  readonly width: number;
  /** Row by row. */
  readonly scores: Float64Array;
}

export interface PredictionsFile {
  readonly digest: Digest;
  readonly rows: number;
  /** Its size. */
  readonly bytes: number;
}

export interface PredictionsArchive {
  /** Keeps them under what they are predictions of; undefined where they are too many to keep. MW_STORE_BUSY, MW_SYSTEM. */
  keep(of: Digest, predictions: KeptPredictions): Promise<PredictionsFile | undefined>;
  /** The first that were kept. MW_ARTIFACT_CORRUPT, MW_ARTIFACT_TOO_LARGE, MW_TABLE_UNREADABLE. */
  find(
    of: Digest,
  ): Promise<{ readonly file: PredictionsFile; readonly predictions: KeptPredictions } | undefined>;
}
