/**
 * Somebody asks for the way back. A running rollout goes home; without one, production returns to the version before.
 * A request carries its own id: told again after a crash it finishes what it began and never goes back twice, nor stops
 * a rollout that began since.
 */

import { parseDigest } from '../digest.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { ModelVersion } from '../ports/model-registry.ts';
import type { Rollout } from '../ports/store.ts';
import { allTo } from '../rollout/plan.ts';
import { readModel, servingTarget } from './policy.ts';
import { restoreProduction } from './promote.ts';
import { settingsOfVersion } from './serving-settings.ts';
import { tellVersion } from './tell-version.ts';
import type { Workspace } from './workspace.ts';

export interface RollbackRequest {
  readonly model: string;
  /** GitHub login. */
  readonly by: string;
  /** Unique to the request. */
  readonly request: string;
  readonly pullRequest: number;
}

/** Does it and says in a sentence what was done. */
export async function rollBack(workspace: Workspace, asked: RollbackRequest): Promise<string> {
  const decided = await decidedBefore(workspace, asked);
  if (decided) return restore(workspace, asked, decided);
  const stopped = await stopRollout(workspace, asked);
  if (stopped) return stopped;

  const { stages } = await workspace.registry.state(asked.model);
  if (!stages.production) return `\`${asked.model}\` has nothing in production.`;

  const previous = await versionBefore(workspace, stages.production);
  if (!previous)
    return `\`${asked.model}\` ${stages.production.version} has no version before it to return to.`;
  return restore(workspace, asked, previous);
}

/**
 * Ends the rollout that is under way; the controller moves the traffic at its next look. One that ends in this moment by itself is
 * waited for: production is not what it will be, and the version before it would be one too many.
 */
async function stopRollout(
  { store, forge }: Workspace,
  { model, by, request }: RollbackRequest,
): Promise<string | undefined> {
  const rollouts = await store.rollouts.of(forge.repository, model);
  const mine = rollouts.find(({ stop }) => stop?.request === request);
  const open = mine ?? rollouts.find(({ stage, settled }) => stage !== 'queued' && !settled);
  if (!open) return undefined;

  const version = open.started?.version ?? 'the canary';
  const tooLate = `The rollout of \`${model}\` ${version} ends by itself in this moment. Wait for what is said of its end, and ask again if it is still needed.`;
  if (!mine && isOver(open)) return tooLate;

  await store.rollouts.requestStop(open.id, { request, by, reason: `@${by} asked for it` });
  if ((await store.rollouts.find(open.id))?.state?.phase === 'promoted') return tooLate;
  return `The rollout of \`${model}\` ${version} ends: its traffic returns to ${open.started?.plan?.champion.version ?? 'the champion'}.`;
}

/** Nothing can be stopped any more: it has ended, or it has no steps. */
function isOver({ stage, state, started }: Rollout): boolean {
  return stage === 'ended' || state?.phase !== 'running' || !started?.plan;
}

/** The entry that this request wrote before it was interrupted. */
async function decidedBefore(
  workspace: Workspace,
  { model, request }: RollbackRequest,
): Promise<ModelVersion | undefined> {
  const entries = await workspace.ledger.entries();
  const entry = entries.find(({ id }) => id.startsWith(`override/${model}/`) && id.endsWith(`/${request}`));
  return entry && versionCalled(workspace, model, entry.version);
}

/** What production held before `current` was promoted; a return to an older version does not count as a promotion. */
async function versionBefore(workspace: Workspace, current: ModelVersion): Promise<ModelVersion | undefined> {
  const entries = await workspace.ledger.entries();
  const promotion = entries.findLast(
    ({ model, action, version }: LedgerEntry) =>
      model === current.model && action === 'production' && version === current.version,
  );
  return promotion?.before ? versionCalled(workspace, current.model, promotion.before.version) : undefined;
}

async function versionCalled(
  { registry }: Workspace,
  model: string,
  version: string,
): Promise<ModelVersion | undefined> {
  const { versions } = await registry.state(model);
  return versions.find((candidate) => candidate.version === version);
}

async function restore(
  workspace: Workspace,
  { model, by, request, pullRequest }: RollbackRequest,
  { version, digest, commit }: ModelVersion,
): Promise<string> {
  const artifact = digest && parseDigest(digest);
  if (!artifact) return `\`${model}\` ${version} was registered without an artifact; it can't be served.`;

  const { stages } = await workspace.registry.state(model);
  const isBack = stages.production?.version === version;
  const target = isBack ? undefined : await targetOf(workspace, model);
  if (target) {
    const settings = await settingsOfVersion(workspace, { model, commit });
    await workspace
      .traffic(target)
      .apply(model, allTo({ version, digest: artifact, ...(settings && { settings }) }));
  }
  const { entry } = await restoreProduction(
    { registry: workspace.registry, ledger: workspace.ledger, clock: workspace.clock },
    { model, version, rollout: request, actor: by, evidence: [], pullRequest, reason: `@${by} asked for it` },
  );
  await tellDeployments(workspace, { model, version, withdrawn: entry.before?.version });
  return `\`${model}\` ${version} is back in production.`;
}

async function tellDeployments(
  workspace: Workspace,
  {
    model,
    version,
    withdrawn,
  }: { readonly model: string; readonly version: string; readonly withdrawn: string | undefined },
): Promise<void> {
  const news = { repository: workspace.forge.repository, model };
  if (withdrawn !== undefined && withdrawn !== version) {
    await tellVersion(workspace, {
      ...news,
      version: withdrawn,
      state: 'inactive',
      description: 'was taken back',
    });
  }
  await tellVersion(workspace, {
    ...news,
    version,
    state: 'success',
    description: 'serves all traffic again',
  });
}

/** Where the model is served, as the default branch says now. */
async function targetOf({ source, forge }: Workspace, model: string): Promise<string | undefined> {
  const commit = await source.resolve(await forge.defaultBranch());
  if (commit === undefined) return undefined;
  const rollout = (await readModel(source, commit, model))?.rollout;
  return rollout && (await servingTarget(source, rollout.target, [commit]))?.url;
}
