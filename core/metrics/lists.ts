/** Lists of a ranking task, each in the order of its scores: what ranking metrics are computed on, list by list, and averaged over. */

import type { Measure } from './metric.ts';
import { ratio } from './metric.ts';
import type { RankingPredictions } from './predictions.ts';

/** One query's rows, highest score first. */
export interface RankedList {
  /** Relevances; 0 is irrelevant. */
  readonly labels: Float64Array;
  /** Of each tie, the place after its last row. */
  readonly tieEnds: readonly number[];
}

/**
 *     Σ over lists of w·value / Σ w,   w the weight of the list's rows
 *
 * A list without a value is left out; where all are, the mean is undefined for `reason`.
 */
export function meanOverLists(
  predictions: RankingPredictions,
  value: (list: RankedList) => number | undefined,
  reason = 'no list has a relevant row',
): Measure {
  const valued = listsOf(predictions).flatMap(({ list, firstRow }) => {
    const found = value(list);
    return found === undefined ? [] : [{ firstRow, found }];
  });
  const rows = Uint32Array.from(valued, ({ firstRow }) => firstRow);
  const values = Float64Array.from(valued, ({ found }) => found);
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let index = 0; index < rows.length; index++) {
      const weight = weights[rows[index] ?? 0] ?? 0;
      sum += weight * (values[index] ?? 0);
      total += weight;
    }
    return ratio(sum, total, reason);
  };
}

/** Rows whose relevance is above 0. */
export function relevantRows({ labels }: RankedList): number {
  return labels.reduce((count, label) => count + (label > 0 ? 1 : 0), 0);
}

/**
 * Relevant rows that are expected among the first `k`, over all orders of tied rows: of a tie that `k` cuts, its share.
 */
export function expectedHits({ labels, tieEnds }: RankedList, k: number): number {
  let hits = 0;
  let start = 0;
  for (const end of tieEnds) {
    if (start >= k) break;
    let relevant = 0;
    for (let place = start; place < end; place++) if ((labels[place] ?? 0) > 0) relevant++;
    hits += (relevant * (Math.min(end, k) - start)) / (end - start);
    start = end;
  }
  return hits;
}

function listsOf({
  labels,
  scores,
  lists,
}: RankingPredictions): readonly { readonly list: RankedList; readonly firstRow: number }[] {
  const rows: number[][] = Array.from({ length: lists.count }, () => []);
  for (const [row, code] of lists.codes.entries()) rows[code]?.push(row);
  return rows.map((own) => {
    const [firstRow = 0] = own;
    const ranked = own.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    const tieEnds: number[] = [];
    for (const [place, row] of ranked.entries()) {
      const next = ranked[place + 1];
      if (next === undefined || scores[next] !== scores[row]) tieEnds.push(place + 1);
    }
    return { list: { labels: Float64Array.from(ranked, (row) => labels[row] ?? 0), tieEnds }, firstRow };
  });
}
