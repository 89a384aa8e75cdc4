/** A forge in memory, for tests: what is put in comes back, what the code under test does is recorded for inspection. */

import { MergewayError } from '#core/errors.ts';
import type {
  CheckRun,
  DeploymentState,
  Forge,
  Issue,
  NewCommit,
  Permission,
  PullRequest,
  RunArtifact,
  WorkflowRun,
} from '#core/ports/forge.ts';
import { type MemorySourceTree, memorySourceTree } from './source-tree.ts';

interface MemoryComment {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  readonly body: string;
}

interface MemoryDeployment {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly statuses: {
    readonly state: DeploymentState;
    readonly description: string;
    readonly url?: string;
  }[];
}

interface MemoryDispatch {
  readonly runId: number;
  readonly workflow: string;
  readonly inputs: Readonly<Record<string, string>>;
}

interface MemoryIssue extends Issue {
  readonly number: number;
}

interface MemoryReview {
  readonly number: number;
  readonly author: string;
  readonly state: 'approved' | 'objected';
  /** The head that was looked at. */
  readonly head: string;
}

export interface MemoryForge extends Forge {
  /** Everything that was written, oldest first. */
  readonly comments: readonly MemoryComment[];
  readonly checks: readonly CheckRun[];
  readonly deployments: readonly MemoryDeployment[];
  readonly dispatches: readonly MemoryDispatch[];
  readonly reactions: readonly { readonly commentId: number; readonly content: string }[];
  readonly issues: readonly MemoryIssue[];
  /** Pull requests as they are, oldest first. */
  pullRequests(): readonly PullRequest[];
  /** Bodies of the pull requests that were opened here, by number. */
  readonly bodies: ReadonlyMap<number, string>;
  /** The newest check of that name on the commit. */
  check(headSha: string, name: string): CheckRun | undefined;
  /** Adds a pull request, or replaces the one of its number. */
  setPullRequest(pullRequest: PullRequest): void;
  /** Adds a workflow run with its artifacts, zips by name, or replaces the one of its id. */
  setRun(run: WorkflowRun, artifacts?: Readonly<Record<string, Uint8Array>>): void;
  setPermission(user: string, permission: Permission): void;
  /** A comment by somebody else; returns its id. */
  commentAs(author: string, number: number, body: string): number;
  reviewAs(author: string, number: number, state: MemoryReview['state']): void;
  /** Why pull requests may not be merged now; '' lets them through again. */
  block(reason: string): void;
}

export interface MemoryForgeOptions {
  readonly repository?: string;
  readonly defaultBranch?: string;
  /** Who the forge writes as. */
  readonly login?: string;
  /** Where its commits and merges go. */
  readonly source?: MemorySourceTree;
}

