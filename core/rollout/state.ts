/** The nouns of a rollout: its plan (fixed when it starts), its state (saved before every act) and its decisions. */

import type { Digest } from '../digest.ts';
import type { ArmCounts } from '../ports/traffic.ts';

/** A comparison of canary and champion that can send the canary home. Both count randomised units. */
export type GuardName = 'errors' | 'slo';

export interface PlannedGuard {
  readonly name: GuardName;
  /** How much higher than the champion's rate the canary's may be; 0.1 is 10 % higher. */
  readonly tolerance: number;
}

/** One side of a rollout. */
export interface RolloutVersion {
  readonly version: string;
  readonly digest: Digest;
  /** Serving settings of the commit that it was registered at. */
  readonly settings?: Digest;
}

export interface RolloutPlan {
  /** Unique; also the salt of the traffic split. */
  readonly id: string;
  readonly model: string;
  readonly champion: RolloutVersion;
  readonly canary: RolloutVersion;
  readonly steps: readonly { readonly weight: number; readonly forMs: number }[];
  readonly guards: readonly PlannedGuard[];
  /** Chance of a false rollback over the whole rollout, all guards together; split evenly over the guards. */
  readonly alpha: number;
  /** A request slower than this counts for the guard `slo`. */
  readonly slowMs?: number;
  /** Fewer randomised units on the canary than this hold a step (design §10: 100). */
  readonly minimumUnits: number;
  readonly leaseMs: number;
}

export interface RolloutState {
  readonly phase: 'running' | 'promoted' | 'rolled-back';
  /** Index into `plan.steps`. */
  readonly step: number;
  /** How often this step was started; a lapsed lease starts it again with its own counters. */
  readonly attempt: number;
  /** ms since 1970. */
  readonly stepStartedAt: number;
  /** ln E of each guard over the finished steps and attempts: e-values multiply. */
  readonly carried: Readonly<Partial<Record<GuardName, number>>>;
  /** Counters of the current step as last read. */
  readonly counts: { readonly champion: ArmCounts; readonly canary: ArmCounts };
  /** Why it is where it is: the last decision's reason. */
  readonly reason: string;
}

export type Decision =
  | { readonly action: 'hold'; readonly reason: string }
  | { readonly action: 'advance'; readonly reason: string }
  | { readonly action: 'restart-step'; readonly reason: string }
  | { readonly action: 'promote'; readonly reason: string }
  | { readonly action: 'roll-back'; readonly reason: string };

/** Id of the counters of a step: `<rollout>/<step>/<attempt>`. */
export function stepId(plan: RolloutPlan, state: RolloutState): string {
  return `${plan.id}/${state.step}/${state.attempt}`;
}
