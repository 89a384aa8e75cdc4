/**
 * What a rollout does next: a pure function of its plan, its state, one reading of the serving target and the time.
 *
 * A guard that rejects "the canary is no worse" sends the canary home at once. A step ends when its time is over, the canary had
 * its minimum of randomised units and nothing was rejected; what can't end holds, at most four times the step's time, and goes
 * home for want of evidence. No reading, a reading of another step and a lapsed lease are no evidence: they never promote.
 * Counters that fell are a server that began anew: what was seen before still counts, or a canary that takes its server down
 * would wipe its own errors away.
 * A finished rollout stays as it ended.
 */

import type { ArmCounts, TrafficReading } from '../ports/traffic.ts';
import { rejectionReason } from './describe.ts';
import { carry, guardEvidence, rejected } from './guards.ts';
import { NO_COUNTS } from './plan.ts';
import { type Decision, type RolloutPlan, type RolloutState, stepId } from './state.ts';

/** A step may hold for this many times its own time (design §10). */
const HOLD_FACTOR = 4;

/** A step that was started this often goes home: a canary that takes its server down lapses every time. */
const MAX_ATTEMPTS = 5;

export interface Decided {
  readonly decision: Decision;
  readonly state: RolloutState;
}

/** `reading` is undefined when the target did not answer. `now` is ms since 1970. */
export function decide(
  plan: RolloutPlan,
  state: RolloutState,
  reading: TrafficReading | undefined,
  now: number,
): Decided {
  if (state.phase !== 'running') return hold(state, state.reason);
  if (!reading) return holdOrHome(plan, state, now, 'the serving target does not answer');
  if (reading.champion !== undefined && reading.champion !== plan.champion.digest) {
    return home(state, `the champion changed under the rollout: ${reading.champion} serves now`);
  }
  if (reading.step === stepId(plan, state)) return onOwnStep(plan, state, reading, now);
  if (reading.step === undefined || reading.lapsed)
    return restart(plan, state, now, 'the server lost the step');
  return holdOrHome(plan, state, now, `the target counts for another step, ${reading.step}`);
}

function onOwnStep(plan: RolloutPlan, before: RolloutState, reading: TrafficReading, now: number): Decided {
  if (fell(before.counts, reading.counts)) return restart(plan, before, now, 'the server lost its counters');
  const state = { ...before, counts: reading.counts };
  const worst = rejected(guardEvidence(plan, state));
  if (worst) return home(state, rejectionReason(worst));
  if (reading.lapsed) return restart(plan, state, now, 'the lease lapsed');

  const forMs = plan.steps[state.step]?.forMs ?? 0;
  const units = state.counts.canary.units;
  if (now - state.stepStartedAt < forMs) return hold(state, `${stepName(plan, state)} is being watched`);
  if (units < plan.minimumUnits) {
    return holdOrHome(plan, state, now, `the canary had ${units} of at least ${plan.minimumUnits} units`);
  }
  return onward(plan, state, now);
}

function fell(before: RolloutState['counts'], now: RolloutState['counts']): boolean {
  const less = (was: ArmCounts, is: ArmCounts) =>
    is.units < was.units || is.errors < was.errors || is.slow < was.slow;
  return less(before.champion, now.champion) || less(before.canary, now.canary);
}

function onward(plan: RolloutPlan, state: RolloutState, now: number): Decided {
  const units = state.counts.canary.units.toLocaleString('en');
  const reason = `${stepName(plan, state)} ended: ${units} units on the canary, nothing rejected`;
  if (state.step + 1 >= plan.steps.length) {
    return { decision: { action: 'promote', reason }, state: { ...state, phase: 'promoted', reason } };
  }
  const next = { step: state.step + 1, attempt: 0 };
  return { decision: { action: 'advance', reason }, state: { ...begin(plan, state, now), ...next, reason } };
}

/** The step again, with counters of its own; what was seen so far still counts. */
function restart(plan: RolloutPlan, state: RolloutState, now: number, why: string): Decided {
  const attempt = state.attempt + 1;
  if (attempt >= MAX_ATTEMPTS) return home(state, `${why}, ${attempt} times in ${stepName(plan, state)}`);
  const reason = `${why}; ${stepName(plan, state)} starts again`;
  return {
    decision: { action: 'restart-step', reason },
    state: { ...begin(plan, state, now), attempt, reason },
  };
}

function begin(plan: RolloutPlan, state: RolloutState, now: number): RolloutState {
  return { ...state, stepStartedAt: now, carried: carry(guardEvidence(plan, state)), counts: NO_COUNTS };
}

function holdOrHome(plan: RolloutPlan, state: RolloutState, now: number, why: string): Decided {
  const forMs = plan.steps[state.step]?.forMs ?? 0;
  const limit = HOLD_FACTOR * forMs;
  if (now - state.stepStartedAt < limit) return hold(state, why);
  return home(state, `no evidence in ${HOLD_FACTOR} × ${forMs / 1000} s: ${why}`);
}

function hold(state: RolloutState, reason: string): Decided {
  return { decision: { action: 'hold', reason }, state: { ...state, reason } };
}

function home(state: RolloutState, reason: string): Decided {
  return { decision: { action: 'roll-back', reason }, state: { ...state, phase: 'rolled-back', reason } };
}

function stepName(plan: RolloutPlan, { step }: RolloutState): string {
  return `step ${step + 1} of ${plan.steps.length} (${plan.steps[step]?.weight ?? 0} %)`;
}
