// Which event starts which workflow, from which commit. Most events run the default branch's files;
// a pull request brings its own, a push those of the pushed commit.
import picomatch from 'picomatch';
import { diff } from '../git-tree.ts';
import type { Happening, Issue } from '../model.ts';
import { changedFiles } from '../views/pulls.ts';
import type { Trigger, Workflow } from './workflow.ts';

/** Where an event's workflows are read from and what they call their ref and head. */
export interface Origin {
  /** `GITHUB_SHA`. */
  readonly sha: string;
  /** `GITHUB_REF`. */
  readonly ref: string;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly pull: Issue | null;
}

const NO_SHA = '0'.repeat(40);
/** Types that start a workflow which names none. */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
};

/** Undefined when the event runs nothing: a deleted ref, a pull request that conflicts. */
export function originOf(happening: Happening): Origin | undefined {
  const { repository, name, payload } = happening;
  if (name === 'push') return pushOrigin(payload);
  if (name === 'pull_request') return pullOrigin(happening);

  const branch = repository.defaultBranch;
  const sha = repository.refs.get(`refs/heads/${branch}`);
  return sha ? { sha, ref: `refs/heads/${branch}`, headSha: sha, headBranch: branch, pull: null } : undefined;
}

function pushOrigin(payload: Happening['payload']): Origin | undefined {
  const sha = String(payload.after);
  const ref = String(payload.ref);
  if (sha === NO_SHA) return undefined;
  return { sha, ref, headSha: sha, headBranch: ref.replace(/^refs\/(heads|tags)\//, ''), pull: null };
}

function pullOrigin({ repository, payload }: Happening): Origin | undefined {
  const issue = repository.issues.get(Number(payload.number));
  if (!issue?.pull?.mergeSha) return undefined;
  const { mergeSha, headSha, headRef } = issue.pull;
  const ref = issue.pull.merged ? `refs/heads/${issue.pull.baseRef}` : `refs/pull/${issue.number}/merge`;
  return { sha: mergeSha, ref, headSha, headBranch: headRef, pull: issue };
}

/** Whether the event, with its type, branch, paths and name, starts this workflow. */
export async function starts(workflow: Workflow, happening: Happening): Promise<boolean> {
  const trigger = workflow.triggers[happening.name];
  if (!trigger || !typeMatches(trigger, happening)) return false;
  if (!workflowMatches(trigger, happening) || !refMatches(trigger, happening)) return false;
  return pathsMatch(trigger, happening);
}

function typeMatches(trigger: Trigger, { name, action }: Happening): boolean {
  const types = trigger.types ?? DEFAULT_TYPES[name];
  return !types || action === undefined || types.includes(action);
}

function workflowMatches(trigger: Trigger, { name, payload }: Happening): boolean {
  if (name !== 'workflow_run') return true;
  const { name: of } = payload.workflow as { name: string };
  return trigger.workflows?.includes(of) ?? false;
}

/** Pushes are filtered by what was pushed, pull requests by their base, workflow runs by their head branch. */
function refMatches(trigger: Trigger, { name, payload }: Happening): boolean {
  if (name === 'push') return pushedRefMatches(trigger, String(payload.ref));
  const base = (payload.pull_request as { base: { ref: string } } | undefined)?.base.ref;
  const head = (payload.workflow_run as { head_branch: string | null } | undefined)?.head_branch;
  const branch = base ?? head;
  return (
    branch === undefined || branch === null || passes(branch, trigger.branches, trigger['branches-ignore'])
  );
}

function pushedRefMatches(trigger: Trigger, ref: string): boolean {
  const { branches, tags } = trigger;
  const [, kind = '', ...rest] = ref.split('/');
  const name = rest.join('/');
  const ofBranches = branches ?? trigger['branches-ignore'];
  const ofTags = tags ?? trigger['tags-ignore'];
  if (kind === 'tags') return ofTags ? passes(name, tags, trigger['tags-ignore']) : !ofBranches;
  return ofBranches ? passes(name, branches, trigger['branches-ignore']) : !ofTags;
}

function passes(
  text: string,
  only: readonly string[] | undefined,
  never: readonly string[] | undefined,
): boolean {
  if (only && !matchesLast(text, only)) return false;
  return !(never && matchesLast(text, never));
}

/** Patterns are read in order and `!` takes back what earlier ones allowed. */
function matchesLast(text: string, patterns: readonly string[]): boolean {
  let hit = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (picomatch.isMatch(text, negated ? pattern.slice(1) : pattern, { dot: true })) hit = !negated;
  }
  return hit;
}

async function pathsMatch(trigger: Trigger, happening: Happening): Promise<boolean> {
  const { paths } = trigger;
  const never = trigger['paths-ignore'];
  if (!paths && !never) return true;
  const changed = await changedPaths(happening);
  if (!changed) return true;
  if (paths) return changed.some((path) => matchesLast(path, paths));
  return changed.some((path) => !matchesLast(path, never ?? []));
}

async function changedPaths({ repository, name, payload }: Happening): Promise<string[] | undefined> {
  if (name === 'push') {
    if (payload.before === NO_SHA || payload.deleted) return undefined;
    return (await diff(repository.path, String(payload.before), String(payload.after))).map(
      ({ path }) => path,
    );
  }
  const pull = repository.issues.get(Number(payload.number))?.pull;
  return pull && (await changedFiles(repository, pull)).map(({ path }) => path);
}
