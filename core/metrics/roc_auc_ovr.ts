/** ROC AUC of several classes, each against the rest. */

import type { Metric } from './metric.ts';
import { oneVersusRest } from './one-versus-rest.ts';
import { rocArea } from './roc_auc.ts';

const shared = {
  differs: 'NaN and a warning where a class has no rows; an error where scores do not sum to 1',
  standard: false,
  better: 'higher',
  range: [0, 1],
  perClass: true,
} as const;

/**
 *     mean over the classes c of the ROC AUC of c against the rest, by the scores of c
 */
export const roc_auc_ovr: Metric = {
  ...shared,
  formula: 'mean over the classes c of the ROC AUC of c against the rest, by the scores of c',
  source: "roc_auc_score(multi_class='ovr')",
  multiclass: (predictions) => oneVersusRest(predictions, rocArea),
};

/**
 *     Σ_c W_c·AUC_c / Σ_c W_c,   W_c the weight of the rows of c
 */
export const roc_auc_ovr_weighted: Metric = {
  ...shared,
  perClass: false,
  formula: 'as `roc_auc_ovr`, the mean weighted by the rows of c',
  source: "roc_auc_score(multi_class='ovr', average='weighted')",
  multiclass: (predictions) => oneVersusRest(predictions, rocArea, 'prevalence'),
};
