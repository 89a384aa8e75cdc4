/** From configuration to a rollout's plan, its first state, and what the serving target is told in each state. */

import { durationMs } from '../config/duration.ts';
import type { Rollout } from '../config/rollout.ts';
import type { ArmCounts, TrafficPlan } from '../ports/traffic.ts';
import {
  type GuardName,
  type PlannedGuard,
  type RolloutPlan,
  type RolloutState,
  type RolloutVersion,
  stepId,
} from './state.ts';

/** Fewer randomised units on the canary than this hold a step (design §10). */
const MINIMUM_UNITS = 100;

/** The server goes home by itself when nobody renews for this long (design §10), in ms. */
const LEASE_MS = 10_000;

export const NO_COUNTS: { readonly champion: ArmCounts; readonly canary: ArmCounts } = {
  champion: { units: 0, errors: 0, slow: 0 },
  canary: { units: 0, errors: 0, slow: 0 },
};

export interface RolloutRequest {
  readonly config: Rollout;
  /** Unique; also the salt of the split. */
  readonly id: string;
  readonly model: string;
  readonly champion: RolloutVersion;
  readonly canary: RolloutVersion;
  /** Default 10 s. */
  readonly leaseMs?: number;
}

export function planRollout({ config, leaseMs = LEASE_MS, ...names }: RolloutRequest): RolloutPlan {
  const { errors, slo, alpha } = config.guard;
  const guards: readonly PlannedGuard[] = [
    { name: 'errors', tolerance: errors.tolerance },
    ...(slo ? [{ name: 'slo', tolerance: slo.tolerance } as const] : []),
  ];
  return {
    id: names.id,
    model: names.model,
    champion: names.champion,
    canary: names.canary,
    steps: config.steps.map((step) => ({ weight: step.weight, forMs: durationMs(step.for) })),
    guards,
    alpha,
    ...(slo && { slowMs: durationMs(slo.latency) }),
    minimumUnits: MINIMUM_UNITS,
    leaseMs,
  };
}

/** Where a rollout starts: its first step, at `now`. */
export function initialState(plan: RolloutPlan, now: number): RolloutState {
  return {
    phase: 'running',
    step: 0,
    attempt: 0,
    stepStartedAt: now,
    carried: Object.fromEntries(plan.guards.map(({ name }) => [name, 0])) as Record<GuardName, number>,
    counts: NO_COUNTS,
    reason: 'started',
  };
}

/** What the serving target should do in this state. After the end nobody is a canary. */
export function trafficPlan(plan: RolloutPlan, state: RolloutState): TrafficPlan {
  if (state.phase === 'promoted') return allTo(plan.canary);
  const step = plan.steps[state.step];
  if (state.phase === 'rolled-back' || !step) return allTo(plan.champion);
  return {
    ...allTo(plan.champion),
    canary: {
      digest: plan.canary.digest,
      version: plan.canary.version,
      ...(plan.canary.settings && { settings: plan.canary.settings }),
      weight: step.weight,
      salt: plan.id,
      step: stepId(plan, state),
      leaseMs: plan.leaseMs,
      ...(plan.slowMs !== undefined && { slowMs: plan.slowMs }),
    },
  };
}

/** No canary: this version takes everything. */
export function allTo({ digest, version, settings }: RolloutVersion): TrafficPlan {
  return { champion: digest, championVersion: version, ...(settings && { championSettings: settings }) };
}
