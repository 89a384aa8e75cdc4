/** What the benchmark gate says of candidates whose true loss is known, and a fixed threshold on the estimate of the same runs. */

import { seededRandom } from '#core/chance.ts';
import { digestOf } from '#core/digest.ts';
import { measureContest } from '#core/evaluation/measure.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import type { BenchmarkGate } from '#core/config/gates/benchmark.ts';
import { judgeBenchmark } from '#core/gates/benchmark.ts';
import type { VerdictStatus } from '#core/verdict.ts';
import type { Population } from './contests.ts';

export interface Verdicts {
  readonly runs: number;
  readonly pass: number;
  readonly fail: number;
  readonly inconclusive: number;
  /** By `decide: point`, the fixed threshold. */
  readonly pointPass: number;
  /** Rows that each run had. */
  readonly rows: readonly number[];
}

interface Trial {
  readonly population: Population;
  readonly gate: Pick<BenchmarkGate, 'metric' | 'margin'>;
  /** Of each run; a gate that was asked on these rows first says how many it needs. */
  readonly rows: number;
  readonly runs: number;
}

/** Verdicts on holdouts of so many rows. */
export function countVerdicts({ population, gate, rows, runs }: Trial): Verdicts {
  return tally(runs, (run) => ({
    rows,
    ...judgeRun(population, gate, rows, `${population.name} ${rows} ${run}`),
  }));
}

/** Verdicts on a fresh holdout of as many rows as the gate asked for on a first one of `rows`; on the first where that was enough. */
export function countAtNamedSize({ population, gate, rows, runs }: Trial): Verdicts {
  return tally(runs, (run) => {
    const first = judgeRun(population, gate, rows, `${population.name} first ${rows} ${run}`);
    const named = /about ([\d,]+) holdout rows/.exec(first.settles)?.[1]?.replaceAll(',', '');
    if (named === undefined) return { rows, ...first };
    return {
      rows: Number(named),
      ...judgeRun(population, gate, Number(named), `${population.name} ${named} ${run}`),
    };
  });
}

interface Run {
  readonly status: VerdictStatus;
  readonly pointPasses: boolean;
  readonly settles: string;
}

function judgeRun(population: Population, gate: Trial['gate'], rows: number, seed: string): Run {
  const { candidate, champion } = population.draw(rows, seededRandom(seed));
  const metrics = measureContest({
    candidate,
    champion,
    seed,
    only: [gate.metric],
    judged: new Set([gate.metric]),
  });
  const judged = (decide: BenchmarkGate['decide']) => {
    const [result] = judgeBenchmark(evidenceOf(metrics, rows), {
      gates: {
        benchmark: [{ ...gate, versus: 'champion', decide }],
        correction: 'holm',
        bias: [],
        latency: [],
      },
    });
    if (!result) throw new Error('a gate has a result');
    return result.verdict;
  };
  const verdict = judged('interval');
  return {
    status: verdict.status,
    pointPasses: judged('point').status === 'pass',
    settles: verdict.status === 'inconclusive' ? verdict.wouldSettle : '',
  };
}

function tally(
  runs: number,
  one: (run: number) => Omit<Run, 'settles'> & { readonly rows: number },
): Verdicts {
  const counts = { pass: 0, fail: 0, inconclusive: 0, skipped: 0 };
  const rows: number[] = [];
  let pointPass = 0;
  for (let run = 0; run < runs; run++) {
    const found = one(run);
    counts[found.status] += 1;
    if (found.pointPasses) pointPass += 1;
    rows.push(found.rows);
  }
  return { runs, ...counts, pointPass, rows };
}

function evidenceOf(metrics: EvaluationPredicate['metrics'], rows: number): EvaluationPredicate {
  const digest = digestOf('simulated');
  return {
    mergeway: '0.0.0',
    model: 'simulated',
    task: 'binary-classification',
    candidate: digest,
    champion: { digest, version: 'v1.0.0' },
    holdout: { digest, uri: 'simulated', rows },
    configuration: digest,
    runner: 'simulated',
    origin: 'evaluation',
    metrics,
    groups: [],
    latency: { candidateUs: [], championUs: [] },
    seconds: 0,
  };
}
