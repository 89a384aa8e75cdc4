/** Results by slice as evidence, and where the candidate lost most. */

import type { ModelConfig } from '../config/model.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { Holdout } from './holdout.ts';
import type { Contest } from './measure.ts';
import { regressionsOf } from './regressions.ts';
import { measureSlices } from './slices.ts';

/** `restricted`: columns whose values must not leave the data, in lower case. `onSlice` hears which slice is measured. */
export function sliceEvidence(
  { evaluate, gates }: Pick<ModelConfig, 'evaluate' | 'gates'>,
  holdout: Pick<Holdout, 'flags' | 'groups' | 'rows' | 'keys'>,
  contest: Contest,
  {
    restricted,
    onSlice,
  }: { readonly restricted: ReadonlySet<string>; readonly onSlice: (name: string) => void },
): Pick<EvaluationPredicate, 'slices' | 'regressions'> {
  const { key, label, groups, slices: named = [] } = evaluate;
  const slices = measureSlices({ slices: named, groups }, holdout, contest, onSlice);
  const judged = gates.benchmark.map(({ metric }) => metric);
  const regressions = regressionsOf({
    contest,
    slices,
    judged,
    key,
    label,
    keyOf: (row) => holdout.keys[row] ?? '',
    restricted,
  });
  return { ...(slices.length > 0 && { slices }), ...(regressions && { regressions }) };
}
