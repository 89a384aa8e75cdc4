/** Precision at 10: of a list's first ten places, the share that a relevant row holds. */

import { expectedHits, meanOverLists } from './lists.ts';
import type { Metric } from './metric.ts';

const K = 10;

/**
 *     relevant rows among the first 10 / 10
 *
 * A tie that ends beyond the tenth place counts with its share. Mean over the lists, shorter ones too.
 */
export const precision_at_10: Metric = {
  formula: 'mean over the lists of (relevant rows among the first 10) / 10, expected over the orders of ties',
  source: 'trec_eval `P_10`',
  differs: 'ties in the order of document numbers',
  standard: false,
  better: 'higher',
  range: [0, 1],
  perClass: false,
  ranking: (predictions) => meanOverLists(predictions, (list) => expectedHits(list, K) / K, 'no rows'),
};
