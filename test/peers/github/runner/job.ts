// One job from its first step to its conclusion: token, environment, steps with their logs, outputs, check run.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { updateCheck } from '../checks.ts';
import { addStatus, createDeployment } from '../deployments.ts';
import { jobHappened, type Scene } from '../happenings.ts';
import type { Actor, Conclusion, Deployment, Job, Step } from '../model.ts';
import { newToken } from '../routes/apps.ts';
import { githubContext } from './environment.ts';
import { type Contexts, interpolate, resolveTexts, resolveValue } from './expressions.ts';
import { clearGrounds, makeGrounds } from './grounds.ts';
import { type Command, Masks, StepLog } from './log.ts';
import { grantsOf } from './permissions.ts';
import { Processes } from './process.ts';
import { type Scope, type Services, type Session, type StepResult, situationOf } from './session.ts';
import { runStep } from './steps.ts';
import type { JobSpec, StepSpec, Workflow } from './workflow.ts';

export interface JobOrder {
  readonly services: Services;
  readonly scene: Scene;
  readonly workflow: Workflow;
  readonly spec: JobSpec;
  readonly job: Job;
  /** `needs`, `matrix`, `strategy`. */
  readonly contexts: Contexts;
  /** Aborted when the run is cancelled. */
  readonly cancel: AbortSignal;
}

const DEFAULT_TIMEOUT_MINUTES = 360;
const TOKEN_LIFE_MS = 24 * 3_600_000;
/** GitHub keeps ten annotations of each level per step. */
const MAX_ANNOTATIONS = 10;

/** Runs the job to its end; never throws, whatever the steps do. */
export async function runJob(order: JobOrder): Promise<void> {
  const { services, scene, job, cancel } = order;
  const leave = await services.slots.enter();
  const { hub } = services;
  let token: string | undefined;
  try {
    job.status = 'in_progress';
    job.startedAt = hub.now();
    updateCheck(scene, hub.actionsApp, job.check, { status: 'in_progress', started_at: job.startedAt });
    jobHappened(scene, 'in_progress', job);
    const session = await openSession(order);
    token = session.token;
    await runSteps(order, session);
  } catch (error) {
    annotate(job, 'failure', error instanceof Error ? error.message : String(error));
    job.conclusion = 'failure';
  } finally {
    leave();
    if (token) hub.tokens.delete(token);
  }
  if (cancel.aborted) job.conclusion = 'cancelled';
  await clearGrounds(services.folder, job);
  completeJob(scene, job, job.conclusion ?? 'failure');
}

/** Closes a job's books: times, check run, event. */
export function completeJob(scene: Scene, job: Job, conclusion: Conclusion): void {
  const { hub } = scene;
  job.status = 'completed';
  job.conclusion = conclusion;
  job.completedAt = hub.now();
  const summary = job.summaries.join('\n\n').slice(0, 65_535);
  const title = `${job.name}: ${conclusion}`;
  updateCheck(scene, hub.actionsApp, job.check, {
    conclusion,
    completed_at: job.completedAt,
    output: { title, summary },
  });
  jobHappened(scene, 'completed', job);
}

async function openSession({ services, workflow, spec, job, contexts, cancel }: JobOrder): Promise<Session> {
  const { hub } = services;
  const { run } = job;
  const grounds = await makeGrounds(services.folder, services.toolCache, job);
  const grants = grantsOf(spec.permissions ?? workflow.permissions);
  const token = newToken(hub.actionsApp.id);
  const expiresAt = Date.now() + TOKEN_LIFE_MS;
  const actor: Actor = { kind: 'installation', app: hub.actionsApp, permissions: grants, expiresAt, job };
  hub.tokens.set(token, actor);

  const eventPath = join(grounds.temp, 'event.json');
  await writeFile(eventPath, JSON.stringify(run.payload));
  const at = { url: hub.url, job: job.key, token, workspace: grounds.workspace, eventPath };
  const github = githubContext(run, at);
  const environment = environmentName(spec, { ...contexts, github, inputs: run.inputs });
  const secrets = {
    ...fromMap(run.repository.secrets),
    ...fromMap(environmentOf(job, environment)?.secrets),
    GITHUB_TOKEN: token,
  };
  const masks = new Masks();
  for (const secret of Object.values(secrets)) masks.add(secret);

  const minutes = Number(spec['timeout-minutes'] ?? DEFAULT_TIMEOUT_MINUTES) || DEFAULT_TIMEOUT_MINUTES;
  const session: Session = {
    services,
    repository: run.repository,
    job,
    grounds,
    masks,
    processes: new Processes(),
    token,
    grants,
    github,
    contexts: {
      ...contexts,
      vars: { ...fromMap(run.repository.variables), ...fromMap(environmentOf(job, environment)?.variables) },
      secrets,
    },
    defaults: { ...workflow.defaults?.run, ...spec.defaults?.run },
    signal: AbortSignal.any([cancel, AbortSignal.timeout(minutes * 60_000)]),
    env: {},
    path: [],
    isCancelled: () => cancel.aborted,
  };
  for (const env of [workflow.env, spec.env])
    Object.assign(session.env, resolveTexts(env, situationOf(session, newScope(job))));
  return session;
}

