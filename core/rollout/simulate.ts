/**
 * A rollout played with simulated traffic: outcomes drawn tick by tick, judged by `decide` itself. What it tells is what the rule
 * does, so nothing of the rule is repeated here.
 */

import type { Random } from '../ports/random.ts';
import type { ArmCounts } from '../ports/traffic.ts';
import { drawBinomial } from '../statistics/binomial.ts';
import { decide } from './decide.ts';
import { guardEvidence, rejected } from './guards.ts';
import { initialState, NO_COUNTS } from './plan.ts';
import { type RolloutPlan, type RolloutState, stepId } from './state.ts';

export interface ArmPair {
  readonly champion: ArmCounts;
  readonly canary: ArmCounts;
}

/** What happens in one tick while the canary has this weight (percent). */
export type TrafficSource = (weight: number) => ArmPair;

export interface Played {
  /** `no-evidence`: it went home because a step never came to its end. */
  readonly end: 'promoted' | 'rejected' | 'no-evidence';
  /** ms from the start to the decision, as far as a reading per tick can tell. */
  readonly elapsedMs: number;
  /** Randomised units of both arms until then. */
  readonly units: number;
  /** Bad answers that users of the canary got until then. */
  readonly canaryErrors: number;
}

/** Plays a rollout to its end, with one reading every `tickMs`. */
export function playRollout(plan: RolloutPlan, tickMs: number, source: TrafficSource): Played {
  let state = initialState(plan, 0);
  let evidence = guardEvidence(plan, state);
  let [now, counts, units, canaryErrors] = [0, NO_COUNTS as ArmPair, 0, 0];
  while (state.phase === 'running') {
    const fresh = source(plan.steps[state.step]?.weight ?? 0);
    now += tickMs;
    units += fresh.champion.units + fresh.canary.units;
    canaryErrors += fresh.canary.errors;
    counts = { champion: sum(counts.champion, fresh.champion), canary: sum(counts.canary, fresh.canary) };
    const before = stepId(plan, state);
    evidence = guardEvidence(plan, { ...state, counts });
    state = afterReading(plan, state, counts, now);
    if (stepId(plan, state) !== before) counts = NO_COUNTS;
  }
  const badEnd = rejected(evidence) ? 'rejected' : 'no-evidence';
  return { end: state.phase === 'promoted' ? 'promoted' : badEnd, elapsedMs: now, units, canaryErrors };
}

export interface SimulatedTraffic {
  /** Share of bad answers, 0 to 1. */
  readonly rates: { readonly champion: number; readonly canary: number };
  readonly perSecond: number;
  readonly tickMs: number;
}

/** Traffic with constant rates, split at random. */
export function simulatedTraffic(
  { rates, perSecond, tickMs }: SimulatedTraffic,
  random: Random,
): TrafficSource {
  return (weight) => {
    const all = Math.round((perSecond * tickMs) / 1000);
    const canary = drawBinomial(all, weight / 100, random);
    return {
      champion: arm(random, all - canary, rates.champion),
      canary: arm(random, canary, rates.canary),
    };
  };
}

function afterReading(plan: RolloutPlan, state: RolloutState, counts: ArmPair, now: number): RolloutState {
  const reading = {
    champion: plan.champion.digest,
    canary: plan.canary.digest,
    step: stepId(plan, state),
    counts,
    lapsed: false,
  };
  return decide(plan, state, reading, now).state;
}

function arm(random: Random, units: number, rate: number): ArmCounts {
  return { units, errors: drawBinomial(units, rate, random), slow: 0 };
}

function sum(a: ArmCounts, b: ArmCounts): ArmCounts {
  return { units: a.units + b.units, errors: a.errors + b.errors, slow: a.slow + b.slow };
}
