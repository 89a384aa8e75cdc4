/** Mean reciprocal rank: how soon the first relevant row comes (Voorhees 1999, TREC-8 question answering). */

import { meanOverLists, type RankedList, relevantRows } from './lists.ts';
import type { Metric } from './metric.ts';

/**
 *     1 / place of the first relevant row
 *
 * Where it is tied, the expectation over the orders of the tie. Mean over the lists with a relevant row.
 */
export const mean_reciprocal_rank: Metric = {
  formula: 'mean over the lists of 1 / place of the first relevant row, expected over the orders of ties',
  source: 'trec_eval `recip_rank` (Voorhees 1999)',
  differs:
    '0 for a list without a relevant row, which is left out here; ties in the order of document numbers',
  standard: false,
  better: 'higher',
  range: [0, 1],
  perClass: false,
  ranking: (predictions) => meanOverLists(predictions, reciprocalRank),
};

function reciprocalRank(list: RankedList): number | undefined {
  if (relevantRows(list) === 0) return undefined;
  let start = 0;
  for (const end of list.tieEnds) {
    let relevant = 0;
    for (let place = start; place < end; place++) if ((list.labels[place] ?? 0) > 0) relevant++;
    if (relevant > 0) return ofTie({ start, rows: end - start, relevant });
    start = end;
  }
  return undefined;
}

/** Σ_j P(the first relevant of the tie is its j-th) / (start + j). */
function ofTie({ start, rows, relevant }: { start: number; rows: number; relevant: number }): number {
  let sum = 0;
  let none = 1;
  for (let before = 0; before <= rows - relevant; before++) {
    const here = relevant / (rows - before);
    sum += (none * here) / (start + before + 1);
    none *= 1 - here;
  }
  return sum;
}
