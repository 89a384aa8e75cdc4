/** An evaluation is of models or of predictions. Options of the other way are refused: someone would wait for an `--out` that nobody writes. */

import { MergewayError } from '#core/errors.ts';
import type { EvaluateOptions } from './command.ts';

/** MW_USAGE names the first option that means nothing here. */
export function requireOneWay(options: EvaluateOptions): void {
  const ofPredictions = options.predictions !== undefined;
  const strangers = ofPredictions ? modelOptions(options) : predictionOptions(options);
  const stranger = Object.entries(strangers).find(([, value]) => value !== undefined && value !== false);
  if (!stranger) return;
  throw new MergewayError(
    'MW_USAGE',
    `${stranger[0]} ${ofPredictions ? 'does not go with' : 'means nothing without'} --predictions`,
  );
}

/** Stores and the prediction log may come from the environment, and are nobody's mistake then. */
function modelOptions(options: EvaluateOptions) {
  return {
    '--model': options.model,
    '--candidate': options.candidate,
    '--seeds': options.seeds,
    '--champion': options.champion,
    '--champion-version': options.championVersion,
    '--head': options.head,
    '--policy-ref': options.policyRef,
    '--holdout-ref': options.holdoutRef,
    '--training': options.training,
    '--validation': options.validation,
    '--advisory': options.advisory,
    '--out': options.out,
    '--profile-out': options.profileOut,
  };
}

function predictionOptions(options: EvaluateOptions) {
  const { task, label, score, threshold, key, weight, query, series, scale, by } = options;
  return {
    '--task': task,
    '--label': label,
    '--score': score,
    '--threshold': threshold,
    '--key': key,
    '--weight': weight,
    '--query': query,
    '--series': series,
    '--scale': scale,
    '--by': by,
  };
}
