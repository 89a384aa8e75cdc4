/**
 * A queued rollout's turn has come: register the version, write the ledger, tell GitHub, and begin to shift traffic.
 * The first version of a model, or one without `rollout`, begins at its end. Each effect may be repeated: a deployment
 * record that a crash kept us from noting is found again by the rollout's id in its payload.
 */

import type { ModelConfig } from '../config/model.ts';
import { MergewayError } from '../errors.ts';
import type { Rollout, StartedRollout } from '../ports/store.ts';
import { initialState, planRollout } from '../rollout/plan.ts';
import type { RolloutPlan, RolloutVersion } from '../rollout/state.ts';
import { describeRefusal, isRefusal } from './checks.ts';
import { policyOf, servingTarget } from './policy.ts';
import { type Promoted, promoteMerge } from './promote.ts';
import { championOf, requestEvaluation } from './request-evaluation.ts';
import { settingsOfVersion, storeServingSettings } from './serving-settings.ts';
import type { Workspace } from './workspace.ts';

export async function startRollout(workspace: Workspace, rollout: Rollout): Promise<void> {
  try {
    if (!(await wasOvertaken(workspace, rollout))) await begin(workspace, rollout);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await refuse(workspace, rollout, error);
  }
}

async function begin(workspace: Workspace, rollout: Rollout): Promise<void> {
  const { store, clock } = workspace;
  const setting = await settingOf(workspace, rollout);
  const settings = await storeServingSettings(workspace, rollout);
  const champion = await servedChampion(workspace, rollout.model);
  const promoted = await promoteMerge(
    { registry: workspace.registry, ledger: workspace.ledger, clock },
    mergedCandidate(rollout),
    { rollout: setting.config.rollout !== undefined },
  );
  const canary: RolloutVersion = {
    version: promoted.version.version,
    digest: rollout.candidate,
    ...(settings && { settings }),
  };
  const plan = planOf({ workspace, rollout, setting, promoted, champion, canary });
  const started = await withDeployment(workspace, { rollout, setting, canary, plan });
  await store.rollouts.start(rollout.id, started, plan && initialState(plan, clock.now()));
}

/** The configuration does not allow it: said on the pull request, and over. */
async function refuse(workspace: Workspace, rollout: Rollout, error: MergewayError): Promise<void> {
  const marker = `<!-- mergeway:rollout:${rollout.id} -->`;
  const text = `**Merged, and not rolled out.** What serves now stays as it is.\n\n${describeRefusal(error)}`;
  await workspace.forge.upsertComment(rollout.pullRequest, marker, `${text}\n\n${marker}`);
  await workspace.store.rollouts.settle(rollout.id);
}

/** Another version took production since: the proof is against the wrong champion, so it is asked for again. */
async function wasOvertaken(workspace: Workspace, rollout: Rollout): Promise<boolean> {
  const { store, registry, forge } = workspace;
  const champion = await championOf(workspace, rollout.model);
  if ((champion?.digest ?? null) === rollout.provenAgainst) return false;
  const { versions } = await registry.state(rollout.model);
  if (versions.some(({ commit }) => commit === rollout.commit)) return false;

  const candidates = await store.candidates.of(forge.repository, rollout.headSha);
  const candidate = candidates.find(({ model }) => model === rollout.model);
  if (candidate) await requestEvaluation(workspace, candidate);
  await store.rollouts.settle(rollout.id);
  return true;
}

/** The version in production with its serving settings. */
async function servedChampion(workspace: Workspace, model: string): Promise<RolloutVersion | undefined> {
  const { stages } = await workspace.registry.state(model);
  const champion = await championOf(workspace, model);
  if (!champion || !stages.production) return undefined;
  const settings = await settingsOfVersion(workspace, { model, commit: stages.production.commit });
  return { ...champion, ...(settings && { settings }) };
}

interface Setting {
  readonly config: ModelConfig;
  readonly target?: { readonly name: string; readonly url: string };
  readonly environment: string;
}

/** The policy that judged also says how to roll out, and where. MW_CONFIG_INVALID when its target does not exist. */
async function settingOf({ source }: Workspace, rollout: Rollout): Promise<Setting> {
  const { model, policy, commit } = rollout;
  const { config } = await policyOf(source, { model, base: policy, head: commit });
  const name = config.rollout?.target;
  if (name === undefined) return { config, environment: 'production' };

  const target = await servingTarget(source, name, [policy, commit]);
  if (target) return { config, target: { name, url: target.url }, environment: target.environment };
  throw new MergewayError(
    'MW_CONFIG_INVALID',
    `models/${model}/model.yaml: rollout.target is ${JSON.stringify(name)}, which mergeway.yaml does not have under serving.targets`,
  );
}

function mergedCandidate(rollout: Rollout) {
  const { model, candidate, commit, actor, evidence, pullRequest } = rollout;
  return {
    model,
    digest: candidate,
    commit,
    actor,
    evidence,
    pullRequest,
    reason: `Pull request #${pullRequest} was merged`,
  };
}

function planOf({
  workspace,
  rollout,
  setting,
  promoted,
  champion,
  canary,
}: {
  readonly workspace: Workspace;
  readonly rollout: Rollout;
  readonly setting: Setting;
  readonly promoted: Promoted;
  readonly champion: RolloutVersion | undefined;
  readonly canary: RolloutVersion;
}): RolloutPlan | undefined {
  const { config, target } = setting;
  if (promoted.stage !== 'canary' || !champion || !config.rollout || !target) return undefined;
  return planRollout({
    config: config.rollout,
    id: rollout.id,
    model: rollout.model,
    champion,
    canary,
    leaseMs: workspace.leaseMs,
  });
}

async function withDeployment(
  { forge, publicUrl }: Workspace,
  {
    rollout,
    setting,
    canary,
    plan,
  }: {
    readonly rollout: Rollout;
    readonly setting: Setting;
    readonly canary: RolloutVersion;
    readonly plan: RolloutPlan | undefined;
  },
): Promise<StartedRollout> {
  const { environment, target } = setting;
  const { version, settings } = canary;
  const record = {
    sha: rollout.commit,
    environment,
    description: `${rollout.model} ${version}`,
    payload: { model: rollout.model, version, digest: rollout.candidate, rollout: rollout.id },
  };
  const deployment = (await forge.findDeployment(record)) ?? (await forge.createDeployment(record));
  await forge.setDeployment(deployment, {
    state: 'in_progress',
    description: plan ? `${rollout.model} ${version} starts as canary` : `${rollout.model} ${version}`,
    ...(publicUrl && { url: `${publicUrl}/rollouts/${encodeURIComponent(rollout.id)}` }),
  });
  return {
    version,
    ...(settings && { settings }),
    environment,
    deployment,
    ...(plan && { plan }),
    ...(target && { target }),
  };
}
