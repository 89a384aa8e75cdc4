/**
 * Which kept predictions are a model's on a holdout: those of the same bytes, rows, features, tensor names and version of Mergeway.
 * They are used row by row, each held to the holdout's key and label.
 */

import { type Digest, digestOfJson } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { FeaturesEvidence } from '../evidence/evaluation.ts';
import type { KeptPredictions, PredictionsFile } from '../ports/predictions-archive.ts';
import type { Cell } from '../ports/table.ts';
import type { PredictNames } from './binding.ts';
import type { ScoreBlock } from './scores.ts';

export interface PredictionsOf {
  readonly model: Digest;
  readonly holdout: Digest;
  readonly key: string;
  readonly label: string;
  readonly features: FeaturesEvidence | undefined;
  readonly predict: PredictNames;
  readonly mergeway: string;
}

/** One digest for all that determines a model's scores. */
export function identityOf({ features, predict, ...rest }: PredictionsOf): Digest {
  const { output, input, columns } = predict;
  return digestOfJson({
    ...rest,
    features: features ? { digest: features.digest, sources: features.sources } : null,
    predict: { output, input, columns },
  });
}

/** What an earlier evaluation kept of a contestant. */
export interface Stored {
  readonly file: PredictionsFile;
  readonly predictions: KeptPredictions;
}

export interface RowsOfBatch {
  /** Place of the first row in the holdout. */
  readonly from: number;
  readonly keys: readonly string[];
  readonly labels: readonly Cell[];
}

/** The scores of these rows. MW_EVIDENCE_MISMATCH where they are not the rows that were kept. */
export function storedScores({ file, predictions }: Stored, { from, keys, labels }: RowsOfBatch): ScoreBlock {
  const { width } = predictions;
  const other = keys.findIndex(
    (key, row) =>
      predictions.keys[from + row] !== key ||
      String(predictions.labels[from + row] ?? null) !== String(labels[row] ?? null),
  );
  if (other >= 0) throw mismatch(file, `row ${from + other + 1} is another one`);
  return { width, scores: predictions.scores.slice(from * width, (from + keys.length) * width) };
}

/** MW_EVIDENCE_MISMATCH where there are more rows than the holdout has. */
export function requireAllRows({ file, predictions }: Stored, rows: number): void {
  if (predictions.keys.length === rows) return;
  throw mismatch(file, `they have ${predictions.keys.length} rows, the holdout ${rows}`);
}

function mismatch({ digest }: PredictionsFile, problem: string): MergewayError {
  return new MergewayError(
    'MW_EVIDENCE_MISMATCH',
    `the kept predictions ${digest} are not of this holdout: ${problem}`,
  );
}
