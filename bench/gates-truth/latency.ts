/**
 * What the latency gate says of a model beside itself and of one that is 1.5 times as slow, at a limit of 1.2 times the
 * champion's: 2,000 resamples of recorded traces, and 200 real measurements beside a noisy neighbour. Beside it a
 * fixed threshold: the quotient of the two percentiles of the first 1,000 pairs, as a script in CI would take it.
 */

import { seededRandom } from '#core/chance.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { digestOf } from '#core/digest.ts';
import { LOOKS, MOST, type TurnSeries } from '#core/evaluation/turns.ts';
import { judgeLatency, latencySettled } from '#core/gates/latency.ts';
import { quantile } from '#core/statistics/quantile.ts';
import { overall } from '#core/verdict.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';
import { type BenchRow, benchRow } from '../benchmark.ts';
import { mostAlarms } from '../monitor-truth/binomial-limit.ts';
import { realModels } from './latency-runs.ts';
import { type Rounds, readTrace, resampleRounds, type TraceName } from './latency-traces.ts';
import { noisyNeighbour } from './neighbour.ts';

const RUNS = 2000;
const REAL_RUNS = 200;
/** How long a real run may take to its first thousand pairs, of calls of some 15 µs; ms. */
const REAL_MS = 1200;
const REAL_CALLS = 2;
const LIMIT = 1.2;
const SLOWER = 1.5;
const FALSE_FAILS = 0.02;
const POWER = 0.8;

const SIMULATED = [
  { trace: 'alone', percentile: 99, times: SLOWER },
  { trace: 'neighbour', percentile: 99, times: 1 },
  { trace: 'crowded', percentile: 90, times: SLOWER },
  { trace: 'crowded', percentile: 90, times: 1 },
] as const;

const THREE = policyOf(50, 90, 99);

interface Tally {
  runs: number;
  fail: number;
  pass: number;
  inconclusive: number;
  /** Fails of the fixed threshold. */
  threshold: number;
  /** Pairs of all runs. */
  pairs: number;
}

export async function latencyOnTraces(say: (line: string) => void): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const scenario of SIMULATED) {
    const { trace, percentile, times } = scenario;
    say(`p${percentile} against the champion's, ${times} × as slow, trace ${trace}: ${RUNS} runs`);
    const tally = simulate(scenario, await readTrace(trace));
    rows.push(rowOf(`p${percentile}, trace ${trace}`, times, tally));
  }
  return rows;
}

/** Measures: nothing else should run meanwhile but its own neighbour. */
export async function latencyBesideNeighbour(say: (line: string) => void): Promise<readonly BenchRow[]> {
  say(`p50, p90 and p99 of a model against itself beside a noisy neighbour: ${REAL_RUNS} real runs`);
  return [rowOf('p50, p90 and p99, real, beside a noisy neighbour', 1, await measureReal())];
}

interface Scenario {
  readonly trace: TraceName;
  readonly percentile: number;
  readonly times: number;
}

function policyOf(...percentiles: readonly number[]): ModelConfig {
  const gates = percentiles.map(
    (percentile) => `{percentile: ${percentile}, versus: champion, ratio: ${LIMIT}}`,
  );
  return modelConfig(`{latency: [${gates.join(', ')}]}`);
}

function simulate({ trace, percentile, times }: Scenario, rounds: Rounds): Tally {
  const tally = noRuns();
  const policy = policyOf(percentile);
  const isSettled = (measured: TurnSeries) =>
    policy.gates.latency.every((gate) => latencySettled(evaluation(), gate, measured));
  for (let run = 0; run < RUNS; run++) {
    const drawn = resampleRounds(rounds, MOST, seededRandom(`${trace} ${times} ${run}`));
    const all = { ...drawn, candidateUs: drawn.candidateUs.map((us) => us * times), perTurn: 1 };
    const stop = LOOKS.find((length) => isSettled(firstOf(all, length))) ?? MOST;
    count(tally, firstOf(all, stop), { run, policy });
  }
  return tally;
}

async function measureReal(): Promise<Tally> {
  const tally = noRuns();
  const neighbour = noisyNeighbour();
  try {
    const models = await realModels(REAL_CALLS);
    for (let run = 0; run < REAL_RUNS; run++) {
      count(tally, await models.measure({ forMs: REAL_MS, settled: () => true }), { run, policy: THREE });
    }
    await models.release();
  } finally {
    await neighbour.leave();
  }
  return tally;
}

/** The threshold's quotients are of the first 1,000 pairs; it fails when one of them is beyond the limit. */
function count(
  tally: Tally,
  measured: TurnSeries,
  { run, policy }: { readonly run: number; readonly policy: ModelConfig },
): void {
  const evidence = evaluation({ candidate: digestOf(`run ${run}`), latency: measured });
  const status = overall(judgeLatency(evidence, policy).map(({ verdict }) => verdict.status));
  tally.runs++;
  if (status !== 'skipped') tally[status]++;
  const { candidateUs, championUs } = firstOf(measured, LOOKS[0]);
  const isBeyond = policy.gates.latency.some(({ percentile }) => {
    const share = percentile / 100;
    return quantile(candidateUs, share) / quantile(championUs ?? [], share) > LIMIT;
  });
  if (isBeyond) tally.threshold++;
  tally.pairs += measured.candidateUs.length;
}

function firstOf({ candidateUs, championUs, againUs, perTurn }: TurnSeries, length: number): TurnSeries {
  return {
    candidateUs: candidateUs.slice(0, length),
    championUs: championUs?.slice(0, length) ?? null,
    againUs: againUs.slice(0, length),
    perTurn,
  };
}

function rowOf(where: string, times: number, { runs, ...tally }: Tally): BenchRow {
  const same = times === 1;
  const most = mostAlarms(runs, FALSE_FAILS);
  return benchRow({
    what: `latency ${same ? 'of a model against itself' : `${times} × the champion's`}, ${where}: ours / ratio of 1,000 pairs > ${LIMIT}`,
    ours: tally.fail / runs,
    peer: tally.threshold / runs,
    unit: 'share of runs that fail',
    aim: same ? `at most ${FALSE_FAILS}` : `at least ${POWER}`,
    met: same ? tally.fail <= most : tally.fail >= POWER * runs,
    reason: `limit ${LIMIT} ×: ${tally.fail} of ${runs} failed${same ? ` (99 % binomial limit ${most})` : ''}, ${tally.pass} passed, ${tally.inconclusive} could not tell; ${Math.round(tally.pairs / runs).toLocaleString('en-US')} pairs a run on average`,
  });
}

function noRuns(): Tally {
  return { runs: 0, fail: 0, pass: 0, inconclusive: 0, threshold: 0, pairs: 0 };
}
