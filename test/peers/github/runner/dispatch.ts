// `workflow_dispatch`: only on a branch or tag, only with inputs that the file of that ref declares.
import { resolve } from '../git.ts';
import { readFile } from '../git-tree.ts';
import { ApiError } from '../http.ts';
import type { Hub } from '../hub.ts';
import type { Repository, Run, User } from '../model.ts';
import { contextOf } from '../webhooks.ts';
import type { Runner } from './runs.ts';
import { parseWorkflow, type Trigger } from './workflow.ts';

type Inputs = Readonly<Record<string, unknown>>;

export interface Dispatch {
  readonly hub: Hub;
  readonly repository: Repository;
  readonly path: string;
  readonly ref: string;
  readonly inputs: Inputs;
  readonly actor: User;
}

/** Starts the run, or refuses with 422 and GitHub's sentence. */
export async function dispatchWorkflow(runner: Runner, dispatch: Dispatch): Promise<Run> {
  const { hub, repository, path, inputs, actor } = dispatch;
  const { ref, sha } = await refOf(repository, dispatch.ref);
  const text = (await readFile(repository.path, sha, path))?.toString();
  if (text === undefined)
    throw new ApiError(
      422,
      `Workflow does not exist or does not have a workflow_dispatch trigger in this branch.`,
    );
  const file = parseWorkflow(path, text);
  if ('problem' in file) throw new ApiError(422, file.problem);
  const trigger = file.workflow.triggers.workflow_dispatch;
  if (!trigger) throw new ApiError(422, "Workflow does not have 'workflow_dispatch' trigger");

  const values = checkInputs(trigger, inputs);
  const payload = { inputs: stringified(values), ref, workflow: path, ...contextOf(hub, repository, actor) };
  const branch = ref.replace(/^refs\/(heads|tags)\//, '');
  const origin = { sha, ref, headSha: sha, headBranch: branch, pull: null };
  return runner.start({
    repository,
    file,
    event: 'workflow_dispatch',
    payload,
    inputs: values,
    origin,
    actor,
  });
}

async function refOf(repository: Repository, name: string): Promise<{ ref: string; sha: string }> {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const ref of candidates) {
    const sha = await resolve(repository.path, ref);
    if (sha && /^refs\/(heads|tags)\//.test(ref)) return { ref, sha };
  }
  throw new ApiError(422, `No ref found for: ${name}`);
}

function checkInputs({ inputs: declared }: Trigger, given: Inputs): Inputs {
  const unexpected = Object.keys(given).filter((name) => declared?.[name] === undefined);
  if (unexpected.length > 0)
    throw new ApiError(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const entries = Object.entries(declared ?? {}).map(([name, spec]) => [
    name,
    inputValue(name, spec ?? {}, given[name]),
  ]);
  return Object.fromEntries(entries);
}

type InputSpec = NonNullable<NonNullable<Trigger['inputs']>[string]>;

function inputValue(name: string, spec: InputSpec, given: unknown): unknown {
  const value = given ?? spec.default;
  if (value === undefined || value === '') {
    if (spec.required) throw new ApiError(422, `Required input '${name}' not provided`);
    return spec.type === 'boolean' ? false : '';
  }
  if (spec.type === 'boolean') return booleanOf(name, value);
  if (spec.type === 'choice' && !spec.options?.includes(String(value)))
    throw new ApiError(
      422,
      `Provided value '${value}' for input '${name}' not in the list of allowed values`,
    );
  if (spec.type === 'number' && !Number.isFinite(Number(value)))
    throw new ApiError(422, `Provided value '${value}' for input '${name}' is not a number`);
  return spec.type === 'number' ? Number(value) : String(value);
}

function booleanOf(name: string, value: unknown): boolean {
  const text = String(value);
  if (text !== 'true' && text !== 'false')
    throw new ApiError(422, `Provided value '${text}' for input '${name}' is not a boolean`);
  return text === 'true';
}

function stringified(values: Inputs): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
