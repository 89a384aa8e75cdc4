// Workflows, dispatches, runs, jobs and their logs.
import { readFile as readDisk } from 'node:fs/promises';
import { resolve } from '../git.ts';
import { found, noContent, ok, paged, type Reply, redirect } from '../http.ts';
import type { Repository, Run } from '../model.ts';
import { type RepositoryCall, repositoryRoute } from '../router.ts';
import { dispatchWorkflow } from '../runner/dispatch.ts';
import { workflowOf } from '../runner/new-run.ts';
import { readWorkflows } from '../runner/workflow.ts';
import { runnerOf } from '../runner-of.ts';
import { signPath } from '../signed-urls.ts';
import { viewJob, viewRun, viewWorkflow } from '../views/actions.ts';
import { apiUrl, htmlUrl } from '../views/repositories.ts';

interface OfWorkflow {
  readonly workflow_id: string | number;
}

interface OfRun {
  readonly run_id: number;
}

interface ListInput {
  readonly event?: string;
  readonly branch?: string;
  readonly status?: string;
  readonly head_sha?: string;
  readonly actor?: string;
}

interface DispatchInput extends OfWorkflow {
  readonly ref: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly return_run_details?: boolean;
}

export const actionsRoutes = [
  repositoryRoute('GET /actions/workflows', 'actions:read', async ({ hub, repository, page }) => {
    const workflows = await workflowsOf(hub, repository);
    return paged(page, workflows, (list, total_count) => ({
      total_count,
      workflows: list.map((workflow) => viewWorkflow(hub, repository, workflow)),
    }));
  }),

  repositoryRoute<OfWorkflow>('GET /actions/workflows/{workflow_id}', 'actions:read', async (call) =>
    ok(viewWorkflow(call.hub, call.repository, await workflowNamed(call))),
  ),

  repositoryRoute<DispatchInput>(
    'POST /actions/workflows/{workflow_id}/dispatches',
    'actions:write',
    async (call) => {
      const { hub, repository, input, user } = call;
      const { path } = await workflowNamed(call);
      const order = { hub, repository, path, ref: input.ref, inputs: input.inputs ?? {}, actor: user };
      const run = await dispatchWorkflow(runnerOf(hub), order);
      if (!input.return_run_details) return noContent();
      const run_url = `${apiUrl(hub, repository)}/actions/runs/${run.id}`;
      const html_url = `${htmlUrl(hub, repository)}/actions/runs/${run.id}`;
      return ok({ workflow_run_id: run.id, run_url, html_url });
    },
  ),

  repositoryRoute<OfWorkflow & ListInput>(
    'GET /actions/workflows/{workflow_id}/runs',
    'actions:read',
    async (call) => {
      const { id } = await workflowNamed(call);
      return listRuns(call, (run) => run.workflow.id === id);
    },
  ),

  repositoryRoute<ListInput>('GET /actions/runs', 'actions:read', (call) => listRuns(call, () => true)),

  repositoryRoute<OfRun>('GET /actions/runs/{run_id}', 'actions:read', (call) =>
    ok(viewRun(call.hub, runOf(call))),
  ),

  repositoryRoute<OfRun>('POST /actions/runs/{run_id}/cancel', 'actions:write', (call) => {
    runnerOf(call.hub).cancel(runOf(call));
    return { status: 202, body: {} };
  }),

  repositoryRoute<OfRun>('GET /actions/runs/{run_id}/jobs', 'actions:read', (call) => {
    const { hub, page } = call;
    return paged(page, runOf(call).jobs, (jobs, total_count) => ({
      total_count,
      jobs: jobs.map((job) => viewJob(hub, job)),
    }));
  }),

  repositoryRoute<{ job_id: number }>('GET /actions/jobs/{job_id}', 'actions:read', (call) =>
    ok(viewJob(call.hub, jobOf(call.repository, call.input.job_id))),
  ),

  repositoryRoute<{ job_id: number }>(
    'GET /actions/jobs/{job_id}/logs',
    'actions:read',
    ({ hub, repository, input }) => {
      const job = jobOf(repository, input.job_id);
      return redirect(hub.url + signPath(`/_storage/logs/${repository.fullName}/${job.id}`));
    },
  ),
];

function runOf({ repository, input }: RepositoryCall<OfRun>): Run {
  return found(repository.runs.get(input.run_id));
}

export function jobOf(repository: Repository, id: number) {
  return found([...repository.runs.values()].flatMap(({ jobs }) => jobs).find((job) => job.id === id));
}

/** The log of a whole job: that of its steps, one after the other. */
export async function jobLog(job: ReturnType<typeof jobOf>): Promise<string> {
  const logs = await Promise.all(job.steps.map(({ log }) => readDisk(log, 'utf8').catch(() => '')));
  return job.steps.map((step, i) => `##[group]${step.name}\n${logs[i] ?? ''}##[endgroup]\n`).join('');
}

function listRuns(call: RepositoryCall<ListInput>, among: (run: Run) => boolean): Reply {
  const { hub, repository, input, page } = call;
  const runs = [...repository.runs.values()].filter((run) => among(run) && matches(run, input)).reverse();
  return paged(page, runs, (list, total_count) => ({
    total_count,
    workflow_runs: list.map((run) => viewRun(hub, run)),
  }));
}

function matches(run: Run, { event, branch, status, head_sha, actor }: ListInput): boolean {
  const wanted: [string | undefined, string | null][] = [
    [event, run.event],
    [branch, run.headBranch],
    [head_sha, run.headSha],
    [actor, run.actor.login],
  ];
  if (wanted.some(([asked, has]) => asked !== undefined && asked !== has)) return false;
  return status === undefined || status === run.status || status === run.conclusion;
}

/** The workflow files of the default branch. */
async function workflowsOf(hub: RepositoryCall['hub'], repository: Repository) {
  const sha = await resolve(repository.path, `refs/heads/${repository.defaultBranch}`);
  const files = sha ? await readWorkflows(repository.path, sha) : [];
  return files.map((file) => ({
    ...workflowOf(hub, repository, file.path),
    name: 'workflow' in file ? file.workflow.title : file.path,
  }));
}

/** By id or by file name. */
async function workflowNamed({ hub, repository, input }: RepositoryCall<OfWorkflow>) {
  const wanted = String(input.workflow_id);
  const all = await workflowsOf(hub, repository);
  return found(
    all.find(({ id, path }) => String(id) === wanted || path === wanted || path.endsWith(`/${wanted}`)),
  );
}
