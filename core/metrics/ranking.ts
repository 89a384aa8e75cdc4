/** Rows sorted once by score, highest first, with the ends of ties marked: what ROC AUC and average precision walk along. */

export interface Ranking {
  /** Row indices, highest score first. */
  readonly order: Uint32Array;
  /** Label (0 or 1) at each place of `order`. */
  readonly labels: Uint8Array;
  /** 1 where the next place has a lower score, so that tied rows are taken together. */
  readonly tieEnds: Uint8Array;
}

/** Row indices, highest score first. */
export function order(scores: Float64Array): Uint32Array {
  const rows = Uint32Array.from(scores.keys());
  return rows.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
}

export function rank(labels: Uint8Array, scores: Float64Array): Ranking {
  const rows = order(scores);
  return {
    order: rows,
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
    tieEnds: Uint8Array.from(rows, (row, place) => {
      const next = rows[place + 1];
      return next === undefined || scores[next] !== scores[row] ? 1 : 0;
    }),
  };
}

/** Walks the ties from the highest score down; `visit` gets the weight of positives and negatives in each. */
export function walkTies(
  { order, labels, tieEnds }: Ranking,
  weights: Float64Array,
  visit: (positives: number, negatives: number) => void,
): void {
  let positives = 0;
  let negatives = 0;
  for (let place = 0; place < order.length; place++) {
    const weight = weights[order[place] ?? 0] ?? 0;
    if (labels[place] === 1) positives += weight;
    else negatives += weight;
    if (tieEnds[place] === 0) continue;
    visit(positives, negatives);
    positives = 0;
    negatives = 0;
  }
}
