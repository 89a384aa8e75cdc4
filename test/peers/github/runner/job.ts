// One job from its first step to its conclusion: token, environment, steps with their logs, outputs, check run.

import { join } from 'node:path';
import { updateCheck } from '../checks.ts';
import { jobHappened, type Scene } from '../happenings.ts';
import type { Conclusion, Job, Step } from '../model.ts';
import { annotate, annotateFrom } from './annotations.ts';
import { interpolate, resolveTexts } from './expressions.ts';
import { clearGrounds } from './grounds.ts';
import { finishDeployment, startDeployment } from './job-deployment.ts';
import { type JobOrder, newScope, openSession } from './job-session.ts';
import { StepLog } from './log.ts';
import { type Scope, type Session, type StepResult, situationOf } from './session.ts';
import { runStep } from './steps.ts';
import type { StepSpec } from './workflow.ts';

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
