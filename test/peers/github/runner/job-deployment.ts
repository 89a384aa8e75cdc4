// The deployment that a job writes by naming an environment.
import { addStatus, createDeployment } from '../deployments.ts';
import type { Scene } from '../happenings.ts';
import type { Deployment } from '../model.ts';
import { interpolate, resolveValue } from './expressions.ts';
import { type JobOrder, newScope } from './job-session.ts';
import { type Scope, type Session, situationOf } from './session.ts';

/** A job that names an environment writes a deployment, unless it says `deployment: false`. */
export function startDeployment({ spec, scene }: JobOrder, session: Session): Deployment | undefined {
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

/** Says how the job ended. */
export function finishDeployment(
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
