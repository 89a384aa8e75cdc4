/** Label ranking average precision: of what stands at or above a relevant row, the share that is relevant; the mean average precision of lists. */

import { meanOverLists, type RankedList, relevantRows } from './lists.ts';
import type { Metric } from './metric.ts';

/**
 *     mean over the relevant rows i of  relevant rows scored ≥ sᵢ / rows scored ≥ sᵢ
 *
 * Mean over the lists with a relevant row.
 */
export const label_ranking_average_precision: Metric = {
  formula:
    'mean over the lists of the mean over relevant rows i of (relevant rows with s ≥ sᵢ) / (rows with s ≥ sᵢ)',
  source: 'label_ranking_average_precision_score',
  differs: '1 for a list without a relevant row; here it is left out. Relevances above 0 count as relevant',
  standard: true,
  better: 'higher',
  range: [0, 1],
  perClass: false,
  ranking: (predictions) => meanOverLists(predictions, averagePrecision),
};

function averagePrecision(list: RankedList): number | undefined {
  const relevant = relevantRows(list);
  if (relevant === 0) return undefined;
  let sum = 0;
  let seen = 0;
  let start = 0;
  for (const end of list.tieEnds) {
    let tied = 0;
    for (let place = start; place < end; place++) if ((list.labels[place] ?? 0) > 0) tied++;
    seen += tied;
    sum += (tied * seen) / end;
    start = end;
  }
  return sum / relevant;
}
