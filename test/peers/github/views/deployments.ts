// Deployments and their statuses as GitHub's API shows them.
import type { Hub } from '../hub.ts';
import type { Deployment, DeploymentStatus, Repository } from '../model.ts';
import { viaApp } from './issues.ts';
import { apiUrl } from './repositories.ts';
import { nodeId, viewUser } from './users.ts';

export function viewDeployment(hub: Hub, repository: Repository, deployment: Deployment) {
  const api = `${apiUrl(hub, repository)}/deployments/${deployment.id}`;
  return {
    id: deployment.id,
    node_id: nodeId('Deployment', deployment.id),
    url: api,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: viewUser(hub, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${api}/statuses`,
    repository_url: apiUrl(hub, repository),
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: viaApp(hub, deployment.app),
  };
}

export function viewDeploymentStatus(
  hub: Hub,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
) {
  const api = `${apiUrl(hub, repository)}/deployments/${deployment.id}`;
  return {
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    url: `${api}/statuses/${status.id}`,
    state: status.state,
    creator: viewUser(hub, status.creator),
    description: status.description,
    environment: status.environment,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: api,
    repository_url: apiUrl(hub, repository),
    performed_via_github_app: viaApp(hub, status.app),
  };
}
