/** Log loss and Brier score speak of probabilities; margins and votes have none. */

import type { Measure } from './metric.ts';

/** A measure that is undefined everywhere, for this reason. */
export function never(reason: string): Measure {
  return () => ({ reason });
}

/** Why these scores are no probabilities, or undefined when they are. */
export function notProbabilities(scores: Float64Array | null): string | undefined {
  if (!scores) return 'only the predicted class is known, no probabilities';
  const outside = scores.find((score) => !(score >= 0 && score <= 1));
  return outside === undefined ? undefined : `scores are no probabilities: ${outside} is outside 0 to 1`;
}
