/**
 * `mergeway rollout simulate`: what a rollout's steps, guards and traffic would do, before anybody is on call for it. The same plan is
 * played many times with the given error rates, and many times with a canary exactly as good as the champion.
 */

import { seededRandom } from '#core/chance.ts';
import type { Rollout } from '#core/config/rollout.ts';
import { digestOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { planRollout } from '#core/rollout/plan.ts';
import { type Played, playRollout, simulatedTraffic } from '#core/rollout/simulate.ts';
import type { RolloutPlan } from '#core/rollout/state.ts';
import { quantile } from '#core/statistics/quantile.ts';

export interface SimulationInput {
  readonly model: string;
  readonly config: Rollout;
  /** Share of bad answers, 0 to 1. */
  readonly rates: { readonly champion: number; readonly canary: number };
  /** Requests a second, both arms together. */
  readonly perSecond: number;
  /** How often each rollout is played. */
  readonly runs: number;
  readonly seed: string;
}

interface Quantiles {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface SimulationResult {
  readonly runs: number;
  readonly perSecond: number;
  readonly rates: { readonly champion: number; readonly canary: number };
  readonly alpha: number;
  /** Readings of the counters are this far apart. */
  readonly readEverySeconds: number;
  /** Share of runs that ended so, with the given rates. */
  readonly promoted: number;
  readonly detected: number;
  /** Share of runs that went home for want of traffic. */
  readonly noEvidence: number;
  /** Of the runs that were detected; null when none was. */
  readonly detection: {
    readonly seconds: Quantiles;
    readonly requests: Quantiles;
    readonly canaryErrors: Quantiles;
  } | null;
  /** Share of rollbacks by a guard when the canary is exactly as good as the champion. */
  readonly falseAlarmRate: number;
}

/** A plan is read this often while it is played, or every second where that is coarser. */
const READINGS = 600;
const LIMITS = { runs: 20_000, perSecond: 1e6 } as const;

/** Plays the plan. `step` is called after every run, for progress. MW_USAGE when a number is out of range. */
export function simulateRollout(
  input: SimulationInput,
  step: (done: number) => void = () => {},
): SimulationResult {
  refuseNonsense(input);
  const plan = planOf(input);
  const tickMs = tickOf(plan);
  const { champion, canary } = input.rates;
  let done = 0;
  const play = (name: string, rates: SimulationInput['rates']): readonly Played[] =>
    Array.from({ length: input.runs }, (_, run) => {
      const random = seededRandom(`${input.seed}/${name}/${run}`);
      const played = playRollout(
        plan,
        tickMs,
        simulatedTraffic({ rates, perSecond: input.perSecond, tickMs }, random),
      );
      step(++done);
      return played;
    });

  const given = play('given', { champion, canary });
  const equal = play('equal', { champion, canary: champion });
  const caught = given.filter(({ end }) => end === 'rejected');
  return {
    runs: input.runs,
    perSecond: input.perSecond,
    rates: input.rates,
    alpha: plan.alpha,
    readEverySeconds: tickMs / 1000,
    promoted: share(given, 'promoted'),
    detected: share(given, 'rejected'),
    noEvidence: share(given, 'no-evidence'),
    detection: caught.length === 0 ? null : detectionOf(caught),
    falseAlarmRate: share(equal, 'rejected'),
  };
}

/** The result in sentences. */
export function describeSimulation(result: SimulationResult): string {
  const { rates, detection } = result;
  const lines = [
    `${result.runs} rollouts at ${result.perSecond} requests a second, read every ${result.readEverySeconds} s`,
    `canary ${percent(rates.canary)} bad, champion ${percent(rates.champion)}: ${percent(result.detected)} rolled back by a guard, ${percent(result.promoted)} promoted, ${percent(result.noEvidence)} without evidence`,
  ];
  if (detection) {
    lines.push(
      `detected after ${range(detection.seconds)} s, ${range(detection.requests)} requests, ${range(detection.canaryErrors)} bad answers of the canary (median, and 10 % to 90 % of runs)`,
    );
  }
  lines.push(
    `a canary exactly as good as the champion: ${percent(result.falseAlarmRate)} rolled back; alpha allows ${percent(result.alpha)}`,
  );
  return lines.join('\n');
}

function refuseNonsense({ rates, perSecond, runs }: SimulationInput): void {
  for (const [arm, rate] of Object.entries(rates)) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new MergewayError('MW_USAGE', `the ${arm}'s rate is a share from 0 to 1, got ${rate}`);
    }
  }
  if (!(perSecond > 0 && perSecond <= LIMITS.perSecond)) {
    throw new MergewayError(
      'MW_USAGE',
      `requests a second are more than 0 and at most ${LIMITS.perSecond}, got ${perSecond}`,
    );
  }
  if (!(Number.isInteger(runs) && runs >= 1 && runs <= LIMITS.runs)) {
    throw new MergewayError('MW_USAGE', `runs are a whole number from 1 to ${LIMITS.runs}, got ${runs}`);
  }
}

function planOf({ model, config }: SimulationInput): RolloutPlan {
  return planRollout({
    config,
    id: `simulation/${model}`,
    model,
    champion: { version: 'champion', digest: digestOf('champion') },
    canary: { version: 'canary', digest: digestOf('canary') },
  });
}

function tickOf({ steps }: RolloutPlan): number {
  const total = steps.reduce((ms, { forMs }) => ms + forMs, 0);
  return Math.max(1000, Math.round(total / READINGS / 1000) * 1000);
}

function detectionOf(caught: readonly Played[]) {
  return {
    seconds: quantiles(caught.map(({ elapsedMs }) => elapsedMs / 1000)),
    requests: quantiles(caught.map(({ units }) => units)),
    canaryErrors: quantiles(caught.map(({ canaryErrors }) => canaryErrors)),
  };
}

function quantiles(values: readonly number[]): Quantiles {
  return { p10: quantile(values, 0.1), p50: quantile(values, 0.5), p90: quantile(values, 0.9) };
}

function share(played: readonly Played[], end: Played['end']): number {
  return played.filter((one) => one.end === end).length / played.length;
}

function percent(value: number): string {
  return `${(100 * value).toLocaleString('en', { maximumSignificantDigits: 3 })} %`;
}

function range({ p10, p50, p90 }: Quantiles): string {
  const [low, middle, high] = [p10, p50, p90].map((value) => Math.round(value).toLocaleString('en'));
  return `${middle} (${low} to ${high})`;
}
