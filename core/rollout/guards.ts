/** What each guard of a rollout has seen: e-values of finished steps and attempts times that of the running one. */

import type { ArmCounts } from '../ports/traffic.ts';
import { lnEvidenceWorse } from './error-rate.ts';
import type { GuardName, PlannedGuard, RolloutPlan, RolloutState } from './state.ts';

export interface GuardEvidence {
  readonly guard: GuardName;
  /** ln E over the whole rollout. */
  readonly lnE: number;
  /** ln(1/α) of this guard; reaching it rejects. */
  readonly limit: number;
  /** Bad outcomes and units of the running attempt. */
  readonly canary: { readonly bad: number; readonly units: number };
  readonly champion: { readonly bad: number; readonly units: number };
}

/** Every guard's evidence, in the plan's order. α is split evenly over the guards. */
export function guardEvidence(plan: RolloutPlan, state: RolloutState): readonly GuardEvidence[] {
  const limit = Math.log(plan.guards.length / plan.alpha);
  return plan.guards.map((guard) => {
    const canary = outcomes(guard, state.counts.canary);
    const champion = outcomes(guard, state.counts.champion);
    const lnE = (state.carried[guard.name] ?? 0) + lnEOfStep(plan, state, guard);
    return { guard: guard.name, lnE, limit, canary, champion };
  });
}

/** The guard that rejects most clearly, or undefined. A number that is none rejects nothing and is caught by the readers of counters. */
export function rejected(evidence: readonly GuardEvidence[]): GuardEvidence | undefined {
  const over = evidence.filter(({ lnE, limit }) => lnE >= limit);
  return over.sort((a, b) => b.lnE - b.limit - (a.lnE - a.limit))[0];
}

/** What the next step or attempt starts with. */
export function carry(evidence: readonly GuardEvidence[]): RolloutState['carried'] {
  return Object.fromEntries(evidence.map(({ guard, lnE }) => [guard, lnE]));
}

/** Share of the randomised units that the state's step gives to the canary, 0 to 1. */
export function shareOf(plan: RolloutPlan, state: RolloutState): number {
  return (plan.steps[state.step]?.weight ?? 0) / 100;
}

/** Where one arm takes everything there is nobody to compare with: such a step says nothing. */
function lnEOfStep(plan: RolloutPlan, state: RolloutState, guard: PlannedGuard): number {
  const share = shareOf(plan, state);
  if (share <= 0 || share >= 1) return 0;
  const canary = outcomes(guard, state.counts.canary).bad;
  const total = canary + outcomes(guard, state.counts.champion).bad;
  return lnEvidenceWorse({ canary, total, share, tolerance: guard.tolerance });
}

function outcomes({ name }: PlannedGuard, counts: ArmCounts): GuardEvidence['canary'] {
  return { bad: name === 'errors' ? counts.errors : counts.slow, units: counts.units };
}
