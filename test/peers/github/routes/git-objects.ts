// Git's own objects, read by sha.
import { git, gitBytes, resolve } from '../git.ts';
import { readCommit } from '../git-history.ts';
import { listTree } from '../git-tree.ts';
import { found, ok } from '../http.ts';
import { repositoryRoute } from '../router.ts';
import { viewGitCommit } from '../views/commits.ts';
import { apiUrl } from '../views/repositories.ts';
import { nodeId } from '../views/users.ts';

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
      const at = `${apiUrl(hub, repository)}/git`;
      const entries = await listTree(repository.path, sha, input.recursive !== undefined);
      const tree = entries.map(({ path, mode, type, sha: object, size }) => ({
        path,
        mode,
        type,
        sha: object,
        ...(size !== undefined && { size }),
        url: `${at}/${type}s/${object}`,
      }));
      return ok({ sha, url: `${at}/trees/${sha}`, tree, truncated: false });
    },
  ),

  repositoryRoute<{ file_sha: string }>('GET /git/blobs/{file_sha}', 'contents:read', async (call) => {
    const { hub, repository, input, accept } = call;
    const sha = found(await resolve(repository.path, input.file_sha, 'blob'));
    const bytes = await gitBytes(repository.path, ['cat-file', 'blob', sha]);
    if (accept.includes('raw')) return { status: 200, text: bytes, type: 'application/vnd.github.raw+json' };
    return ok({
      sha,
      node_id: nodeId('Blob', repository.id),
      size: Number(await git(repository.path, ['cat-file', '-s', sha])),
      url: `${apiUrl(hub, repository)}/git/blobs/${sha}`,
      content: base64Lines(bytes),
      encoding: 'base64',
    });
  }),
];

/** Base64 in lines of 60 characters with a newline after each, as GitHub breaks it. */
export function base64Lines(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll(/.{1,60}/g, '$&\n');
}
