// Workflow runs: started by what happens in a repository or by a dispatch; their jobs follow `needs`.
import { availableParallelism } from 'node:os';
import { createCheck, suiteOf } from '../checks.ts';
import { readCommit } from '../git.ts';
import { jobHappened, runHappened, type Scene } from '../happenings.ts';
import type { Conclusion, Happening, Job, Repository, Run, User } from '../model.ts';
import { contextOf } from '../webhooks.ts';
import { githubContext } from './environment.ts';
import { holds, interpolate, resolveValue, type Situation } from './expressions.ts';
import { completeJob, runJob } from './job.ts';
import { type Combination, combinations } from './matrix.ts';
import type { Services } from './session.ts';
import { type Origin, originOf, starts } from './trigger.ts';
import { type JobSpec, type ReadWorkflow, readWorkflows, type Workflow } from './workflow.ts';

/** What starts one run. */
export interface RunOrder {
  readonly repository: Repository;
  readonly file: ReadWorkflow;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly origin: Origin;
  readonly actor: User;
}

/** GitHub lets workflows follow each other by `workflow_run` over three levels. */
const MAX_CHAIN = 3;

interface JobResult {
  readonly result: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
}

export class Runner {
  private readonly services: Services;
  private readonly cancels = new Map<Run, AbortController>();

  constructor(services: Services) {
    this.services = services;
  }

  /** Starts every workflow that waits for this; `idle` waits for the runs. */
  async react(happening: Happening): Promise<void> {
    if (happening.quiet || chainOf(happening) > MAX_CHAIN) return;
    const origin = await originOf(happening);
    if (!origin) return;
    for (const file of await readWorkflows(happening.repository.path, origin.sha)) {
      if ('workflow' in file && (await starts(file.workflow, happening)))
        await this.startFor(happening, file, origin);
      if ('problem' in file && happening.name === 'push') await this.startFor(happening, file, origin);
    }
  }

  private async startFor(happening: Happening, file: ReadWorkflow, origin: Origin): Promise<void> {
    const { hub } = this.services;
    const { repository, sender, name, payload } = happening;
    const event = { ...payload, ...contextOf(hub, repository, sender) };
    await this.start({ repository, file, event: name, payload: event, inputs: {}, origin, actor: sender });
  }

  /** Makes the run, announces it and executes it in the background. */
  async start(order: RunOrder): Promise<Run> {
    const { hub } = this.services;
    const run = await this.newRun(order);
    const scene: Scene = { hub, repository: run.repository, actor: { kind: 'user', user: run.actor } };
    runHappened(scene, 'requested', run);
    const cancel = new AbortController();
    this.cancels.set(run, cancel);
    hub.inBackground(
      this.execute(run, order.file, scene, cancel.signal).finally(() => this.cancels.delete(run)),
    );
    return run;
  }

  cancel(run: Run): void {
    this.cancels.get(run)?.abort();
  }

  cancelAll(): void {
    for (const cancel of this.cancels.values()) cancel.abort();
  }

  private async newRun({ repository, file, event, payload, inputs, origin, actor }: RunOrder): Promise<Run> {
    const { hub } = this.services;
    const now = hub.now();
    const name = 'workflow' in file ? file.workflow.title : file.path;
    const workflow = { ...workflowOf(hub, repository, file.path), name };
    const siblings = [...repository.runs.values()].filter((run) => run.workflow.id === workflow.id);
    const run: Run = {
      id: hub.nextId(),
      number: siblings.length + 1,
      repository,
      workflow,
      title: await titleOf(repository, origin, name, event),
      event,
      payload,
      inputs,
      actor,
      ref: origin.ref,
      sha: origin.sha,
      headSha: origin.headSha,
      headBranch: origin.headBranch,
      pull: origin.pull,
      chain: chainOf({ repository, name: event, payload }),
      suite: suiteOf(hub, repository, origin.headSha, hub.actionsApp),
      createdAt: now,
      startedAt: now,
      updatedAt: now,
      jobs: [],
      status: 'queued',
      conclusion: null,
      error: 'problem' in file ? file.problem : null,
    };
    repository.runs.set(run.id, run);
    return run;
  }

  private async execute(run: Run, file: ReadWorkflow, scene: Scene, cancel: AbortSignal): Promise<void> {
    run.status = 'in_progress';
    runHappened(scene, 'in_progress', run);
    run.conclusion = 'workflow' in file ? await this.runJobs(run, file.workflow, scene, cancel) : 'failure';
    run.status = 'completed';
    run.updatedAt = scene.hub.now();
    runHappened(scene, 'completed', run);
  }

  private async runJobs(
    run: Run,
    workflow: Workflow,
    scene: Scene,
    cancel: AbortSignal,
  ): Promise<Conclusion> {
    const pending = new Map<string, Promise<JobResult>>();
    const resultOf = (key: string): Promise<JobResult> => {
      const known = pending.get(key);
      if (known) return known;
      const spec = workflow.jobs[key];
      if (!spec) return Promise.reject(new Error(`a job needs '${key}', which does not exist`));
      const result = this.afterNeeds({ run, workflow, scene, cancel, key, spec }, resultOf);
      pending.set(key, result);
      return result;
    };
    try {
      const results = await Promise.all(Object.keys(workflow.jobs).map(resultOf));
      if (cancel.aborted) return 'cancelled';
      return results.some(({ result }) => result === 'failure') ? 'failure' : 'success';
    } catch (error) {
      run.error = error instanceof Error ? error.message : String(error);
      return 'failure';
    }
  }

