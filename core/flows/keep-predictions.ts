/** Predictions on a holdout are kept by what made them, so that the same champion is not run on the same rows again. */

import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { Holdout } from '../evaluation/holdout.ts';
import { identityOf, type Stored } from '../evaluation/kept-predictions.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { KeptPredictions, PredictionsFile } from '../ports/predictions-archive.ts';
import type { EvaluatePorts, EvaluateRequest } from './evaluate-request.ts';

/** The champion's predictions, where an earlier evaluation kept them. */
export async function storedOf({ predictions, progress }: EvaluatePorts, request: EvaluateRequest) {
  if (!predictions || !request.champion) return undefined;
  const stored = await predictions.find(predictionsId(request, request.champion));
  if (stored)
    progress.say(`champion ${request.champion.version} is not run again: its predictions were kept`);
  return stored;
}

/** Keeps what was predicted; what was kept before is named again. A store that can't be written is said, and costs no evaluation. */
export async function keepPredictions(
  { predictions: archive, progress }: EvaluatePorts,
  request: EvaluateRequest,
  { holdout, stored }: { readonly holdout: Holdout; readonly stored: Stored | undefined },
): Promise<EvaluationPredicate['predictions']> {
  if (!archive) return undefined;
  const { keys, labels, scores } = holdout;
  const [ours, theirs] = scores.map((block): KeptPredictions => ({ keys, labels, ...block }));
  const { candidate, champion } = request;
  const isNew = champion !== undefined && theirs !== undefined && !stored;
  const kept = isNew ? await keepOne(predictionsId(request, champion), theirs) : null;
  return {
    candidate: ours ? await keepOne(predictionsId(request, candidate), ours) : null,
    champion: stored ? { ...stored.file, reused: true } : kept,
  };

  async function keepOne(of: Digest, scored: KeptPredictions): Promise<PredictionsFile | null> {
    try {
      return (await archive?.keep(of, scored)) ?? null;
    } catch (error) {
      if (!(error instanceof MergewayError)) throw error;
      progress.say(`predictions were not kept: ${error.message} (${error.code})`);
      return null;
    }
  }
}

function predictionsId(
  { model: { evaluate }, holdout, mergewayVersion }: EvaluateRequest,
  model: EvaluateRequest['candidate'] & Pick<NonNullable<EvaluateRequest['champion']>, 'predict'>,
): Digest {
  const { key, label, predict } = evaluate;
  return identityOf({
    model: model.digest,
    holdout: holdout.digest,
    key,
    label,
    features: model.joined?.features,
    predict: model.predict ?? predict,
    mergeway: mergewayVersion,
  });
}
