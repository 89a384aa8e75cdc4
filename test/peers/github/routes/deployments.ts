// Deployments: `auto_merge` defaults to true and `required_contexts` to all of the commit's checks, both as on GitHub.
import {
  addStatus,
  createDeployment,
  type DeploymentInput,
  type StatusInput,
  stateOf,
} from '../deployments.ts';
import { latestChecks } from '../gate.ts';
import { git, resolve, resolveRef } from '../git.ts';
import { isAncestor } from '../git-history.ts';
import { ApiError, created, found, invalid, noContent, ok, paged, type Reply } from '../http.ts';
import { mergeCommit } from '../merge.ts';
import type { Deployment } from '../model.ts';
import { identityOf } from '../pulls.ts';
import { announcePushes } from '../pushes.ts';
import { type RepositoryCall, repositoryRoute } from '../router.ts';
import { viewDeployment, viewDeploymentStatus } from '../views/deployments.ts';

const MAX_DESCRIPTION = 140;

interface CreateInput extends Omit<DeploymentInput, 'sha'> {
  readonly auto_merge?: boolean;
  readonly required_contexts?: readonly string[] | null;
}

interface ListInput {
  readonly sha?: string;
  readonly ref?: string;
  readonly task?: string;
  readonly environment?: string | null;
}

interface OfDeployment {
  readonly deployment_id: number;
}

export const deploymentRoutes = [
  repositoryRoute<ListInput>('GET /deployments', 'deployments:read', ({ hub, repository, input, page }) => {
    const chosen = [...repository.deployments.values()]
      .filter((deployment) => matches(deployment, input))
      .reverse();
    return paged(page, chosen, (list) =>
      list.map((deployment) => viewDeployment(hub, repository, deployment)),
    );
  }),

  repositoryRoute<CreateInput>('POST /deployments', 'deployments:write', async (call) => {
    const { hub, repository, input } = call;
    const sha = await resolveRef(repository.path, input.ref);
    if (!sha)
      throw invalid(
        { resource: 'Deployment', field: 'ref', code: 'invalid' },
        `No ref found for: ${input.ref}`,
      );
    refuseLongDescription(input.description);
    const merged = await autoMerge(call, sha);
    if (merged) return merged;
    refuseRed(call, sha);
    return created(viewDeployment(hub, repository, createDeployment(call, { ...input, sha })));
  }),

  repositoryRoute<OfDeployment>('GET /deployments/{deployment_id}', 'deployments:read', (call) =>
    ok(viewDeployment(call.hub, call.repository, deploymentOf(call))),
  ),

  repositoryRoute<OfDeployment>('DELETE /deployments/{deployment_id}', 'deployments:write', (call) => {
    const deployment = deploymentOf(call);
    if (call.repository.deployments.size > 1 && stateOf(deployment) !== 'inactive')
      throw new ApiError(
        422,
        'We cannot delete an active deployment unless it is the only deployment in a given environment.',
      );
    call.repository.deployments.delete(deployment.id);
    return noContent();
  }),

  repositoryRoute<OfDeployment>('GET /deployments/{deployment_id}/statuses', 'deployments:read', (call) => {
    const { hub, repository, page } = call;
    const deployment = deploymentOf(call);
    return paged(page, deployment.statuses.toReversed(), (list) =>
      list.map((status) => viewDeploymentStatus(hub, repository, deployment, status)),
    );
  }),

  repositoryRoute<OfDeployment & StatusInput>(
    'POST /deployments/{deployment_id}/statuses',
    'deployments:write',
    (call) => {
      const deployment = deploymentOf(call);
      refuseLongDescription(call.input.description);
      const status = addStatus(call, deployment, call.input);
      return created(viewDeploymentStatus(call.hub, call.repository, deployment, status));
    },
  ),
];

function deploymentOf({ repository, input }: RepositoryCall<OfDeployment>): Deployment {
  return found(repository.deployments.get(input.deployment_id));
}

function matches(deployment: Deployment, { sha, ref, task, environment }: ListInput): boolean {
  const wanted = { sha, ref, task, environment: environment ?? undefined };
  return (['sha', 'ref', 'task', 'environment'] as const).every(
    (key) => wanted[key] === undefined || wanted[key] === 'none' || wanted[key] === deployment[key],
  );
}

function refuseLongDescription(description: string | null | undefined): void {
  if ((description?.length ?? 0) <= MAX_DESCRIPTION) return;
  const message = `description is too long (maximum is ${MAX_DESCRIPTION} characters)`;
  throw invalid({ resource: 'DeploymentStatus', field: 'description', code: 'custom', message });
}

/** A branch that lacks commits of the default branch gets them merged in, and no deployment is made yet. */
async function autoMerge(call: RepositoryCall<CreateInput>, sha: string): Promise<Reply | undefined> {
  const { repository, input, user } = call;
  const branch = `refs/heads/${input.ref}`;
  const base = await resolve(repository.path, `refs/heads/${repository.defaultBranch}`);
  if (input.auto_merge === false || !base || (await resolve(repository.path, branch)) !== sha)
    return undefined;
  if (await isAncestor(repository.path, base, sha)) return undefined;

  const message = `Auto-merged ${repository.defaultBranch} into ${input.ref} on deployment.`;
  const merge = await mergeCommit(repository.path, {
    base: sha,
    head: base,
    message,
    author: identityOf(user),
  });
  if (!merge) throw new ApiError(409, `Conflict merging ${repository.defaultBranch} into ${input.ref}.`);
  await git(repository.path, ['update-ref', branch, merge, sha]);
  await announcePushes(call);
  return { status: 202, body: { message } };
}

/** Without `required_contexts` every check of the commit has to be green. */
function refuseRed({ repository, input }: RepositoryCall<CreateInput>, sha: string): void {
  const checks = latestChecks(repository, sha);
  const names = input.required_contexts ?? checks.map(({ name }) => name);
  const red = names.filter(
    (name) => !checks.some((check) => check.name === name && check.conclusion === 'success'),
  );
  if (red.length === 0) return;
  const error = { resource: 'Deployment', field: 'required_contexts', code: 'invalid' };
  throw new ApiError(409, `Conflict: Commit status checks failed for ${input.ref}.`, { errors: [error] });
}