function newScope(job: Job): Scope {
  return { steps: {}, inputs: job.run.inputs, env: {}, failed: false };
}

function fromMap(map: ReadonlyMap<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(map ?? []);
}

function environmentName(spec: JobSpec, contexts: Contexts): string | undefined {
  const { environment } = spec;
  const name = typeof environment === 'string' ? environment : environment?.name;
  return name && interpolate(name, { contexts, status: { failed: false, cancelled: false } });
}

function environmentOf(job: Job, name: string | undefined) {
  return name === undefined ? undefined : job.run.repository.environments.get(name.toLowerCase());
}

async function runSteps(order: JobOrder, session: Session): Promise<void> {
  const { spec, job } = order;
  const scope = newScope(job);
  const deployment = startDeployment(order, session);
  try {
    for (const step of spec.steps) await runOne(session, scope, step);
  } finally {
    session.processes.endAll();
  }
  job.outputs = resolveTexts(spec.outputs, situationOf(session, scope));
  if (session.signal.aborted && !session.isCancelled()) {
    annotate(job, 'failure', 'The job has exceeded its maximum execution time.');
    scope.failed = true;
  }
  job.conclusion = scope.failed ? 'failure' : 'success';
  finishDeployment(order, session, scope, deployment);
}

async function runOne(session: Session, scope: Scope, spec: StepSpec): Promise<void> {
  const { job, grounds, masks, services } = session;
  const number = job.steps.length + 1;
  const path = join(grounds.logs, `${number}.log`);
  const step: Step = {
    number,
    name: session.masks.hide(stepName(spec, session, scope)),
    log: path,
    status: 'in_progress',
    conclusion: null,
    startedAt: services.hub.now(),
    completedAt: null,
  };
  job.steps.push(step);
  let annotations = 0;
  const log = new StepLog(path, masks, (command) => {
    if (annotations++ < MAX_ANNOTATIONS) annotateFrom(job, command, masks);
  });
  const result = await runStep(session, scope, spec, log);
  await log.close();
  step.status = 'completed';
  step.conclusion = shownConclusion(session, result);
  step.completedAt = services.hub.now();
}

function shownConclusion(session: Session, { conclusion }: StepResult): Conclusion {
  return session.isCancelled() && conclusion === 'failure' ? 'cancelled' : conclusion;
}

function stepName(spec: StepSpec, session: Session, scope: Scope): string {
  const name = spec.name ?? (spec.uses ? `Run ${spec.uses}` : `Run ${spec.run?.trim().split('\n')[0]}`);
  try {
    return interpolate(name, situationOf(session, scope));
  } catch {
    return name;
  }
}

function annotateFrom(job: Job, { name, properties, text }: Command, masks: Masks): void {
  const level = { error: 'failure', warning: 'warning', notice: 'notice' }[name];
  if (level) annotate(job, level, masks.hide(text), properties);
}

function annotate(
  job: Job,
  annotation_level: string,
  message: string,
  at: Readonly<Record<string, string>> = {},
): void {
  const start_line = Number(at.line) || 1;
  const end_line = Number(at.endLine) || start_line;
  const title = at.title && { title: at.title };
  job.check.annotations.push({
    path: at.file ?? '.github',
    start_line,
    end_line,
    annotation_level,
    message,
    ...title,
  });
}

/** A job that names an environment writes a deployment, unless it says `deployment: false`. */
function startDeployment({ spec, scene }: JobOrder, session: Session): Deployment | undefined {
  const { environment } = spec;
  if (environment === undefined) return undefined;
  const situation = situationOf(session, newScope(session.job));
  const wanted =
    typeof environment === 'string' ? true : resolveValue(environment.deployment ?? true, situation);
  if (wanted === false || wanted === 'false') return undefined;

  const name = interpolate(typeof environment === 'string' ? environment : environment.name, situation);
  const { run } = session.job;
  const deployment = createDeployment(asJob(scene, session), {
    sha: run.headSha,
    ref: run.headBranch ?? run.ref,
    environment: name,
  });
  addStatus(asJob(scene, session), deployment, { state: 'in_progress' });
  return deployment;
}

function finishDeployment(
  order: JobOrder,
  session: Session,
  scope: Scope,
  deployment: Deployment | undefined,
): void {
  if (!deployment) return;
  const { environment } = order.spec;
  const url = typeof environment === 'object' && environment.url;
  addStatus(asJob(order.scene, session), deployment, {
    state: session.job.conclusion === 'success' ? 'success' : 'failure',
    ...(url && { environment_url: interpolate(url, situationOf(session, scope)) }),
  });
}

function asJob(scene: Scene, session: Session): Scene {
  const actor = scene.hub.tokens.get(session.token);
  return actor ? { ...scene, actor } : scene;
}
