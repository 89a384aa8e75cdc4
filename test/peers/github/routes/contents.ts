// Files and folders at a ref: as JSON with base64, or raw.
import { gitBytes, resolveRef } from '../git.ts';
import { listTree, objectAt } from '../git-tree.ts';
import { found, ok, type Reply } from '../http.ts';
import { type RepositoryCall, repositoryRoute } from '../router.ts';
import { apiUrl, htmlUrl } from '../views/repositories.ts';
import { base64Lines } from './git-objects.ts';

interface Input {
  readonly path: string;
  readonly ref?: string;
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly sha: string;
  readonly size: number;
  readonly type: string;
}

export const contentRoutes = [
  repositoryRoute<Input>('GET /contents/{path}', 'contents:read', async (call) => {
    const { repository, input } = call;
    const ref = input.ref ?? repository.defaultBranch;
    const commit = found(await resolveRef(repository.path, ref));
    const path = input.path.replaceAll(/^\/+|\/+$/g, '');
    const blob = path === '' ? undefined : await objectAt(repository.path, commit, path, 'blob');
    return blob ? file(call, { ref, path, blob }) : folder(call, { ref, path, commit });
  }),
];

async function file(
  call: RepositoryCall<Input>,
  at: { ref: string; path: string; blob: string },
): Promise<Reply> {
  const { blob, path, ref } = at;
  const bytes = await gitBytes(call.repository.path, ['cat-file', 'blob', blob]);
  if (call.accept.includes('raw'))
    return { status: 200, text: bytes, type: 'application/vnd.github.raw+json; charset=utf-8' };

  const name = path.split('/').at(-1) ?? path;
  const view = viewEntry(call, ref, { name, path, sha: blob, size: bytes.length, type: 'file' });
  return ok({ ...view, content: base64Lines(bytes), encoding: 'base64' });
}

async function folder(
  call: RepositoryCall<Input>,
  at: { ref: string; path: string; commit: string },
): Promise<Reply> {
  const { ref, path, commit } = at;
  const tree = found(await objectAt(call.repository.path, commit, path, 'tree'));
  const entries = await listTree(call.repository.path, tree);
  return ok(
    entries.map(({ path: name, sha, size = 0, type }) =>
      viewEntry(call, ref, {
        name,
        path: path === '' ? name : `${path}/${name}`,
        sha,
        size,
        type: type === 'tree' ? 'dir' : 'file',
      }),
    ),
  );
}

function viewEntry({ hub, repository }: RepositoryCall<Input>, ref: string, entry: Entry) {
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const isFile = entry.type === 'file';
  const url = `${apiUrl(hub, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${apiUrl(hub, repository)}/git/${isFile ? 'blobs' : 'trees'}/${entry.sha}`;
  const html = `${htmlUrl(hub, repository)}/${isFile ? 'blob' : 'tree'}/${ref}/${path}`;
  const download = isFile ? `${htmlUrl(hub, repository)}/raw/${ref}/${path}` : null;
  return {
    ...entry,
    url,
    git_url: git,
    html_url: html,
    download_url: download,
    _links: { self: url, git, html },
  };
}
