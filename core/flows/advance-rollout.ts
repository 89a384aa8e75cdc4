/**
 * One look at a running rollout: read the counters, decide, save, act. The state is saved before the act, and every
 * act can be repeated, so a controller that was killed goes on from the row. Nothing here speaks to GitHub, whose
 * slowness must not cost a lease.
 */

import { MergewayError } from '../errors.ts';
import type { Rollout, RolloutPoint, StopRequest } from '../ports/store.ts';
import type { Traffic, TrafficReading } from '../ports/traffic.ts';
import { decide } from '../rollout/decide.ts';
import { guardEvidence } from '../rollout/guards.ts';
import { trafficPlan } from '../rollout/plan.ts';
import { type RolloutPlan, type RolloutState, stepId } from '../rollout/state.ts';
import type { Workspace } from './workspace.ts';

/** A chart has at most about this many points, however long the rollout. */
const CHART_POINTS = 600;

/** What driving traffic needs; no forge is among it. */
export type DrivePorts = Pick<Workspace, 'store' | 'clock' | 'traffic'>;

interface Running {
  readonly workspace: DrivePorts;
  readonly rollout: Rollout;
  readonly plan: RolloutPlan;
  readonly traffic: Traffic;
}

export async function advanceRollout(workspace: DrivePorts, rollout: Rollout): Promise<void> {
  const { started, state } = rollout;
  if (!started?.plan || !started.target || !state) return workspace.store.rollouts.end(rollout.id);

  const running: Running = {
    workspace,
    rollout,
    plan: started.plan,
    traffic: workspace.traffic(started.target.url),
  };
  const next = await saved(running, await nextState(running, state));
  await addPoint(running, next);
  await act(running, next);
}

/** The next state: by request, by a canary that can't be loaded, or by decision. */
async function nextState(running: Running, state: RolloutState): Promise<RolloutState> {
  const { rollout, plan, workspace } = running;
  if (state.phase !== 'running') return state;
  if (rollout.stop) return stopped(state, rollout.stop);

  const refused = await makeSureOfStep(running, state);
  if (refused) return { ...state, phase: 'rolled-back', reason: refused };
  return decide(plan, state, await readIfAnswered(running), workspace.clock.now()).state;
}

/** Saves the state. Somebody may have asked for the way home since the row was read: a promotion looks once more. */
async function saved({ workspace, rollout }: Running, next: RolloutState): Promise<RolloutState> {
  const { rollouts } = workspace.store;
  await rollouts.saveState(rollout.id, next);
  const stop = next.phase === 'promoted' ? (await rollouts.find(rollout.id))?.stop : undefined;
  if (!stop) return next;

  const home = stopped(next, stop);
  await rollouts.saveState(rollout.id, home);
  return home;
}

function stopped(state: RolloutState, { reason }: StopRequest): RolloutState {
  return { ...state, phase: 'rolled-back', reason };
}

/** The target may not know the step yet: at the start, or after a crash between saving and acting. Returns a refusal's reason. */
async function makeSureOfStep(running: Running, state: RolloutState): Promise<string | undefined> {
  const { rollout, plan } = running;
  if (rollout.applied === stepId(plan, state)) return undefined;
  try {
    await applyStep(running, state);
    return undefined;
  } catch (error) {
    if (!(error instanceof MergewayError)) throw error;
    if (error.code === 'MW_TRAFFIC_REFUSED') return `the serving target refused the canary: ${error.message}`;
    if (error.code === 'MW_TRAFFIC_UNREACHABLE') return undefined;
    throw error;
  }
}

async function applyStep({ workspace, rollout, plan, traffic }: Running, state: RolloutState): Promise<void> {
  await traffic.apply(rollout.model, trafficPlan(plan, state));
  await workspace.store.rollouts.markApplied(rollout.id, stepId(plan, state));
}

/** Undefined when the target is away or refuses, as with another admin token: either way there is no evidence. */
async function readIfAnswered({ traffic, rollout }: Running): Promise<TrafficReading | undefined> {
  try {
    return await traffic.read(rollout.model);
  } catch (error) {
    if (isOfTarget(error)) return undefined;
    throw error;
  }
}

/** Holds by renewing the lease, moves by applying the new step, ends by handing over to what follows. */
async function act(running: Running, next: RolloutState): Promise<void> {
  const { workspace, rollout, plan, traffic } = running;
  if (next.phase !== 'running') {
    await workspace.store.rollouts.end(rollout.id);
    await ignoreUnreachable(() => traffic.apply(rollout.model, trafficPlan(plan, next)));
    return;
  }
  const step = stepId(plan, next);
  const before = rollout.state && stepId(plan, rollout.state);
  await ignoreUnreachable(async () => {
    if (step === before) await traffic.renew(rollout.model, step, plan.leaseMs);
    else await applyStep(running, next);
  });
}

/** The next look sees that the target is away; `decide` knows what that means. */
async function ignoreUnreachable(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isOfTarget(error)) throw error;
  }
}

function isOfTarget(error: unknown): boolean {
  return error instanceof MergewayError && error.code.startsWith('MW_TRAFFIC_');
}

async function addPoint({ workspace, rollout, plan }: Running, state: RolloutState): Promise<void> {
  const now = workspace.clock.now();
  const plannedMs = plan.steps.reduce((sum, { forMs }) => sum + forMs, 0);
  const spacing = Math.max(500, plannedMs / CHART_POINTS);
  const point: RolloutPoint = {
    at: state.phase === 'running' ? Math.floor(Math.floor(now / spacing) * spacing) : now,
    weight: state.phase === 'running' ? (plan.steps[state.step]?.weight ?? 0) : endWeight(state),
    step: state.step,
    counts: state.counts,
    evidence: Object.fromEntries(guardEvidence(plan, state).map(({ guard, lnE }) => [guard, lnE])),
  };
  await workspace.store.rollouts.addPoint(rollout.id, point);
}

function endWeight({ phase }: RolloutState): number {
  return phase === 'promoted' ? 100 : 0;
}
