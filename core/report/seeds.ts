/** The line under the metrics that says how the training's models differ by seed. */

import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import { number } from '../gates/number.ts';
import type { GateResult } from '../gates/result.ts';
import { spreadOf } from '../gates/seeds.ts';
import { escapeMarkdown } from './escape.ts';

/** Of the judged metrics. Empty where nothing was trained more than once. */
export function seedsLine(
  { candidate, metrics, seeds = [] }: EvaluationPredicate,
  results: readonly GateResult[],
): string {
  if (seeds.length === 0) return '';
  const runs = seeds.length + 1;
  if (seeds.every((digest) => digest === candidate)) {
    return `**Seeds**: all ${runs} runs gave the same bytes: either training leaves nothing to chance, or it ignores \`MERGEWAY_SEED\`. The intervals are those of the rows alone.`;
  }
  const judged = new Set(results.filter(({ gate }) => gate === 'benchmark').map(({ subject }) => subject));
  const spreads = metrics.flatMap((measured) => {
    const spread = judged.has(measured.metric) ? spreadOf(measured) : undefined;
    return spread ? [`${escapeMarkdown(measured.metric)} ${number(spread.deviation)}`] : [];
  });
  const how = spreads.length === 0 ? '' : ` Standard deviation by seed: ${spreads.join(', ')}.`;
  return `**Seeds**: trained ${runs} times; the intervals speak of what this training gives on average, not of these bytes alone.${how}`;
}
