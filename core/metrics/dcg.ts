/** Discounted cumulative gain of a list: relevances, worth less the further down they stand. */

import { meanOverLists, type RankedList } from './lists.ts';
import type { Metric } from './metric.ts';

/**
 *     DCG = Σ over places i = 1, 2, … of relevance_i / log₂(i + 1)
 *
 * Rows of equal score share the mean of their places' discounts, so that the order of a tie does not matter. Mean over the lists.
 */
export const dcg: Metric = {
  formula: 'mean over the lists of Σ_i relevance_i / log₂(i + 1), ties averaged',
  source: 'dcg_score',
  standard: false,
  better: 'higher',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  ranking: (predictions) => meanOverLists(predictions, (list) => gain(list), 'no rows'),
};

/** The gain of the first `k` places. */
export function gain({ labels, tieEnds }: RankedList, k = Number.POSITIVE_INFINITY): number {
  let sum = 0;
  let start = 0;
  for (const end of tieEnds) {
    let relevance = 0;
    let discounts = 0;
    for (let place = start; place < end; place++) {
      relevance += labels[place] ?? 0;
      if (place < k) discounts += discount(place);
    }
    sum += (relevance / (end - start)) * discounts;
    start = end;
  }
  return sum;
}

/** The highest gain that an order of these rows has. */
export function bestGain({ labels }: RankedList, k = Number.POSITIVE_INFINITY): number {
  const best = labels.toSorted((a, b) => b - a);
  let sum = 0;
  for (let place = 0; place < best.length && place < k; place++) sum += (best[place] ?? 0) * discount(place);
  return sum;
}

/** Of a place, the first being 0. */
function discount(place: number): number {
  return 1 / Math.log2(place + 2);
}
