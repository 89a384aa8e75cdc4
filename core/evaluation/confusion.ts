/** Confusion counts of every group at the threshold. */

import type { Confusion } from '../evidence/groups.ts';
import { type BinaryPredictions, weightsOf } from '../metrics/predictions.ts';
import type { Grouping } from './groups.ts';

/** Weighted counts (rows, where there are no weights) of each group, in the grouping's order. */
export function confusionByGroup(
  predictions: BinaryPredictions,
  { groups, codes }: Grouping,
): readonly Confusion[] {
  const { labels, scores, threshold } = predictions;
  const weights = weightsOf(predictions);
  const counts = groups.map(() => ({ tp: 0, fp: 0, fn: 0, tn: 0 }));
  for (const [row, code] of codes.entries()) {
    const group = counts[code];
    if (group) group[cellOf(labels[row] === 1, (scores[row] ?? 0) >= threshold)] += weights[row] ?? 0;
  }
  return counts;
}

function cellOf(positive: boolean, predicted: boolean): keyof Confusion {
  if (positive) return predicted ? 'tp' : 'fn';
  return predicted ? 'fp' : 'tn';
}
