/** A rollout in sentences: why a canary was sent home, and how sure we are while it runs. */

import { rateRatioInterval } from './error-rate.ts';
import { type GuardEvidence, guardEvidence, shareOf } from './guards.ts';
import type { GuardName, RolloutPlan, RolloutState } from './state.ts';

const RATES = { errors: 'error rate', slo: 'share of slow requests' } as const satisfies Record<
  GuardName,
  string
>;

/** Why a guard rejects, with the numbers. */
export function rejectionReason({ guard, lnE, limit, canary, champion }: GuardEvidence): string {
  return `guard ${guard}: ${arms(guard, canary, champion)}; E = ${plain(Math.exp(lnE))} ≥ ${plain(Math.exp(limit))} = 1/α`;
}

/** Lines for people: where the rollout is, and what each guard knows of the running step. */
export function describeProgress(plan: RolloutPlan, state: RolloutState): string {
  if (state.phase !== 'running') return `${state.phase}: ${state.reason}`;
  const head =
    `step ${state.step + 1} of ${plan.steps.length}, canary ${plan.steps[state.step]?.weight ?? 0} %, ` +
    `${count(state.counts.canary.units)} units (at least ${plan.minimumUnits})`;
  const guards = guardEvidence(plan, state).map((evidence) => {
    const { guard, canary, champion, lnE, limit } = evidence;
    const known = confidence(plan, state, evidence);
    return `${guard}: ${arms(guard, canary, champion)}; ${known}; E = ${plain(Math.exp(lnE))} of ${plain(Math.exp(limit))}`;
  });
  return [head, ...guards].join('\n');
}

/** What the running step alone says of canary rate ÷ champion rate, at every look at once. */
function confidence(
  plan: RolloutPlan,
  state: RolloutState,
  { guard, canary, champion }: GuardEvidence,
): string {
  const share = shareOf(plan, state);
  const total = canary.bad + champion.bad;
  const alpha = plan.alpha / plan.guards.length;
  if (share <= 0 || share >= 1 || total === 0) return 'nothing to compare yet';

  const { low, high } = rateRatioInterval({ canary: canary.bad, total, share, alpha });
  const range = high === undefined ? `at least ${low.toFixed(2)}` : `${low.toFixed(2)} to ${high.toFixed(2)}`;
  return `with ${plain(100 * (1 - alpha))} % confidence the canary's ${RATES[guard]} is ${range} times the champion's`;
}

function arms(
  guard: GuardName,
  canary: GuardEvidence['canary'],
  champion: GuardEvidence['champion'],
): string {
  const word = guard === 'errors' ? 'errors' : 'slow';
  return `canary ${rate(canary, word)}, champion ${rate(champion, word)}`;
}

function rate({ bad, units }: GuardEvidence['canary'], word: string): string {
  const share = units === 0 ? '' : ` (${plain((100 * bad) / units)} %)`;
  return `${count(bad)} ${word} of ${count(units)} units${share}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

/** Three significant digits, without an exponent until the millions. */
function plain(value: number): string {
  if (value >= 1e6 || !Number.isFinite(value))
    return value === Number.POSITIVE_INFINITY ? '∞' : value.toExponential(1);
  return value.toLocaleString('en', {
    maximumSignificantDigits: value >= 100 ? 6 : 3,
    maximumFractionDigits: 3,
  });
}
