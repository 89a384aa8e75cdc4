/** Normalised discounted cumulative gain: a list's gain over that of its best order. */

import { bestGain, gain } from './dcg.ts';
import { meanOverLists, type RankedList } from './lists.ts';
import type { Metric } from './metric.ts';

const K = 10;

const shared = {
  differs: '0 for a list without a relevant row; here it is left out',
  better: 'higher',
  range: [0, 1],
  perClass: false,
  standard: true,
} as const;

/**
 *     NDCG = DCG / DCG of the same rows by falling relevance
 *
 * Mean over the lists with a relevant row.
 */
export const ndcg: Metric = {
  ...shared,
  formula: 'mean over the lists of DCG / DCG of the best order',
  source: 'ndcg_score',
  ranking: (predictions) => meanOverLists(predictions, (list) => normalised(list)),
};

/**
 *     NDCG with both gains of the first 10 places
 */
export const ndcg_at_10: Metric = {
  ...shared,
  formula: 'as `ndcg`, both gains of the first 10 places',
  source: 'ndcg_score(k=10)',
  ranking: (predictions) => meanOverLists(predictions, (list) => normalised(list, K)),
};

function normalised(list: RankedList, k?: number): number | undefined {
  const best = bestGain(list, k);
  return best > 0 ? gain(list, k) / best : undefined;
}
