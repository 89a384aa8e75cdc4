// The jobs of a run in the order of their `needs`: each starts when those are done, is skipped, or becomes a matrix.
import { createCheck } from '../checks.ts';
import { jobHappened, type Scene } from '../happenings.ts';
import type { Conclusion, Job, Run } from '../model.ts';
import { githubContext } from './environment.ts';
import { holds, interpolate, resolveValue, type Situation, type Status } from './expressions.ts';
import { completeJob, runJob } from './job.ts';
import { type Combination, combinations } from './matrix.ts';
import type { Services } from './session.ts';
import type { JobSpec, Workflow } from './workflow.ts';

export interface RunPlan {
  readonly services: Services;
  readonly run: Run;
  readonly workflow: Workflow;
  readonly scene: Scene;
  readonly cancel: AbortSignal;
}

interface JobPlan extends RunPlan {
  readonly key: string;
  readonly spec: JobSpec;
}

interface JobResult {
  readonly result: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
}

type ResultOf = (key: string) => Promise<JobResult>;

/** Runs every job and tells how the run ended; what is wrong with the graph itself stands in the run's error. */
export async function runJobs(plan: RunPlan): Promise<Conclusion> {
  const { run, workflow, cancel } = plan;
  const pending = new Map<string, Promise<JobResult>>();
  const resultOf: ResultOf = (key) => {
    const result = pending.get(key) ?? afterNeeds(plan, key, resultOf);
    pending.set(key, result);
    return result;
  };
  try {
    for (const key of Object.keys(workflow.jobs)) refuseLoop(workflow, key, []);
    const results = await Promise.all(Object.keys(workflow.jobs).map(resultOf));
    if (cancel.aborted) return 'cancelled';
    return results.some(({ result }) => result === 'failure') ? 'failure' : 'success';
  } catch (error) {
    run.error = error instanceof Error ? error.message : String(error);
    return 'failure';
  }
}

function refuseLoop(workflow: Workflow, key: string, path: readonly string[]): void {
  const spec = workflow.jobs[key];
  if (!spec) throw new Error(`a job needs '${key}', which does not exist`);
  if (path.includes(key)) throw new Error(`job '${key}' needs itself`);
  for (const need of spec.needs ?? []) refuseLoop(workflow, need, [...path, key]);
}

async function afterNeeds(run: RunPlan, key: string, resultOf: ResultOf): Promise<JobResult> {
  const spec = run.workflow.jobs[key];
  if (!spec) throw new Error(`there is no job '${key}'`);
  const plan: JobPlan = { ...run, key, spec };
  const names = spec.needs ?? [];
  const results = await Promise.all(names.map(resultOf));
  const needs = Object.fromEntries(names.map((name, i) => [name, results[i]]));
  const situation = situationOf(plan, needs, statusAfter(plan, results));
  if (!holds(spec.if, situation)) return skip(plan);

  const matrices = combinations(resolveValue(spec.strategy?.matrix, situation));
  const jobs = matrices.map((matrix) => ({ matrix, job: newJob(plan, matrix) }));
  await Promise.all(
    jobs.map(({ matrix, job }, at) => start(plan, job, { needs, matrix, ...place(at, jobs.length) })),
  );
  return resultFrom(
    jobs.map(({ job }) => job),
    spec,
  );
}

function statusAfter({ cancel }: JobPlan, results: readonly JobResult[]): Status {
  return {
    failed: results.some(({ result }) => result === 'failure'),
    unmet: results.some(({ result }) => result !== 'success'),
    cancelled: cancel.aborted,
  };
}

function situationOf({ services, run }: JobPlan, needs: unknown, status: Status): Situation {
  const at = { url: services.hub.url, job: '', token: '', workspace: '', eventPath: '' };
  const github = githubContext(run, at);
  const vars = Object.fromEntries(run.repository.variables);
  return { status, contexts: { github, needs, vars, inputs: run.inputs } };
}

function place(index: number, total: number) {
  return { strategy: { 'fail-fast': true, 'job-index': index, 'job-total': total, 'max-parallel': total } };
}

function start(plan: JobPlan, job: Job, contexts: Readonly<Record<string, unknown>>): Promise<void> {
  const { services, workflow, scene, spec, cancel } = plan;
  return runJob({ services, workflow, scene, spec, cancel, job, contexts });
}

function skip(plan: JobPlan): JobResult {
  const job = newJob(plan, {});
  const conclusion = plan.cancel.aborted ? 'cancelled' : 'skipped';
  completeJob(plan.scene, job, conclusion);
  return { result: conclusion, outputs: {} };
}

/** A queued job and its check run, entered in the run's books. */
function newJob(plan: JobPlan, matrix: Combination): Job {
  const { services, run, key, spec, scene } = plan;
  const { hub } = services;
  const name = nameOf(plan, matrix);
  const id = hub.nextId();
  const check = createCheck(scene, hub.actionsApp, {
    name,
    head_sha: run.headSha,
    status: 'queued',
    details_url: `${hub.url}/${run.repository.fullName}/actions/runs/${run.id}#job-${id}`,
  });
  const job: Job = {
    id,
    key,
    run,
    needs: spec.needs ?? [],
    labels: labelsOf(spec),
    check,
    steps: [],
    summaries: [],
    name,
    status: 'queued',
    conclusion: null,
    outputs: {},
    createdAt: hub.now(),
    startedAt: null,
    completedAt: null,
  };
  run.jobs.push(job);
  jobHappened(scene, 'queued', job);
  return job;
}

/** A matrix shows its values in brackets, unless the name itself speaks of them. */
function nameOf({ run, key, spec }: JobPlan, matrix: Combination): string {
  const contexts = { matrix, inputs: run.inputs, github: run.payload };
  const name = interpolate(spec.name ?? key, { contexts, status: { failed: false, cancelled: false } });
  const values = Object.values(matrix).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  );
  return values.length === 0 || spec.name?.includes('matrix.') ? name : `${name} (${values.join(', ')})`;
}

function labelsOf({ 'runs-on': runsOn }: JobSpec): string[] {
  return [runsOn].flat().map((label) => (typeof label === 'string' ? label : JSON.stringify(label)));
}

/** A matrix fails when one of its jobs does; its outputs are those of the job that comes last. */
function resultFrom(jobs: readonly Job[], spec: JobSpec): JobResult {
  const outputs = Object.assign({}, ...jobs.map((job) => job.outputs)) as Record<string, string>;
  const conclusions = jobs.map(({ conclusion }) => conclusion ?? 'failure');
  const worst = conclusions.find((conclusion) => conclusion !== 'success') ?? 'success';
  const forgiven = spec['continue-on-error'] === true && worst === 'failure';
  return { result: forgiven ? 'success' : worst, outputs };
}
