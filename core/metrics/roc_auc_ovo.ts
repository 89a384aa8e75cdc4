/**
 * ROC AUC of several classes, each pair of them alone (Hand and Till 2001). For every class the rows are sorted once by its scores; one
 * walk along them gives its area against each other class.
 */

import type { Measure, Metric, MetricValue } from './metric.ts';
import { weightOfClasses } from './one-versus-rest.ts';
import type { MulticlassPredictions } from './predictions.ts';
import { never } from './probabilities.ts';
import { order } from './ranking.ts';

const shared = {
  differs:
    'NaN or an error where all rows are of one class; an error where scores do not sum to 1, or rows have weights',
  standard: false,
  better: 'higher',
  range: [0, 1],
  perClass: true,
} as const;

/**
 *     mean over the pairs of classes (a, b) that have rows of ½·(AUC of a against b by the scores of a + AUC of b against a by those of b)
 */
export const roc_auc_ovo: Metric = {
  ...shared,
  formula:
    'mean over the pairs of classes with rows of ½·(AUC(a | b) + AUC(b | a)), on the rows of the pair alone',
  source: "roc_auc_score(multi_class='ovo')",
  multiclass: (predictions) => pairs(predictions, () => 1),
};

/**
 *     as `roc_auc_ovo`, the mean weighted by W_a + W_b
 */
export const roc_auc_ovo_weighted: Metric = {
  ...shared,
  formula: 'as `roc_auc_ovo`, the mean weighted by the rows of each pair',
  source: "roc_auc_score(multi_class='ovo', average='weighted')",
  multiclass: (predictions) => pairs(predictions, (a, b) => a + b),
};

function pairs(
  { labels, scores, classes }: MulticlassPredictions,
  weigh: (a: number, b: number) => number,
): Measure {
  if (!scores) return never('only the predicted class is known, no scores');
  const width = classes.length;
  const walks = classes.map((_, index) => {
    return descent(Float64Array.from(labels, (_label, row) => scores[row * width + index] ?? 0));
  });
  return (weights): MetricValue => {
    const rows = weightOfClasses(labels, weights, width);
    let sum = 0;
    let total = 0;
    for (const [index, walk] of walks.entries()) {
      const won = wonAgainst(index, { ...walk, labels, weights, width });
      for (const [other, wins] of won.entries()) {
        const [a, b] = [rows[index] ?? 0, rows[other] ?? 0];
        if (other === index || a * b === 0) continue;
        sum += (weigh(a, b) * wins) / (a * b);
        total += weigh(a, b);
      }
    }
    return total > 0 ? sum / total : { reason: 'fewer than two classes have rows' };
  };
}

interface Descent {
  /** Highest score first. */
  readonly rows: Uint32Array;
  /** Number of the tie at each place. */
  readonly ties: Uint32Array;
}

function descent(scores: Float64Array): Descent {
  const rows = order(scores);
  const ties = new Uint32Array(rows.length);
  for (let place = 1; place < rows.length; place++) {
    const isTied = scores[rows[place] ?? 0] === scores[rows[place - 1] ?? 0];
    ties[place] = (ties[place - 1] ?? 0) + (isTied ? 0 : 1);
  }
  return { rows, ties };
}

interface Walk extends Descent {
  readonly labels: Int32Array;
  readonly weights: Float64Array;
  readonly width: number;
}

/** Per class, the weight of the pairs in which a row of `index` scores above one of that class, ties counting half. */
function wonAgainst(index: number, { rows, ties, labels, weights, width }: Walk): Float64Array {
  const weightOf = (row: number) => weights[row] ?? 0;
  const own = new Float64Array((ties.at(-1) ?? 0) + 1);
  for (const [place, row] of rows.entries()) {
    if (labels[row] === index) add(own, ties[place] ?? 0, weightOf(row));
  }
  const won = new Float64Array(width);
  let above = 0;
  for (const [place, row] of rows.entries()) {
    const tied = own[ties[place] ?? 0] ?? 0;
    if (labels[row] !== index) add(won, labels[row] ?? 0, weightOf(row) * (above + tied / 2));
    if (ties[place + 1] !== ties[place]) above += tied;
  }
  return won;
}

function add(sums: Float64Array, place: number, value: number): void {
  sums[place] = (sums[place] ?? 0) + value;
}
