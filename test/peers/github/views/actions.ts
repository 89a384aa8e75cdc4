// Workflows, runs, jobs and artifacts as GitHub's API shows them.
import type { Hub } from '../hub.ts';
import type { Artifact, Job, Repository, Run } from '../model.ts';
import { pullsOf } from './checks.ts';
import { apiUrl, htmlUrl, viewMinimalRepository } from './repositories.ts';
import { nodeId, viewUser } from './users.ts';

/** Artifacts live for 90 days. */
const ARTIFACT_LIFE_MS = 90 * 24 * 3600 * 1000;

export function viewWorkflow(
  hub: Hub,
  repository: Repository,
  workflow: { id: number; path: string; name: string; createdAt: string },
) {
  const api = apiUrl(hub, repository);
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: workflow.createdAt,
    updated_at: workflow.createdAt,
    url: `${api}/actions/workflows/${workflow.id}`,
    html_url: `${htmlUrl(hub, repository)}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${htmlUrl(hub, repository)}/actions/workflows/${workflow.path.split('/').at(-1)}/badge.svg`,
  };
}

export function viewRun(hub: Hub, run: Run) {
  const { repository } = run;
  const api = `${apiUrl(hub, repository)}/actions/runs/${run.id}`;
  const workflowUrl = `${apiUrl(hub, repository)}/actions/workflows/${run.workflow.id}`;
  const minimal = viewMinimalRepository(hub, repository);
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.suite,
    check_suite_node_id: nodeId('CheckSuite', run.suite),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    url: api,
    html_url: `${htmlUrl(hub, repository)}/actions/runs/${run.id}`,
    pull_requests: pullsOf(hub, repository, run.headSha),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
    actor: viewUser(hub, run.actor),
    triggering_actor: viewUser(hub, run.actor),
    jobs_url: `${api}/jobs`,
    logs_url: `${api}/logs`,
    check_suite_url: `${apiUrl(hub, repository)}/check-suites/${run.suite}`,
    artifacts_url: `${api}/artifacts`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    previous_attempt_url: null,
    workflow_url: workflowUrl,
    head_commit: headCommit(run),
    repository: minimal,
    head_repository: minimal,
  };
}

function headCommit(run: Run) {
  const nobody = { name: run.actor.login, email: `${run.actor.login}@users.noreply.github.com` };
  const { headSha: id } = run;
  return { id, tree_id: id, message: run.title, timestamp: run.createdAt, author: nobody, committer: nobody };
}

export function viewJob(hub: Hub, job: Job) {
  const { run } = job;
  const api = apiUrl(hub, run.repository);
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: 1,
    node_id: nodeId('Job', job.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    workflow_name: run.workflow.name,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${htmlUrl(hub, run.repository)}/actions/runs/${run.id}#job-${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps.map(({ number, name, status, conclusion, startedAt, completedAt }) => ({
      number,
      name,
      status,
      conclusion,
      started_at: startedAt,
      completed_at: completedAt,
    })),
    check_run_url: `${api}/check-runs/${job.check.id}`,
    labels: job.labels,
    runner_id: 1,
    runner_name: 'stand-in',
    runner_group_id: 1,
    runner_group_name: 'Default',
  };
}

export function viewArtifact(hub: Hub, artifact: Artifact) {
  const { run } = artifact;
  const api = `${apiUrl(hub, run.repository)}/actions/artifacts/${artifact.id}`;
  const expires = new Date(Date.parse(artifact.createdAt) + ARTIFACT_LIFE_MS);
  return {
    id: artifact.id,
    node_id: nodeId('Artifact', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url: api,
    archive_download_url: `${api}/zip`,
    expired: false,
    digest: artifact.digest,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: `${expires.toISOString().slice(0, 19)}Z`,
    workflow_run: {
      id: run.id,
      repository_id: run.repository.id,
      head_repository_id: run.repository.id,
      head_branch: run.headBranch,
      head_sha: run.headSha,
    },
  };
}
