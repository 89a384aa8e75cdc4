/**
 * Limits that the rows of the holdout cannot resolve, whatever the candidate: a margin below what two models that agree on every row would
 * need (rule of three: what never happened in n rows may still happen to 3 of n), or a bound that not even a perfect model is certain
 * to reach. Such a gate answers `inconclusive` for ever, so it is refused before anything is measured. Of metrics without a narrow range,
 * such as log loss, the rows alone say nothing.
 */

import type { BenchmarkGate } from '../config/gates/benchmark.ts';
import type { ModelConfig } from '../config/model.ts';
import { MergewayError } from '../errors.ts';
import { metrics } from '../metrics/index.ts';
import { number } from './number.ts';

/** Shares span 1, correlations 2. */
const WIDEST_RANGE = 2;

/**
 * MW_GATE_BELOW_NOISE names every such limit with the floor. `rows`: of the holdout; half of them where a threshold is chosen on the others.
 * Slices have fewer, and are judged as they come.
 */
export function requireAboveNoise(
  { name, evaluate, gates }: Pick<ModelConfig, 'name' | 'evaluate' | 'gates'>,
  rows: number,
): void {
  const judged = typeof evaluate.predict.threshold === 'object' ? Math.floor(rows / 2) : rows;
  const problems = gates.benchmark.flatMap((gate, index) => {
    const problem =
      gate.decide === 'interval' && gate.slice === undefined ? problemOf(gate, judged) : undefined;
    return problem === undefined ? [] : [`models/${name}/model.yaml gates.benchmark.${index}: ${problem}`];
  });
  if (problems.length === 0) return;
  throw new MergewayError('MW_GATE_BELOW_NOISE', problems.join('\n'));
}

function problemOf({ metric, min, max, margin }: BenchmarkGate, rows: number): string | undefined {
  const [least, most] = metrics[metric].range;
  const floor = (3 / rows) * (most - least);
  if (most - least > WIDEST_RANGE) return undefined;
  const of = `${rows.toLocaleString('en-US')} holdout rows`;
  if (margin !== undefined && margin > 0 && margin < floor) {
    return `${metric} margin ${margin} is below ${number(floor)}, the smallest that ${of} resolve, even between two models that agree on every row`;
  }
  if (min !== undefined && min > most - floor && min <= most) {
    return `${metric} min ${min} is above ${number(most - floor)}, which is all that ${of} prove of a perfect model`;
  }
  if (max !== undefined && max < least + floor && max >= least) {
    return `${metric} max ${max} is below ${number(least + floor)}, which is all that ${of} prove of a perfect model`;
  }
  return undefined;
}
