/**
 * What the latency gate says of a model beside itself and of one that is 1.5 times as slow, at the 99th percentile and a limit of 1.2
 * times the champion's: 2,000 resamples of recorded traces, and 200 real measurements beside a noisy neighbour. Beside it a
 * fixed threshold: the quotient of the two percentiles of the first 1,000 pairs, as a script in CI would take it.
 */

import { seededRandom } from '#core/chance.ts';
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
  ['alone', SLOWER],
  ['neighbour', 1],
  ['crowded', 1],
] as const;

const gate = (percentile: number) => `{percentile: ${percentile}, versus: champion, ratio: ${LIMIT}}`;
const CONFIG = modelConfig(`{latency: [${gate(99)}]}`);
const THREE = modelConfig(`{latency: [${gate(50)}, ${gate(90)}, ${gate(99)}]}`);

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

export async function latencyTruth(say: (line: string) => void): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [trace, times] of SIMULATED) {
    say(`p99 against the champion's, ${times} × as slow, trace ${trace}: ${RUNS} runs`);
    rows.push(rowOf(`trace ${trace}`, times, simulate(trace, await readTrace(trace), times)));
  }
  say(`p50, p90 and p99 of a model against itself beside a noisy neighbour: ${REAL_RUNS} real runs`);
  rows.push(rowOf('real, beside a noisy neighbour, p50 and p90 too', 1, await measureReal()));
  return rows;
}

function simulate(name: TraceName, trace: Rounds, times: number): Tally {
  const tally = noRuns();
  for (let run = 0; run < RUNS; run++) {
    const drawn = resampleRounds(trace, MOST, seededRandom(`${name} ${times} ${run}`));
    const all = { ...drawn, candidateUs: drawn.candidateUs.map((us) => us * times), perTurn: 1 };
    const lengths = [...LOOKS, MOST];
    const stop = lengths.find((length) => length === MOST || isSettled(firstOf(all, length))) ?? MOST;
    count(tally, firstOf(all, stop), run);
  }
  return tally;
}

async function measureReal(): Promise<Tally> {
  const tally = noRuns();
  const neighbour = noisyNeighbour();
  try {
    const models = await realModels(REAL_CALLS);
    for (let run = 0; run < REAL_RUNS; run++) {
      count(tally, await models.measure({ forMs: REAL_MS, settled: () => true }), run, THREE);
    }
    await models.release();
  } finally {
    await neighbour.leave();
  }
  return tally;
}

function isSettled(measured: TurnSeries): boolean {
  return CONFIG.gates.latency.every((gate) => latencySettled(evaluation(), gate, measured));
}

function count(tally: Tally, measured: TurnSeries, run: number, config = CONFIG): void {
  const evidence = evaluation({ candidate: digestOf(`run ${run}`), latency: measured });
  const status = overall(judgeLatency(evidence, config).map(({ verdict }) => verdict.status));
  tally.runs++;
  if (status !== 'skipped') tally[status]++;
  const first = firstOf(measured, LOOKS[0]);
  const quotient = quantile(first.candidateUs, 0.99) / quantile(first.championUs ?? [], 0.99);
  if (quotient > LIMIT) tally.threshold++;
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
    what: `p99 ${same ? 'of a model against itself' : `${times} × the champion's`}, ${where}: ours / ratio of 1,000 pairs > ${LIMIT}`,
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