  private async afterNeeds(at: JobPlace, resultOf: (key: string) => Promise<JobResult>): Promise<JobResult> {
    const { key, spec, run, cancel } = at;
    if (loops(at.workflow, key)) throw new Error(`job '${key}' needs itself`);
    const names = spec.needs ?? [];
    const results = await Promise.all(names.map(resultOf));
    const needs = Object.fromEntries(names.map((name, i) => [name, results[i]]));
    const failed = results.some(({ result }) => result !== 'success');
    const situation = this.situationOf(run, needs, { failed, cancelled: cancel.aborted });
    if (!holds(spec.if, situation)) return this.skip(at);

    const matrices = combinations(resolveValue(spec.strategy?.matrix, situation));
    const jobs = matrices.map((matrix) => this.newJob(at, matrix));
    await Promise.all(jobs.map((job, i) => this.runOne(at, job, { needs, matrix: matrices[i] ?? {} })));
    return resultFrom(jobs, spec);
  }

  private situationOf(run: Run, needs: unknown, status: Situation['status']): Situation {
    const at = { url: this.services.hub.url, job: '', token: '', workspace: '', eventPath: '' };
    const github = githubContext(run, at);
    const vars = Object.fromEntries(run.repository.variables);
    return { status, contexts: { github, needs, vars, inputs: run.inputs } };
  }

  private async runOne(
    at: JobPlace,
    job: Job,
    contexts: { needs: unknown; matrix: Combination },
  ): Promise<void> {
    const { workflow, scene, spec, cancel } = at;
    const strategy = { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 };
    await runJob({
      services: this.services,
      scene,
      workflow,
      spec,
      job,
      contexts: { ...contexts, strategy },
      cancel,
    });
  }

  private newJob({ run, key, spec, scene }: JobPlace, matrix: Combination): Job {
    const { hub } = this.services;
    const values = Object.values(matrix).map((value) =>
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    );
    const base = interpolate(spec.name ?? key, {
      contexts: { matrix, inputs: run.inputs, github: run.payload },
      status: { failed: false, cancelled: false },
    });
    const name =
      values.length > 0 && !spec.name?.includes('matrix.') ? `${base} (${values.join(', ')})` : base;
    const id = hub.nextId();
    const details = `${hub.url}/${run.repository.fullName}/actions/runs/${run.id}#job-${id}`;
    const check = createCheck(scene, hub.actionsApp, {
      name,
      head_sha: run.headSha,
      status: 'queued',
      details_url: details,
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

  private skip(at: JobPlace): JobResult {
    const job = this.newJob(at, {});
    const conclusion = at.cancel.aborted ? 'cancelled' : 'skipped';
    completeJob(at.scene, job, conclusion);
    return { result: conclusion, outputs: {} };
  }
}

/** 0 for what people and Apps start, one more than the run that it follows otherwise. */
function chainOf({ repository, name, payload }: Pick<Happening, 'repository' | 'name' | 'payload'>): number {
  if (name !== 'workflow_run') return 0;
  const { id } = payload.workflow_run as { id: number };
  return (repository.runs.get(id)?.chain ?? 0) + 1;
}

interface JobPlace {
  readonly run: Run;
  readonly workflow: Workflow;
  readonly scene: Scene;
  readonly cancel: AbortSignal;
  readonly key: string;
  readonly spec: JobSpec;
}

/** A matrix fails when one of its jobs does; its outputs are those of the job that ended last. */
function resultFrom(jobs: readonly Job[], spec: JobSpec): JobResult {
  const outputs = Object.assign({}, ...jobs.map((job) => job.outputs)) as Record<string, string>;
  const worst = jobs
    .map(({ conclusion }) => conclusion ?? 'failure')
    .find((conclusion) => conclusion !== 'success');
  const forgiven = spec['continue-on-error'] === true && worst === 'failure';
  return { result: forgiven ? 'success' : (worst ?? 'success'), outputs };
}

function loops(workflow: Workflow, key: string, path: readonly string[] = []): boolean {
  if (path.includes(key)) return true;
  return (workflow.jobs[key]?.needs ?? []).some((need) => loops(workflow, need, [...path, key]));
}

function labelsOf({ 'runs-on': runsOn }: JobSpec): string[] {
  return [runsOn].flat().map((label) => (typeof label === 'string' ? label : JSON.stringify(label)));
}

/** The workflow of a path: it keeps its id as long as its path. */
export function workflowOf(hub: Services['hub'], repository: Repository, path: string) {
  const known = repository.workflows.get(path);
  if (known) return known;
  const workflow = { id: hub.nextId(), path, createdAt: hub.now() };
  repository.workflows.set(path, workflow);
  return workflow;
}

async function titleOf(repository: Repository, origin: Origin, name: string, event: string): Promise<string> {
  if (origin.pull) return origin.pull.title;
  if (event !== 'push') return name;
  return (await readCommit(repository.path, origin.sha)).message.split('\n')[0] ?? name;
}

/** Lets so many in at once; the others wait in order. */
export function makeSlots(count = Math.max(2, availableParallelism())): Services['slots'] {
  const waiting: (() => void)[] = [];
  let free = count;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async enter() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return leave;
    },
  };
}
