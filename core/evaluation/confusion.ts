/** Confusion counts of every group at the threshold. */

import type { Confusion, Weighing } from '../evidence/groups.ts';
import type { BinaryPredictions } from '../metrics/predictions.ts';
import type { Grouping } from './groups.ts';

/** Weighted counts (rows, where there are no weights) of each group, in the grouping's order. */
export function confusionByGroup(predictions: BinaryPredictions, grouping: Grouping): readonly Confusion[] {
  return sumByCell(predictions, grouping, predictions.weights);
}

/** Rows and squared weights behind weighted counts; undefined where rows have no weights. Rows without weight count for nothing. */
export function weighingByGroup(
  predictions: BinaryPredictions,
  grouping: Grouping,
): readonly Weighing[] | undefined {
  const { weights } = predictions;
  if (!weights) return undefined;
  const rows = sumByCell(
    predictions,
    grouping,
    weights.map((weight) => (weight > 0 ? 1 : 0)),
  );
  const squares = sumByCell(
    predictions,
    grouping,
    weights.map((weight) => weight ** 2),
  );
  return rows.map((counts, group) => ({ rows: counts, squares: squares[group] ?? counts }));
}

function sumByCell(
  { labels, scores, threshold }: BinaryPredictions,
  { groups, codes }: Grouping,
  amounts: Float64Array | undefined,
): readonly Confusion[] {
  const sums = new Float64Array(groups.length * 4);
  for (let row = 0; row < codes.length; row++) {
    const cell = (codes[row] ?? 0) * 4 + (labels[row] ?? 0) * 2 + ((scores[row] ?? 0) >= threshold ? 1 : 0);
    sums[cell] = (sums[cell] ?? 0) + (amounts ? (amounts[row] ?? 0) : 1);
  }
  return groups.map((_, group) => {
    const [tn = 0, fp = 0, fn = 0, tp = 0] = sums.subarray(group * 4, group * 4 + 4);
    return { tp, fp, fn, tn };
  });
}
