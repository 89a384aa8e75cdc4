// Deployments and the rule by which a newer success makes older ones inactive.
import { appOf, userOf } from './auth.ts';
import { deploymentHappened, deploymentStatusHappened, type Scene } from './happenings.ts';
import type { Deployment, DeploymentStatus } from './model.ts';

export interface DeploymentInput {
  readonly sha: string;
  readonly ref: string;
  readonly task?: string | undefined;
  readonly payload?: unknown;
  readonly environment?: string | undefined;
  readonly description?: string | null | undefined;
  readonly transient_environment?: boolean | undefined;
  readonly production_environment?: boolean | undefined;
}

export function createDeployment(scene: Scene, input: DeploymentInput): Deployment {
  const { hub, repository, actor } = scene;
  const environment = input.environment ?? 'production';
  const now = hub.now();
  const deployment: Deployment = {
    id: hub.nextId(),
    sha: input.sha,
    ref: input.ref,
    task: input.task ?? 'deploy',
    payload: input.payload ?? {},
    environment,
    description: input.description || null,
    creator: userOf(hub, actor),
    app: appOf(actor),
    createdAt: now,
    updatedAt: now,
    transient: input.transient_environment ?? false,
    production: input.production_environment ?? environment === 'production',
    statuses: [],
  };
  repository.deployments.set(deployment.id, deployment);
  deploymentHappened(scene, deployment);
  return deployment;
}

export interface StatusInput {
  readonly state: string;
  readonly description?: string | undefined;
  readonly environment?: string | undefined;
  readonly environment_url?: string | undefined;
  readonly log_url?: string | undefined;
  readonly target_url?: string | undefined;
  readonly auto_inactive?: boolean | undefined;
}

export function addStatus(scene: Scene, deployment: Deployment, input: StatusInput): DeploymentStatus {
  const { hub, actor } = scene;
  const status: DeploymentStatus = {
    id: hub.nextId(),
    state: input.state,
    creator: userOf(hub, actor),
    app: appOf(actor),
    description: input.description ?? '',
    environment: input.environment ?? deployment.environment,
    environmentUrl: input.environment_url ?? '',
    logUrl: input.log_url || input.target_url || '',
    createdAt: hub.now(),
  };
  deployment.statuses.push(status);
  deployment.updatedAt = status.createdAt;
  deploymentStatusHappened(scene, deployment, status);
  if (status.state === 'success' && (input.auto_inactive ?? true)) supersede(scene, deployment);
  return status;
}

/** The state that a deployment shows: that of its last status. */
export function stateOf(deployment: Deployment): string {
  return deployment.statuses.at(-1)?.state ?? 'pending';
}

/**
 * `auto_inactive`: earlier successes of the same environment become inactive, unless they are transient or production.
 * So production deployments never go inactive by themselves.
 */
function supersede(scene: Scene, newest: Deployment): void {
  for (const earlier of scene.repository.deployments.values()) {
    if (earlier.id >= newest.id || earlier.environment !== newest.environment) continue;
    if (earlier.transient || earlier.production || stateOf(earlier) !== 'success') continue;
    addStatus(scene, earlier, { state: 'inactive', auto_inactive: false });
  }
}
