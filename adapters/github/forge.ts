/** One repository on GitHub, as the core knows a forge. */

import type { Forge, Permission, WorkflowRun } from '#core/ports/forge.ts';
import { Collaborator, Dispatched, Repository, Run } from './answers.ts';
import { type Api, type ApiOptions, apiOf, type RepositoryName } from './api.ts';
import { downloadArtifact, listArtifacts } from './artifacts.ts';
import { commitFiles, deleteBranch } from './branches.ts';
import { upsertCheck } from './checks.ts';
import type { GitHubClient } from './client.ts';
import { comment, react, upsertComment } from './comments.ts';
import { createDeployment, findDeployment, setDeployment } from './deployments.ts';
import { upsertIssue } from './issues.ts';
import { closePullRequest, mergePullRequest, openPullRequest, pullRequest, pullRequestsOf } from './pulls.ts';
import { reviewsOf } from './reviews.ts';

export interface ForgeOptions extends RepositoryName, ApiOptions {
  /** Who we are on GitHub: `<app>[bot]`, or `github-actions[bot]` with a job's `GITHUB_TOKEN`. */
  readonly login: string;
  /** Fetches artifacts from GitHub's storage. */
  readonly fetch?: typeof fetch;
}

/** The repository. Throws MW_FORGE_FORBIDDEN, MW_FORGE_NOT_FOUND, MW_FORGE_INVALID, MW_FORGE_LIMITED and MW_FORGE_UNREACHABLE. */
export function githubForge(client: GitHubClient, options: ForgeOptions): Forge {
  const { login, owner, fetch: get = fetch } = options;
  const api = apiOf(client, options, options);
  const defaultBranch = async () => (await api.ask(Repository, 'GET ')).default_branch;

  return {
    repository: api.repository,
    defaultBranch,
    pullRequest: (number) => pullRequest(api, number),
    pullRequestsOf: (headSha) => pullRequestsOf(api, headSha),
    comment: (number, body) => comment(api, number, body),
    upsertComment: (number, marker, body) => upsertComment(api, login, { number, marker, body }),
    react: (commentId, content) => react(api, commentId, content),
    upsertCheck: (check) => upsertCheck(api, login, check),
    permission: (user) => permission(api, user),
    run: (id) => run(api, id),
    artifacts: (runId) => listArtifacts(api, runId),
    downloadArtifact: (id, maxBytes) => downloadArtifact(api, id, maxBytes, get),
    async dispatch(workflow, inputs) {
      const started = await api.ask(Dispatched, 'POST /actions/workflows/{workflow_id}/dispatches', {
        workflow_id: workflow,
        ref: await defaultBranch(),
        inputs,
        return_run_details: true,
      });
      return started.workflow_run_id;
    },
    createDeployment: (deployment) => createDeployment(api, deployment),
    findDeployment: (deployment) => findDeployment(api, login, deployment),
    setDeployment: (id, status) => setDeployment(api, id, status),
    commitFiles: (commit) => commitFiles(api, commit),
    openPullRequest: async (request) =>
      openPullRequest(api, { owner, login, base: await defaultBranch() }, request),
    reviews: (number) => reviewsOf(api, number, (user) => permission(api, user)),
    mergePullRequest: (order) => mergePullRequest(api, order),
    closePullRequest: (number) => closePullRequest(api, number),
    deleteBranch: (branch, commit) => deleteBranch(api, branch, commit),
    upsertIssue: (issue, known) => upsertIssue(api, login, issue, known),
  };
}

/** People whom GitHub does not know, or who are no collaborators, have none. */
async function permission(api: Api, user: string): Promise<Permission> {
  const found = await api.askUnless([404], Collaborator, 'GET /collaborators/{username}/permission', {
    username: user,
  });
  return found?.permission ?? 'none';
}

async function run(api: Api, id: number): Promise<WorkflowRun> {
  const found = await api.ask(Run, 'GET /actions/runs/{run_id}', { run_id: id });
  return {
    id: found.id,
    path: found.path,
    event: found.event,
    headSha: found.head_sha,
    headBranch: found.head_branch ?? '',
    headRepository: found.head_repository?.full_name ?? '',
    status: found.status ?? '',
    ...(found.conclusion !== null && { conclusion: found.conclusion }),
    url: found.html_url,
  };
}
