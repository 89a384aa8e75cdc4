// Makes the record of a run from what started it.
import { suiteOf } from '../checks.ts';
import { readCommit } from '../git-history.ts';
import type { Hub } from '../hub.ts';
import type { Happening, Repository, Run, User } from '../model.ts';
import type { Origin } from './trigger.ts';
import type { ReadWorkflow } from './workflow.ts';

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

/** A queued run, entered in the repository's books. */
export async function newRun(hub: Hub, order: RunOrder): Promise<Run> {
  const { repository, file, event, payload, inputs, origin, actor } = order;
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

/** 0 for what people and Apps start, one more than the run that it follows otherwise. */
export function chainOf({
  repository,
  name,
  payload,
}: Pick<Happening, 'repository' | 'name' | 'payload'>): number {
  if (name !== 'workflow_run') return 0;
  const { id } = payload.workflow_run as { id: number };
  return (repository.runs.get(id)?.chain ?? 0) + 1;
}

/** The workflow of a path: it keeps its id as long as its path. */
export function workflowOf(hub: Hub, repository: Repository, path: string) {
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
