// Pushes: compares the refs on disk with those last announced, moves pull requests along, and announces what changed.

import { userOf } from './auth.ts';
import { listRefs } from './git.ts';
import { isAncestor, log, readCommit } from './git-history.ts';
import { pullHappened, refHappened, type Scene } from './happenings.ts';
import type { Issue, Pull } from './model.ts';
import { viewPushedCommit } from './push-commit.ts';
import { refreshTestMerge } from './test-merge.ts';
import { htmlUrl } from './views/repositories.ts';

const NO_SHA = '0'.repeat(40);
/** GitHub lists at most this many commits in a push's payload. */
const MAX_COMMITS = 2048;

interface Change {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** Hears of every branch and tag that moved since the last time. Safe to call when nothing did. */
export async function announcePushes(scene: Scene): Promise<void> {
  const { hub, repository } = scene;
  const changes = await changedRefs(scene);
  if (changes.length > 0) repository.pushedAt = hub.now();
  for (const change of changes) await announceChange(scene, change);
}

async function changedRefs({ repository }: Scene): Promise<Change[]> {
  const now = await listRefs(repository.path);
  const changes: Change[] = [];
  for (const [ref, { sha }] of now) {
    const before = repository.refs.get(ref) ?? NO_SHA;
    if (before !== sha && isPublic(ref)) changes.push({ ref, before, after: sha });
  }
  for (const [ref, before] of repository.refs)
    if (!now.has(ref)) changes.push({ ref, before, after: NO_SHA });
  for (const { ref, after } of changes) {
    if (after === NO_SHA) repository.refs.delete(ref);
    else repository.refs.set(ref, after);
  }
  return changes;
}

function isPublic(ref: string): boolean {
  return ref.startsWith('refs/heads/') || ref.startsWith('refs/tags/');
}

async function announceChange(scene: Scene, change: Change): Promise<void> {
  const { ref, before, after } = change;
  const [, kind = '', ...rest] = ref.split('/');
  const name = { ref: rest.join('/'), ref_type: kind === 'heads' ? 'branch' : 'tag' };
  if (before === NO_SHA)
    refHappened(scene, 'create', {
      ...name,
      master_branch: scene.repository.defaultBranch,
      description: null,
      pusher_type: 'user',
    });
  if (after === NO_SHA) refHappened(scene, 'delete', { ...name, pusher_type: 'user' });

  if (kind === 'heads' && after !== NO_SHA) await movePulls(scene, change, name.ref);
  refHappened(scene, 'push', await pushPayload(scene, change));
}

async function pushPayload(scene: Scene, { ref, before, after }: Change): Promise<Record<string, unknown>> {
  const { hub, repository } = scene;
  const deleted = after === NO_SHA;
  const createdRef = before === NO_SHA;
  const head = deleted ? undefined : await readCommit(repository.path, after);
  const range = [`--max-count=${MAX_COMMITS}`, '--reverse', `${before}..${after}`];
  const commits = head && !createdRef ? await log(repository.path, range) : head ? [head] : [];
  const forced = !(createdRef || deleted) && !(await isAncestor(repository.path, before, after));
  const user = userOf(hub, scene.actor);
  return {
    ref,
    before,
    after,
    created: createdRef,
    deleted,
    forced,
    base_ref: null,
    compare: `${htmlUrl(hub, repository)}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: await Promise.all(commits.map((commit) => viewPushedCommit(hub, repository, commit))),
    head_commit: head ? await viewPushedCommit(hub, repository, head) : null,
    pusher: { name: user.login, email: `${user.login}@users.noreply.github.com` },
  };
}

async function movePulls(scene: Scene, { before, after }: Change, branch: string): Promise<void> {
  for (const issue of scene.repository.issues.values()) {
    const { pull } = issue;
    if (!pull || issue.state === 'closed') continue;
    if (pull.baseRef === branch) await moveBase(scene, issue, pull, after);
    if (pull.headRef === branch && pull.headSha !== after)
      await moveHead(scene, issue, pull, { before, after });
  }
}

async function moveBase(scene: Scene, issue: Issue, pull: Pull, after: string): Promise<void> {
  pull.baseSha = after;
  await refreshTestMerge(scene.repository, issue, pull);
}

async function moveHead(
  scene: Scene,
  issue: Issue,
  pull: Pull,
  moved: { before: string; after: string },
): Promise<void> {
  pull.headSha = moved.after;
  issue.updatedAt = scene.hub.now();
  await refreshTestMerge(scene.repository, issue, pull);
  await pullHappened(scene, 'synchronize', issue, moved);
}
