/** D² of the log loss: the share of it that a model saves against always answering the classes' frequencies. */

import { binaryLosses, classLosses, surprise } from './log_loss.ts';
import { isDefined, type Measure, type Metric, weightedMean } from './metric.ts';
import { never } from './probabilities.ts';

/**
 *     D² = 1 − log loss / log loss of the frequencies,   the latter Σ_k f_k·(−ln f_k),   f_k = Σ w·[y = k] / Σ w
 *
 * Undefined where all labels are of one class (scikit-learn: a number near −10¹⁴, by the clipping of probabilities).
 */
export const d2_log_loss_score: Metric = {
  formula: '1 − log loss / Σ_k f_k·(−ln f_k), f_k the share of class k',
  source: 'd2_log_loss_score',
  differs:
    'a huge negative number where all labels are of one class; an error where a score is no probability',
  standard: false,
  better: 'higher',
  range: [Number.NEGATIVE_INFINITY, 1],
  perClass: 'two',
  binary: (predictions) => saved(binaryLosses(predictions), { labels: predictions.labels, classes: 2 }),
  multiclass: (predictions) =>
    saved(classLosses(predictions), { labels: predictions.labels, classes: predictions.classes.length }),
};

function saved(
  losses: Float64Array | string,
  { labels, classes }: { readonly labels: Uint8Array | Int32Array; readonly classes: number },
): Measure {
  if (typeof losses === 'string') return never(losses);
  const mean = weightedMean(losses);
  return (weights) => {
    const loss = mean(weights);
    if (!isDefined(loss)) return loss;
    const rows = new Float64Array(classes);
    let total = 0;
    for (let row = 0; row < labels.length; row++) {
      const weight = weights[row] ?? 0;
      const label = labels[row] ?? 0;
      rows[label] = (rows[label] ?? 0) + weight;
      total += weight;
    }
    if (rows.includes(total)) return { reason: 'all labels are of one class' };
    let unavoidable = 0;
    for (const count of rows) if (count > 0) unavoidable += (count / total) * surprise(count / total);
    return 1 - loss / unavoidable;
  };
}
