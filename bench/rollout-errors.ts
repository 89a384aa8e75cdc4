/**
 * Who is rolled back, and when: our sequential test beside the rules that rollout controllers ship, on the same simulated requests.
 *
 * Argo Rollouts: success rate ≥ 99 % per interval, failureLimit 0 (its default): the first bad interval aborts.
 * Flagger: success rate ≥ 99 % per interval, threshold 5: the fifth bad interval aborts; the count is never reset.
 * Both look once per 60 s and only at the canary; Flagger's delay until its next tick is left out, in its favour. We read every
 * second and compare with the champion. The rules are restated here, the controllers themselves don't run. Seeded: the same
 * numbers on every machine.
 */

import { seededRandom } from '#core/chance.ts';
import { Rollout } from '#core/config/rollout.ts';
import { digestOf } from '#core/digest.ts';
import { planRollout } from '#core/rollout/plan.ts';
import { type ArmPair, type Played, playRollout, simulatedTraffic } from '#core/rollout/simulate.ts';
import type { RolloutPlan } from '#core/rollout/state.ts';
import { quantile } from '#core/statistics/quantile.ts';
import { type Benchmark, type BenchRow, benchRow } from './benchmark.ts';

const RUNS = 400;
const PER_SECOND = 100;
const TICK_MS = 1000;
const INTERVAL_TICKS = 60;
const SUCCESS_GATE = 0.99;

const PLAN = planRollout({
  config: Rollout.parse({
    target: 'simulated',
    steps: [
      { weight: 5, for: '10m' },
      { weight: 25, for: '20m' },
      { weight: 50, for: '30m' },
    ],
  }),
  id: 'bench',
  model: 'bench',
  champion: { version: 'v0.0.1', digest: digestOf('champion') },
  canary: { version: 'v0.0.2', digest: digestOf('canary') },
});

interface Rates {
  readonly champion: number;
  readonly canary: number;
}

/** When each rule sent the canary home, in seconds; undefined when it was promoted. */
interface Caught {
  readonly ours: number | undefined;
  readonly argo: number | undefined;
  readonly flagger: number | undefined;
}

const PEERS = { argo: 'Argo Rollouts, 99 %, failureLimit 0', flagger: 'Flagger, 99 %, threshold 5' } as const;
type Peer = keyof typeof PEERS;

export const rolloutErrors: Benchmark = {
  name: 'rollout-errors',
  about: 'false and missed rollbacks of our canary test beside the thresholds of Argo Rollouts and Flagger',
  async run(say) {
    const scenario = (name: string, rates: Rates): readonly Caught[] => {
      say(`${name}: ${RUNS} rollouts`);
      return Array.from({ length: RUNS }, (_, run) => compare(rates, `${name}/${run}`));
    };
    const honest = scenario('A/A, 0.9 % errors', { champion: 0.009, canary: 0.009 });
    const calm = scenario('A/A, 0.1 % errors', { champion: 0.001, canary: 0.001 });
    const subtle = scenario('0.1 % → 0.38 % errors', { champion: 0.001, canary: 0.0038 });
    const double = scenario('0.9 % → 1.8 % errors', { champion: 0.009, canary: 0.018 });
    const broken = scenario('0.1 % → 50 % errors', { champion: 0.001, canary: 0.5 });
    return [
      ...falseRollbacks('a service with 0.9 % errors', honest),
      ...falseRollbacks('a service with 0.1 % errors', calm),
      ...detections('errors 0.1 % → 0.38 %', subtle),
      ...detections('errors 0.9 % → 1.8 %', double),
      ...delays('errors 0.9 % → 1.8 %', double),
      ...delays('errors 0.1 % → 50 %', broken),
    ];
  },
};

function compare(rates: Rates, seed: string): Caught {
  const ticks = trafficOf(PLAN, rates, seed);
  let at = 0;
  const played = playRollout(PLAN, TICK_MS, () => ticks[at++] ?? NOTHING);
  const bad = badIntervals(ticks);
  return { ours: secondsOf(played), argo: bad[0], flagger: bad[4] };
}

const NOTHING: ArmPair = {
  champion: { units: 0, errors: 0, slow: 0 },
  canary: { units: 0, errors: 0, slow: 0 },
};

