// Opens a job: its folders, its token with the workflow's permissions, and the secrets and variables that it may see.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scene } from '../happenings.ts';
import type { Actor, Job } from '../model.ts';
import { newToken } from '../routes/apps.ts';
import { githubContext } from './environment.ts';
import { type Contexts, interpolate, resolveTexts } from './expressions.ts';
import { type Grounds, makeGrounds } from './grounds.ts';
import { Masks } from './log.ts';
import { grantsOf } from './permissions.ts';
import { Processes } from './process.ts';
import { type Scope, type Services, type Session, situationOf } from './session.ts';
import type { JobSpec, Workflow } from './workflow.ts';

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
/** The session that all steps of the job share. Its token lives until the job's end. */
export async function openSession(order: JobOrder): Promise<Session> {
  const { services, workflow, spec, job, cancel } = order;
  const { run } = job;
  const grounds = await makeGrounds(services.folder, services.toolCache, job);
  const grants = grantsOf(spec.permissions ?? workflow.permissions);
  const token = issueToken(order, grants);
  const github = await writeContext(order, grounds, token);
  const contexts = visibleContexts(order, github, token);
  const masks = new Masks();
  for (const secret of Object.values(contexts.secrets)) masks.add(secret);

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
    contexts,
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

function issueToken({ services, job }: JobOrder, permissions: Session['grants']): string {
  const { hub } = services;
  const token = newToken(hub.actionsApp.id);
  const expiresAt = Date.now() + TOKEN_LIFE_MS;
  const actor: Actor = { kind: 'installation', app: hub.actionsApp, permissions, expiresAt, job };
  hub.tokens.set(token, actor);
  return token;
}

async function writeContext({ services, job }: JobOrder, grounds: Grounds, token: string) {
  const eventPath = join(grounds.temp, 'event.json');
  await writeFile(eventPath, JSON.stringify(job.run.payload));
  const { workspace } = grounds;
  return githubContext(job.run, { url: services.hub.url, job: job.key, token, workspace, eventPath });
}

/** The environment's secrets and variables go over the repository's, and only to the job that names it. */
function visibleContexts({ spec, job, contexts }: JobOrder, github: Session['github'], token: string) {
  const { repository, inputs } = job.run;
  const name = environmentName(spec, { ...contexts, github, inputs });
  const environment = name === undefined ? undefined : repository.environments.get(name.toLowerCase());
  return {
    ...contexts,
    vars: { ...fromMap(repository.variables), ...fromMap(environment?.variables) },
    secrets: { ...fromMap(repository.secrets), ...fromMap(environment?.secrets), GITHUB_TOKEN: token },
  };
}

/** The scope of the job's own steps. */
export function newScope(job: Job): Scope {
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
