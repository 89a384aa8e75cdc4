/** Confusion counts of every group at the threshold. */

import type { Clustering, Confusion, Weighing } from '../evidence/groups.ts';
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

/** How counts vary from cluster to cluster: sums of products of each cluster's (weighted) counts, of each group. */
export function clusteringByGroup(
  predictions: BinaryPredictions,
  { by, groups, codes }: Grouping,
  clusters: Int32Array,
): readonly Clustering[] {
  const slots = new Map<number, number>();
  const slotOf = Int32Array.from(codes, (code, row) => {
    const name = (clusters[row] ?? 0) * groups.length + code;
    const slot = slots.get(name) ?? slots.size;
    slots.set(name, slot);
    return slot;
  });
  const parts = { by, groups: Array.from(slots.keys(), () => []), codes: slotOf };
  const counts = sumByCell(predictions, parts, predictions.weights);

  const found = groups.map(() => ({ clusters: 0, products: Array<number>(10).fill(0) }));
  for (const [name, slot] of slots) {
    const group = found[name % groups.length];
    const { tp = 0, fp = 0, fn = 0, tn = 0 } = counts[slot] ?? {};
    if (!group || tp + fp + fn + tn === 0) continue;
    group.clusters += 1;
    const products = [tp, fp, fn, tn].flatMap((a, i, cells) => cells.slice(i).map((b) => a * b));
    for (const [place, product] of products.entries())
      group.products[place] = (group.products[place] ?? 0) + product;
  }
  return found.map((group) => ({ ...group, clusters: Math.max(1, group.clusters) }));
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
