/**
 * What an evaluation judges where thresholds are chosen on data: one half of the holdout, each model at the threshold that is best for it on
 * the other half. Both models have the same halves, and rows of one key stay in one of them.
 */

import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import { type BinaryPredictions, type Clusters, select, selectClusters } from '../metrics/predictions.ts';
import type { Holdout } from './holdout.ts';
import { chooseThreshold, type ThresholdChoice } from './threshold.ts';

/** Rows with what two models say of them. */
interface Contested {
  readonly holdout: Pick<Holdout, 'rows' | 'groups' | 'flags' | 'keys'>;
  readonly candidate: BinaryPredictions;
  readonly champion: BinaryPredictions | null;
  /** Runs of the candidate's training with other seeds. */
  readonly seeds: readonly BinaryPredictions[];
  readonly clusters: Clusters | undefined;
}

/** `keys`: of each row. MW_THRESHOLD_UNDEFINED. */
export function judgedHalf(
  { holdout, candidate, champion, seeds, clusters }: Contested,
  choice: ThresholdChoice,
  keys: readonly string[],
): Contested & Required<Pick<EvaluationPredicate, 'chosenThreshold'>> {
  const { chosen, rows } = chooseThreshold(candidate, choice, keys);
  const theirs = champion && chooseThreshold(champion, choice, keys).chosen;
  const at = (predictions: BinaryPredictions, threshold: number) =>
    select({ ...predictions, threshold }, rows);
  return {
    holdout: rowsOf(holdout, rows),
    candidate: at(candidate, chosen.value),
    champion: champion && theirs && at(champion, theirs.value),
    seeds: seeds.map((one) => at(one, chooseThreshold(one, choice, keys).chosen.value)),
    clusters: clusters && selectClusters(clusters, rows),
    chosenThreshold: {
      maximize: choice.maximize,
      champion: theirs?.value ?? null,
      choosing: chosen.rows,
      judged: rows.length,
    },
  };
}

function rowsOf(
  { groups, flags, keys }: Contested['holdout'],
  rows: readonly number[],
): Contested['holdout'] {
  const columns = Object.entries(groups).map(([name, cells]) => [
    name,
    rows.map((row) => cells[row] ?? null),
  ]);
  const kept = Object.entries(flags).map(([name, flag]) => [
    name,
    Uint8Array.from(rows, (row) => flag[row] ?? 0),
  ]);
  return {
    rows: rows.length,
    groups: Object.fromEntries(columns),
    flags: Object.fromEntries(kept),
    keys: rows.map((row) => keys[row] ?? ''),
  };
}