/** Every tick of the whole rollout, as if nobody rolled back. */
function trafficOf(plan: RolloutPlan, rates: Rates, seed: string): readonly ArmPair[] {
  const source = simulatedTraffic({ rates, perSecond: PER_SECOND, tickMs: TICK_MS }, seededRandom(seed));
  return plan.steps.flatMap(({ weight, forMs }) =>
    Array.from({ length: forMs / TICK_MS }, () => source(weight)),
  );
}

/** Ends, in seconds, of the intervals in which the canary's success rate was under the gate. */
function badIntervals(ticks: readonly ArmPair[]): readonly number[] {
  const ends: number[] = [];
  for (let from = 0; from < ticks.length; from += INTERVAL_TICKS) {
    const interval = ticks.slice(from, from + INTERVAL_TICKS);
    const units = total(interval, ({ canary }) => canary.units);
    const errors = total(interval, ({ canary }) => canary.errors);
    if (units > 0 && 1 - errors / units < SUCCESS_GATE) ends.push(((from + INTERVAL_TICKS) * TICK_MS) / 1000);
  }
  return ends;
}

function falseRollbacks(service: string, runs: readonly Caught[]): readonly BenchRow[] {
  return eachPeer((peer) => {
    const [ours, theirs] = [caughtShare(runs, 'ours'), caughtShare(runs, peer)];
    return benchRow({
      what: `false rollbacks, ${service}: ours / ${PEERS[peer]}`,
      ours,
      peer: theirs,
      unit: 'share of rollouts',
      aim: 'at most alpha = 0.01, up to three standard errors of the simulation',
      met: ours <= PLAN.alpha + 3 * Math.sqrt((PLAN.alpha * (1 - PLAN.alpha)) / runs.length),
      reason: `${RUNS} rollouts with a canary exactly as good as the champion, ${PER_SECOND} requests a second for an hour; peer's rule restated, on the same requests`,
    });
  });
}

function detections(change: string, runs: readonly Caught[]): readonly BenchRow[] {
  return eachPeer((peer) => {
    const [ours, theirs] = [caughtShare(runs, 'ours'), caughtShare(runs, peer)];
    return benchRow({
      what: `bad canaries rolled back, ${change}: ours / ${PEERS[peer]}`,
      ours,
      peer: theirs,
      unit: 'share of rollouts',
      aim: 'at least 0.99',
      met: ours >= 0.99,
      reason: `${RUNS} rollouts; a gate at 99 % sees no canary that stays above it, whatever the champion does; the peer's false rollbacks on a healthy service stand in the rows above`,
    });
  });
}

const FASTER = {
  argo: 'we read every second, the peer once per 60 s',
  flagger: 'we read every second, the peer once per 60 s, and it waits for the fifth bad interval',
} as const;
const SLOWER =
  'a gate fixed just above the healthy rate fires in its first interval, on good canaries too (false rollbacks above)';

function delays(change: string, runs: readonly Caught[]): readonly BenchRow[] {
  return eachPeer((peer) => {
    const [ours, theirs] = [medianSeconds(runs, 'ours'), medianSeconds(runs, peer)];
    return benchRow({
      what: `time to rollback, ${change}: ours / ${PEERS[peer]}`,
      ours,
      peer: theirs,
      unit: 's, median',
      aim: 'no later than the peer',
      met: ours <= theirs,
      reason: ours <= theirs ? FASTER[peer] : SLOWER,
    });
  });
}

function eachPeer(row: (peer: Peer) => BenchRow): readonly BenchRow[] {
  return (['argo', 'flagger'] as const).map(row);
}

function caughtShare(runs: readonly Caught[], rule: keyof Caught): number {
  return runs.filter((run) => run[rule] !== undefined).length / runs.length;
}

/** Median over the rollouts that the rule ended. */
function medianSeconds(runs: readonly Caught[], rule: keyof Caught): number {
  return quantile(
    runs.flatMap((run) => run[rule] ?? []),
    0.5,
  );
}

function secondsOf({ end, elapsedMs }: Played): number | undefined {
  return end === 'rejected' ? elapsedMs / 1000 : undefined;
}

function total(ticks: readonly ArmPair[], count: (tick: ArmPair) => number): number {
  return ticks.reduce((sum, tick) => sum + count(tick), 0);
}
