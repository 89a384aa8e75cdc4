/** `Traffic` in memory, for tests: no server, settable counts, a lease on the given clock. */

import type { Digest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { canonicalJson } from '#core/json.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ArmCounts, Traffic, TrafficPlan, TrafficReading } from '#core/ports/traffic.ts';
import { grantLease, type Lease, leaseAt, renewLease } from '#core/rollout/lease.ts';

type Counts = TrafficReading['counts'];

export interface MemoryTraffic extends Traffic {
  /** Plans that took effect, oldest first. */
  readonly applied: readonly { readonly model: string; readonly plan: TrafficPlan }[];
  /** What the current step of the model has counted from now on. */
  setCounts(model: string, counts: Counts): void;
  /** Plans that name this digest are refused with the reason. */
  refuseDigest(digest: Digest, reason: string): void;
  /** While true every call fails with MW_TRAFFIC_UNREACHABLE. */
  unreachable: boolean;
}

interface ModelTraffic {
  readonly plan: TrafficPlan;
  /** Of the last step; undefined until the first canary. */
  readonly lease: Lease | undefined;
  readonly counts: Counts;
}

const ZERO: ArmCounts = { units: 0, errors: 0, slow: 0 };
const NONE: Counts = { champion: ZERO, canary: ZERO };

export function memoryTraffic(clock: Clock): MemoryTraffic {
  const models = new Map<string, ModelTraffic>();
  const refused = new Map<Digest, string>();
  const applied: { model: string; plan: TrafficPlan }[] = [];

  /** The model's state, its lease looked at. */
  function current(model: string): ModelTraffic | undefined {
    if (traffic.unreachable) throw new MergewayError('MW_TRAFFIC_UNREACHABLE', 'the serving target is down');
    const state = models.get(model);
    if (!state?.plan.canary || !state.lease) return state;
    const looked = { ...state, lease: leaseAt(state.lease, clock.now()) };
    models.set(model, looked);
    return looked;
  }

  const traffic: MemoryTraffic = {
    applied,
    unreachable: false,
    async apply(model, plan) {
      const before = current(model);
      if (before && canonicalJson({ ...before.plan }) === canonicalJson({ ...plan })) return;
      refuseReusedStep(before, plan);
      refuseDigests(refused, plan);
      models.set(model, started(before, plan, clock.now()));
      applied.push({ model, plan });
    },
    async renew(model, step, leaseMs) {
      const state = current(model);
      if (!state?.plan.canary || !state.lease) return false;
      const lease = renewLease(state.lease, { step, ttlMs: leaseMs, now: clock.now() });
      if (lease) models.set(model, { ...state, lease });
      return lease !== undefined;
    },
    async read(model) {
      const state = current(model);
      if (!state) return { counts: NONE, lapsed: false };
      const { plan, lease, counts } = state;
      const lapsed = lease?.lapsed ?? false;
      return {
        champion: plan.champion,
        ...(plan.canary && !lapsed ? { canary: plan.canary.digest } : {}),
        ...(lease ? { step: lease.step } : {}),
        counts,
        lapsed,
      };
    },
    setCounts(model, counts) {
      const state = models.get(model);
      if (!state) throw new RangeError(`no plan was applied to ${model}`);
      models.set(model, { ...state, counts });
    },
    refuseDigest(digest, reason) {
      refused.set(digest, reason);
    },
  };
  return traffic;
}

function started(before: ModelTraffic | undefined, plan: TrafficPlan, now: number): ModelTraffic {
  const { canary } = plan;
  if (canary) return { plan, lease: grantLease(canary.step, canary.leaseMs, now), counts: NONE };
  return { plan, lease: before?.lease, counts: before?.counts ?? NONE };
}

function refuseReusedStep(before: ModelTraffic | undefined, { canary }: TrafficPlan): void {
  if (!canary || canary.step !== before?.lease?.step) return;
  throw new MergewayError(
    'MW_TRAFFIC_REFUSED',
    `step ${canary.step} exists with another plan; use a new step id`,
  );
}

function refuseDigests(refused: ReadonlyMap<Digest, string>, { champion, canary }: TrafficPlan): void {
  for (const digest of [champion, canary?.digest]) {
    const reason = digest && refused.get(digest);
    if (reason) throw new MergewayError('MW_TRAFFIC_REFUSED', reason);
  }
}