export function memoryForge({
  repository = 'acme/risk',
  defaultBranch = 'main',
  login = 'mergeway[bot]',
  source = memorySourceTree(),
}: MemoryForgeOptions = {}): MemoryForge {
  const pulls = new Map<number, PullRequest>();
  const runs = new Map<number, WorkflowRun>();
  const zips = new Map<number, { readonly run: number; readonly name: string; readonly zip: Uint8Array }>();
  const permissions = new Map<string, Permission>();
  const comments: MemoryComment[] = [];
  const checks: CheckRun[] = [];
  const deployments: MemoryDeployment[] = [];
  const dispatches: MemoryDispatch[] = [];
  const reactions: { readonly commentId: number; readonly content: string }[] = [];
  const issues: MemoryIssue[] = [];
  const reviews: MemoryReview[] = [];
  const bodies = new Map<number, string>();
  const made = new Map<string, NewCommit>();
  let blocked = '';
  let lastId = 1000;

  return {
    repository,
    comments,
    checks,
    deployments,
    dispatches,
    reactions,
    issues,
    bodies,
    pullRequests: () => [...pulls.values()],
    check: (headSha, name) => checks.findLast((check) => check.headSha === headSha && check.name === name),
    setPullRequest(pullRequest) {
      pulls.set(pullRequest.number, pullRequest);
    },
    setRun(run, artifacts = {}) {
      runs.set(run.id, run);
      for (const [name, zip] of Object.entries(artifacts)) zips.set(nextId(), { run: run.id, name, zip });
    },
    setPermission(user, permission) {
      permissions.set(user.toLowerCase(), permission);
    },
    commentAs,
    reviewAs(author, number, state) {
      reviews.push({ number, author, state, head: pulls.get(number)?.head.sha ?? '' });
    },
    block(reason) {
      blocked = reason;
    },
    async defaultBranch() {
      return defaultBranch;
    },
    async pullRequest(number) {
      return found(pulls.get(number), `pull request #${number}`);
    },
    async pullRequestsOf(headSha) {
      return [...pulls.values()].filter(({ state, head }) => state === 'open' && head.sha === headSha);
    },
    async comment(number, body) {
      return { url: commentUrl(number, commentAs(login, number, body)) };
    },
    async upsertComment(number, marker, body) {
      const at = comments.findLastIndex(
        (comment) => comment.number === number && comment.author === login && comment.body.includes(marker),
      );
      const known = comments[at];
      if (known) comments[at] = { ...known, body };
      const id = known?.id ?? commentAs(login, number, body);
      return { url: commentUrl(number, id) };
    },
    async react(commentId, content) {
      found(
        comments.find(({ id }) => id === commentId),
        `comment ${commentId}`,
      );
      reactions.push({ commentId, content });
    },
    async upsertCheck(check) {
      const at = checks.findLastIndex(
        ({ name, headSha }) => name === check.name && headSha === check.headSha,
      );
      const reopens = checks[at]?.status === 'completed' && check.status !== 'completed';
      const place = at < 0 || reopens ? checks.length : at;
      checks[place] = check;
      return { url: `https://github.com/${repository}/runs/${place + 1}` };
    },
    async permission(user) {
      return permissions.get(user.toLowerCase()) ?? 'none';
    },
    async run(id) {
      return found(runs.get(id), `workflow run ${id}`);
    },
    async artifacts(runId) {
      found(runs.get(runId), `workflow run ${runId}`);
      return [...zips.entries()].flatMap(([id, { run, name, zip }]): readonly RunArtifact[] =>
        run === runId ? [{ id, name, size: zip.byteLength }] : [],
      );
    },
    async downloadArtifact(id, maxBytes) {
      const { name, zip } = found(zips.get(id), `artifact ${id}`);
      if (zip.byteLength <= maxBytes) return zip.slice();
      throw new MergewayError(
        'MW_ARTIFACT_TOO_LARGE',
        `the artifact ${name} has ${zip.byteLength} bytes; the limit is ${maxBytes}`,
      );
    },
    async dispatch(workflow, inputs) {
      const runId = nextId();
      dispatches.push({ runId, workflow, inputs });
      return runId;
    },
    async createDeployment(deployment) {
      const id = nextId();
      deployments.push({ id, ...deployment, statuses: [] });
      return id;
    },
    async findDeployment({ sha, environment, payload }) {
      return deployments.find(
        (known) =>
          known.sha === sha && known.environment === environment && samePayload(known.payload, payload),
      )?.id;
    },
    async setDeployment(id, status) {
      const deployment = deployments.find((known) => known.id === id);
      found(deployment, `deployment ${id}`).statuses.push(status);
    },
    async commitFiles(commit) {
      const tip = await source.resolve(commit.branch);
      if (tip === undefined) {
        const sha = source.change(commit.base, commit.files, { branch: commit.branch });
        made.set(sha, commit);
        return sha;
      }
      if (isSameCommit(made.get(tip), commit)) return tip;
      throw new MergewayError('MW_BRANCH_TAKEN', `${repository} has a branch ${commit.branch} already`);
    },
    async openPullRequest({ branch, title, body }) {
      const known = [...pulls.values()].findLast(
        ({ head, author, state }) => head.ref === branch && (author === login || state === 'open'),
      );
      if (known) return known.number;
      const number = nextNumber();
      const sha = found(await source.resolve(branch), `branch ${branch}`);
      pulls.set(number, {
        number,
        title,
        state: 'open',
        merged: false,
        author: login,
        head: { sha, ref: branch, repository },
        base: { sha: (await source.resolve(defaultBranch)) ?? '', ref: defaultBranch },
      });
      bodies.set(number, body);
      return number;
    },
    async reviews(number) {
      const { head, author } = found(pulls.get(number), `pull request #${number}`);
      const last = new Map(
        reviews.filter((review) => review.number === number).map((review) => [review.author, review]),
      );
      const said = [...last.values()].filter(
        (review) =>
          review.author !== author && ['admin', 'write'].includes(permissions.get(review.author) ?? ''),
      );
      return {
        approvals: said
          .filter((review) => review.state === 'approved' && review.head === head.sha)
          .map((review) => review.author)
          .sort(),
        objections: said
          .filter(({ state }) => state === 'objected')
          .map((review) => review.author)
          .sort(),
      };
    },
    async mergePullRequest({ number, head }) {
      const pull = found(pulls.get(number), `pull request #${number}`);
      if (pull.merged && pull.mergeCommit) return { merged: true, commit: pull.mergeCommit };
      if (pull.head.sha !== head) return { merged: false, reason: 'Head branch was modified' };
      if (blocked !== '' || pull.state === 'closed') {
        return { merged: false, reason: blocked || 'Pull Request is not mergeable' };
      }
      const base = found(await source.resolve(defaultBranch), `branch ${defaultBranch}`);
      const commit = source.change(base, made.get(head)?.files ?? {}, { branch: defaultBranch });
      pulls.set(number, { ...pull, state: 'closed', merged: true, mergeCommit: commit });
      return { merged: true, commit };
    },
    async closePullRequest(number) {
      pulls.set(number, { ...found(pulls.get(number), `pull request #${number}`), state: 'closed' });
    },
    async deleteBranch(branch, commit) {
      if ((await source.resolve(branch)) === commit) source.drop(branch);
    },
    async upsertIssue(issue, known) {
      const at = issues.findIndex(({ number, body }) => number === known || body.includes(issue.marker));
      const there = issues[at];
      if (there) {
        issues[at] = { ...issue, number: there.number };
        return there.number;
      }
      if (issue.state === 'closed') return 0;
      const number = nextNumber();
      issues.push({ ...issue, number });
      return number;
    },
  };

  function nextNumber(): number {
    return Math.max(0, ...pulls.keys(), ...issues.map(({ number }) => number)) + 1;
  }

  function commentUrl(number: number, id: number): string {
    return `https://github.com/${repository}/pull/${number}#issuecomment-${id}`;
  }

  function commentAs(author: string, number: number, body: string): number {
    const id = nextId();
    comments.push({ id, number, author, body });
    return id;
  }

  function nextId(): number {
    lastId += 1;
    return lastId;
  }

  function found<T>(thing: T | undefined, what: string): T {
    if (thing !== undefined) return thing;
    throw new MergewayError('MW_FORGE_NOT_FOUND', `${repository} has no ${what}`);
  }
}

function isSameCommit(a: NewCommit | undefined, b: NewCommit): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function samePayload(a: MemoryDeployment['payload'], b: MemoryDeployment['payload']): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
