// Git's own objects, read by sha, and written one by one.
import { gitBytes, resolve } from '../git.ts';
import { readCommit } from '../git-history.ts';
import { listTree } from '../git-tree.ts';
import { type NewEntry, writeTree } from '../git-write.ts';
import { ApiError, created, found, ok } from '../http.ts';
import type { Hub } from '../hub.ts';
import { commitTree } from '../merge.ts';
import type { Repository } from '../model.ts';
import { identityOf } from '../pulls.ts';
import { repositoryRoute } from '../router.ts';
import { viewGitCommit } from '../views/commits.ts';
import { apiUrl } from '../views/repositories.ts';
import { nodeId } from '../views/users.ts';

interface TreeInput {
  readonly base_tree?: string;
  readonly tree: readonly NewEntry[];
}

interface CommitInput {
  readonly message: string;
  readonly tree: string;
  readonly parents?: readonly string[];
}

export const gitObjectRoutes = [
  repositoryRoute<{ commit_sha: string }>('GET /git/commits/{commit_sha}', 'contents:read', async (call) => {
    const { hub, repository, input } = call;
    const sha = found(await resolve(repository.path, input.commit_sha));
    return ok(viewGitCommit(hub, repository, await readCommit(repository.path, sha)));
  }),

  repositoryRoute<{ tree_sha: string; recursive?: string }>(
    'GET /git/trees/{tree_sha}',
    'contents:read',
    async (call) => {
      const { hub, repository, input } = call;
      const sha = found(await resolve(repository.path, input.tree_sha, 'tree'));
      return ok(await viewTree(hub, repository, sha, { recursive: input.recursive !== undefined }));
    },
  ),

  repositoryRoute<TreeInput>('POST /git/trees', 'contents:write', async ({ hub, repository, input }) => {
    const base = input.base_tree && (await resolve(repository.path, input.base_tree, 'tree'));
    if (input.base_tree && !base) throw new ApiError(404, 'Not Found');
    const sha = await writeTree(repository.path, base || undefined, input.tree).catch(() => {
      throw new ApiError(422, 'GitRPC::BadObjectState');
    });
    return created(await viewTree(hub, repository, sha, { recursive: false }));
  }),

  repositoryRoute<CommitInput>('POST /git/commits', 'contents:write', async (call) => {
    const { hub, repository, input, user } = call;
    const tree = await resolve(repository.path, input.tree, 'tree');
    if (!tree) throw new ApiError(422, 'Tree SHA does not exist');
    const parents = input.parents ?? [];
    for (const parent of parents)
      if (!(await resolve(repository.path, parent)))
        throw new ApiError(422, 'Parent SHA does not exist or is not a commit object');
    const { message } = input;
    const sha = await commitTree(repository.path, { tree, parents, message, author: identityOf(user) });
    return created(viewGitCommit(hub, repository, await readCommit(repository.path, sha)));
  }),

  repositoryRoute<{ file_sha: string }>('GET /git/blobs/{file_sha}', 'contents:read', async (call) => {
    const { hub, repository, input, accept } = call;
    const sha = found(await resolve(repository.path, input.file_sha, 'blob'));
    const bytes = await gitBytes(repository.path, ['cat-file', 'blob', sha]);
    if (accept.includes('raw')) return { status: 200, text: bytes, type: 'application/vnd.github.raw+json' };
    return ok({
      sha,
      node_id: nodeId('Blob', repository.id),
      size: bytes.length,
      url: `${apiUrl(hub, repository)}/git/blobs/${sha}`,
      content: base64Lines(bytes),
      encoding: 'base64',
    });
  }),
];

async function viewTree(
  hub: Hub,
  repository: Repository,
  sha: string,
  { recursive }: { readonly recursive: boolean },
) {
  const at = `${apiUrl(hub, repository)}/git`;
  const entries = await listTree(repository.path, sha, recursive);
  const tree = entries.map(({ path, mode, type, sha: object, size }) => ({
    path,
    mode,
    type,
    sha: object,
    ...(size !== undefined && { size }),
    url: `${at}/${type}s/${object}`,
  }));
  return { sha, url: `${at}/trees/${sha}`, tree, truncated: false };
}

/** Base64 in lines of 60 characters with a newline after each, as GitHub breaks it. */
export function base64Lines(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll(/.{1,60}/g, '$&\n');
}
