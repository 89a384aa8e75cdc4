// Commits, branches, tags and comparisons.
import { listRefs, resolve, resolveRef } from '../git.ts';
import { countBetween, isAncestor, log, mergeBase, readCommit } from '../git-history.ts';
import { diff } from '../git-tree.ts';
import { ApiError, found, ok, paged } from '../http.ts';
import type { Repository } from '../model.ts';
import { repositoryRoute } from '../router.ts';
import { viewCommit } from '../views/commits.ts';
import { viewFile, viewPull } from '../views/pulls.ts';
import { apiUrl, htmlUrl } from '../views/repositories.ts';
import { nodeId } from '../views/users.ts';

interface ListInput {
  readonly sha?: string;
  readonly path?: string;
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export const commitRoutes = [
  repositoryRoute<ListInput>('GET /commits', 'contents:read', async ({ hub, repository, input, page }) => {
    const start = found(await resolveRef(repository.path, input.sha ?? repository.defaultBranch));
    const commits = await log(repository.path, [start, '--', ...(input.path ? [input.path] : [])]);
    return paged(page, commits, (list) => list.map((commit) => viewCommit(hub, repository, commit)));
  }),

  repositoryRoute<{ ref: string }>('GET /commits/{ref}', 'contents:read', async (call) => {
    const { hub, repository, input, accept } = call;
    const sha = await resolveRef(repository.path, input.ref);
    if (!sha) throw new ApiError(422, `No commit found for SHA: ${input.ref}`);
    if (accept.includes('vnd.github.sha'))
      return { status: 200, text: sha, type: 'application/vnd.github.sha' };
    const commit = await readCommit(repository.path, sha);
    const files = await diff(repository.path, commit.parents[0] ?? EMPTY_TREE, sha);
    const additions = files.reduce((total, file) => total + file.additions, 0);
    const deletions = files.reduce((total, file) => total + file.deletions, 0);
    return ok({
      ...viewCommit(hub, repository, commit),
      stats: { additions, deletions, total: additions + deletions },
      files: files.map((file) => viewFile(hub, repository, sha, file)),
    });
  }),

  repositoryRoute<{ commit_sha: string }>(
    'GET /commits/{commit_sha}/pulls',
    'pull_requests:read',
    async (call) => {
      const { hub, repository, input, page } = call;
      const sha = found(await resolveRef(repository.path, input.commit_sha));
      const pulls = await pullsWith(repository, sha);
      return paged(page, pulls, (list) =>
        list.flatMap((issue) => (issue.pull ? [viewPull(hub, repository, issue, issue.pull)] : [])),
      );
    },
  ),

  repositoryRoute<{ ref: string }>('GET /commits/{ref}/status', 'contents:read', async (call) => {
    const { hub, repository, input } = call;
    const sha = found(await resolveRef(repository.path, input.ref));
    const { viewMinimalRepository } = await import('../views/repositories.ts');
    const url = `${apiUrl(hub, repository)}/commits/${sha}`;
    const minimal = viewMinimalRepository(hub, repository);
    return ok({
      state: 'pending',
      statuses: [],
      sha,
      total_count: 0,
      repository: minimal,
      commit_url: url,
      url: `${url}/status`,
    });
  }),

  repositoryRoute<{ basehead: string }>('GET /compare/{basehead}', 'contents:read', async (call) => {
    const { hub, repository, input } = call;
    const [base = '', head = ''] = input.basehead.split('...');
    const from = found(await resolveRef(repository.path, base));
    const to = found(await resolveRef(repository.path, head));
    const common = found(await mergeBase(repository.path, from, to));
    const [ahead, behind, files, commits, baseCommit, commonCommit] = await Promise.all([
      countBetween(repository.path, from, to),
      countBetween(repository.path, to, from),
      diff(repository.path, common, to),
      log(repository.path, ['--reverse', `${from}..${to}`]),
      readCommit(repository.path, from),
      readCommit(repository.path, common),
    ]);
    const html = `${htmlUrl(hub, repository)}/compare/${input.basehead}`;
    return ok({
      url: `${apiUrl(hub, repository)}/compare/${input.basehead}`,
      html_url: html,
      permalink_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: viewCommit(hub, repository, baseCommit),
      merge_base_commit: viewCommit(hub, repository, commonCommit),
      status: relation(ahead, behind),
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: commits.map((commit) => viewCommit(hub, repository, commit)),
      files: files.map((file) => viewFile(hub, repository, to, file)),
    });
  }),

  repositoryRoute('GET /branches', 'contents:read', async ({ hub, repository, page }) => {
    const refs = [...(await listRefs(repository.path, 'refs/heads/'))];
    return paged(page, refs, (list) =>
      list.map(([ref, { sha }]) => {
        const name = ref.slice('refs/heads/'.length);
        const url = `${apiUrl(hub, repository)}/commits/${sha}`;
        return { name, commit: { sha, url }, protected: repository.protections.has(name) };
      }),
    );
  }),

  repositoryRoute<{ branch: string }>(
    'GET /branches/{branch}',
    'contents:read',
    async ({ hub, repository, input }) => {
      const sha = await resolve(repository.path, `refs/heads/${input.branch}`);
      if (!sha) throw new ApiError(404, 'Branch not found');
      const contexts = repository.protections.get(input.branch);
      const at = `${apiUrl(hub, repository)}/branches/${input.branch}`;
      return ok({
        name: input.branch,
        commit: viewCommit(hub, repository, await readCommit(repository.path, sha)),
        _links: { self: at, html: `${htmlUrl(hub, repository)}/tree/${input.branch}` },
        protected: contexts !== undefined,
        protection: {
          enabled: contexts !== undefined,
          required_status_checks: {
            enforcement_level: contexts ? 'everyone' : 'off',
            contexts: contexts ?? [],
            checks: [],
          },
        },
        protection_url: `${at}/protection`,
      });
    },
  ),

  repositoryRoute('GET /tags', 'contents:read', async ({ hub, repository, page }) => {
    const refs = [...(await listRefs(repository.path, 'refs/tags/')).keys()].reverse();
    const tags = await Promise.all(refs.map((ref) => viewTag(repository, ref)));
    return paged(
      page,
      tags.map(({ name, sha }) => ({
        name,
        node_id: nodeId('Tag', repository.id),
        commit: { sha, url: `${apiUrl(hub, repository)}/commits/${sha}` },
        zipball_url: `${apiUrl(hub, repository)}/zipball/refs/tags/${name}`,
        tarball_url: `${apiUrl(hub, repository)}/tarball/refs/tags/${name}`,
      })),
    );
  }),
];

async function viewTag(repository: Repository, ref: string): Promise<{ name: string; sha: string }> {
  return { name: ref.slice('refs/tags/'.length), sha: (await resolve(repository.path, ref)) ?? '' };
}

function relation(ahead: number, behind: number): string {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}

/** The merged pull request that brought a commit to the default branch, else the open ones that contain it. */
async function pullsWith(repository: Repository, sha: string) {
  const hits = [];
  for (const issue of repository.issues.values()) {
    const { pull } = issue;
    if (!pull) continue;
    const own = pull.merged && pull.mergeSha === sha;
    if (own || (await contains(repository, pull.baseSha, pull.headSha, sha))) hits.push(issue);
  }
  return hits;
}

async function contains(repository: Repository, base: string, head: string, sha: string): Promise<boolean> {
  if (!(await isAncestor(repository.path, sha, head))) return false;
  return !(await isAncestor(repository.path, sha, base));
}
