/** Recall at 10: of a list's relevant rows, the share among its first ten places. */

import { expectedHits, meanOverLists, relevantRows } from './lists.ts';
import type { Metric } from './metric.ts';

const K = 10;

/**
 *     relevant rows among the first 10 / relevant rows
 *
 * A tie that ends beyond the tenth place counts with its share. Mean over the lists with a relevant row.
 */
export const recall_at_10: Metric = {
  formula:
    'mean over the lists of (relevant rows among the first 10) / (relevant rows), expected over the orders of ties',
  source: 'trec_eval `recall_10`',
  differs:
    '0 for a list without a relevant row, which is left out here; ties in the order of document numbers',
  standard: false,
  better: 'higher',
  range: [0, 1],
  perClass: false,
  ranking: (predictions) =>
    meanOverLists(predictions, (list) => {
      const relevant = relevantRows(list);
      return relevant > 0 ? expectedHits(list, K) / relevant : undefined;
    }),
};
