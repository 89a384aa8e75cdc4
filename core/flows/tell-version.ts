/**
 * Sets the deployment record of a version that was rolled out before. GitHub never makes production deployments
 * inactive by itself, and one that serves again is the same deployment, not a new one.
 */

import type { DeploymentState } from '../ports/forge.ts';
import type { Workspace } from './workspace.ts';

export interface VersionNews {
  readonly repository: string;
  readonly model: string;
  readonly version: string;
  readonly state: DeploymentState;
  /** What stands after the version's name. */
  readonly description: string;
}

/** Versions that no rollout of ours brought have no deployment, and nothing is said. */
export async function tellVersion(
  { store, forge }: Workspace,
  { repository, model, version, state, description }: VersionNews,
): Promise<void> {
  const rollouts = await store.rollouts.of(repository, model);
  const deployment = rollouts.find(({ started }) => started?.version === version)?.started?.deployment;
  if (deployment === undefined) return;
  await forge.setDeployment(deployment, { state, description: `${model} ${version} ${description}` });
}
