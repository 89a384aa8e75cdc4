/**
 * A rollout is over: everything that follows. Traffic first, then the ledger and the stage, then what people see.
 * Told again after a crash, each step finds what it did already.
 */

import { MergewayError } from '../errors.ts';
import type { Rollout, StartedRollout } from '../ports/store.ts';
import { allTo, trafficPlan } from '../rollout/plan.ts';
import type { RolloutState } from '../rollout/state.ts';
import { describeRefusal } from './checks.ts';
import { assignProduction, recordRollback } from './promote.ts';
import { describeRollout } from './rollout-comment.ts';
import { tellVersion } from './tell-version.ts';
import type { Workspace } from './workspace.ts';

/** What GitHub was told when the end was told. */
const TOLD_END = 'end';

export async function settleRollout(workspace: Workspace, rollout: Rollout): Promise<void> {
  const { started, state } = rollout;
  const { rollouts } = workspace.store;
  if (!started) return rollouts.settle(rollout.id);

  const wentHome = state?.phase === 'rolled-back';
  const unreached = await moveTraffic(workspace, { rollout, started, state });
  if (unreached && !wentHome) {
    await tellTrouble(workspace, { rollout, started, trouble: unreached });
    throw unreached;
  }

  if (rollout.told !== TOLD_END) {
    await (wentHome ? recordHome : recordProduction)(workspace, rollout, started);
    await tellGitHub(workspace, { rollout, started, wentHome });
    await rollouts.tell(rollout.id, TOLD_END);
  }
  if (unreached) throw unreached;
  await rollouts.settle(rollout.id);
}

interface Ended {
  readonly rollout: Rollout;
  readonly started: StartedRollout;
  readonly state?: RolloutState | undefined;
}

/**
 * Gives all traffic to the winner. A target's trouble is returned, not thrown: a canary on its way home loses its
 * lease there by itself, and people are told meanwhile.
 */
async function moveTraffic(
  workspace: Workspace,
  { rollout, started, state }: Ended,
): Promise<MergewayError | undefined> {
  const { target, plan, version, settings } = started;
  const neverLeftHome = state?.phase === 'rolled-back' && rollout.applied === '';
  if (!target || neverLeftHome) return undefined;
  const end =
    plan && state
      ? trafficPlan(plan, state)
      : allTo({ version, digest: rollout.candidate, ...(settings && { settings }) });
  try {
    await workspace.traffic(target.url).apply(rollout.model, end);
    return undefined;
  } catch (error) {
    if (error instanceof MergewayError && error.code.startsWith('MW_TRAFFIC_')) return error;
    throw error;
  }
}

/** Said once, in the comment that the outcome replaces. */
async function tellTrouble(
  { forge, store }: Workspace,
  {
    rollout,
    started,
    trouble,
  }: { readonly rollout: Rollout; readonly started: StartedRollout; readonly trouble: MergewayError },
): Promise<void> {
  if (rollout.told === trouble.code) return;
  const text = `**\`${rollout.model}\` ${started.version} does not take all traffic yet.** Mergeway keeps trying.`;
  await forge.upsertComment(
    rollout.pullRequest,
    markerOf(rollout),
    `${text}\n\n${describeRefusal(trouble)}\n\n${markerOf(rollout)}`,
  );
  await store.rollouts.tell(rollout.id, trouble.code);
}

function markerOf({ id }: Rollout): string {
  return `<!-- mergeway:rollout:${id} -->`;
}

async function recordProduction(
  workspace: Workspace,
  rollout: Rollout,
  started: StartedRollout,
): Promise<void> {
  if (!started.plan && (await holdsProduction(workspace, rollout, started))) return;
  await assignProduction(workspace, {
    ...decision(rollout, started),
    reason: rollout.state?.reason ?? 'No rollout is configured',
  });
}

/** Straight to production: the merge itself gave the stage. */
async function holdsProduction(
  { registry }: Workspace,
  { model }: Rollout,
  { version }: StartedRollout,
): Promise<boolean> {
  const { stages } = await registry.state(model);
  return stages.production?.version === version;
}

async function recordHome(workspace: Workspace, rollout: Rollout, started: StartedRollout): Promise<void> {
  await recordRollback(workspace, {
    ...decision(rollout, started),
    actor: rollout.stop?.by ?? 'mergeway',
    reason: rollout.state?.reason ?? '',
  });
}

function decision(rollout: Rollout, { version }: StartedRollout) {
  return {
    model: rollout.model,
    version,
    rollout: rollout.id,
    actor: 'mergeway',
    evidence: rollout.evidence,
    pullRequest: rollout.pullRequest,
  };
}

async function tellGitHub(
  workspace: Workspace,
  {
    rollout,
    started,
    wentHome,
  }: { readonly rollout: Rollout; readonly started: StartedRollout; readonly wentHome: boolean },
): Promise<void> {
  const { forge } = workspace;
  const { deployment, version } = started;
  await forge.setDeployment(deployment, {
    state: wentHome ? 'failure' : 'success',
    description: `${rollout.model} ${version} ${wentHome ? 'was rolled back' : 'serves all traffic'}`,
  });
  if (!wentHome) await retireReplaced(workspace, rollout, started);

  const marker = markerOf(rollout);
  await forge.upsertComment(rollout.pullRequest, marker, `${describeRollout(rollout, started)}\n\n${marker}`);
}

/** The version that production held before this one, by the ledger. */
async function retireReplaced(
  workspace: Workspace,
  { repository, model }: Rollout,
  { version }: StartedRollout,
): Promise<void> {
  const entries = await workspace.ledger.entries();
  const promotion = entries.findLast(
    (entry) => entry.model === model && entry.action === 'production' && entry.version === version,
  );
  if (!promotion?.before) return;
  await tellVersion(workspace, {
    repository,
    model,
    version: promotion.before.version,
    state: 'inactive',
    description: 'was replaced',
  });
}
