// Refs and tag objects: what `git push` would do, one ref at a time.
import { git, listRefs, resolve } from '../git.ts';
import { isAncestor } from '../git-history.ts';
import { ApiError, created, found, invalid, noContent, ok, paged } from '../http.ts';
import type { Hub } from '../hub.ts';
import type { Repository } from '../model.ts';
import { identityOf } from '../pulls.ts';
import { announcePushes } from '../pushes.ts';
import { repositoryRoute } from '../router.ts';
import { apiUrl } from '../views/repositories.ts';
import { nodeId } from '../views/users.ts';

interface Ref {
  readonly ref: string;
}

interface TagInput {
  readonly tag: string;
  readonly message: string;
  readonly object: string;
  readonly type: string;
  readonly tagger?: { readonly name: string; readonly email: string; readonly date?: string };
}

export const refRoutes = [
  repositoryRoute<Ref>('GET /git/ref/{ref}', 'contents:read', async ({ hub, repository, input }) => {
    const name = `refs/${input.ref}`;
    const target = found((await listRefs(repository.path, name)).get(name));
    return ok(viewRef(hub, repository, name, target));
  }),

  repositoryRoute<Ref>(
    'GET /git/matching-refs/{ref}',
    'contents:read',
    async ({ hub, repository, input, page }) => {
      const refs = [...(await listRefs(repository.path))].filter(([name]) =>
        name.startsWith(`refs/${input.ref}`),
      );
      return paged(page, refs, (list) =>
        list.map(([name, target]) => viewRef(hub, repository, name, target)),
      );
    },
  ),

  repositoryRoute<Ref & { sha: string }>('POST /git/refs', 'contents:write', async (call) => {
    const { hub, repository, input } = call;
    if (!/^refs\/.+\/.+|^refs\/[^/]+\/.+/.test(input.ref))
      throw refProblem("Reference name must start with 'refs/' and have at least two slashes");
    const refs = await listRefs(repository.path, input.ref);
    if (refs.has(input.ref)) throw refProblem('Reference already exists');
    await setRef(repository, input.ref, input.sha, '0'.repeat(40));
    await announcePushes(call);
    return created(viewRef(hub, repository, input.ref, await targetOf(repository, input.ref)));
  }),

  repositoryRoute<Ref & { sha: string; force?: boolean }>(
    'PATCH /git/refs/{ref}',
    'contents:write',
    async (call) => {
      const { hub, repository, input } = call;
      const name = `refs/${input.ref}`;
      const before = (await listRefs(repository.path, name)).get(name)?.sha;
      if (!before) throw refProblem('Reference does not exist');
      if (!(input.force || (await isAncestor(repository.path, before, input.sha))))
        throw refProblem('Update is not a fast forward');
      await setRef(repository, name, input.sha, before);
      await announcePushes(call);
      return ok(viewRef(hub, repository, name, await targetOf(repository, name)));
    },
  ),

  repositoryRoute<Ref>('DELETE /git/refs/{ref}', 'contents:write', async (call) => {
    const name = `refs/${call.input.ref}`;
    if (!(await listRefs(call.repository.path, name)).has(name)) throw refProblem('Reference does not exist');
    await git(call.repository.path, ['update-ref', '-d', name]);
    await announcePushes(call);
    return noContent();
  }),

  repositoryRoute<TagInput>('POST /git/tags', 'contents:write', async (call) => {
    const { hub, repository, input, user } = call;
    const tagger = input.tagger ?? identityOf(user);
    const sha = await writeTag(repository, input, tagger);
    return created(await viewTag(hub, repository, sha));
  }),

  repositoryRoute<{ tag_sha: string }>(
    'GET /git/tags/{tag_sha}',
    'contents:read',
    async ({ hub, repository, input }) => {
      const sha = found(await resolve(repository.path, input.tag_sha, 'tag'));
      return ok(await viewTag(hub, repository, sha));
    },
  ),
];

function refProblem(message: string): ApiError {
  return new ApiError(422, message);
}

async function setRef(repository: Repository, ref: string, sha: string, before: string): Promise<void> {
  try {
    await git(repository.path, ['update-ref', ref, sha, before]);
  } catch {
    throw refProblem('Object does not exist');
  }
}

async function targetOf(repository: Repository, ref: string): Promise<{ sha: string; type: string }> {
  return found((await listRefs(repository.path, ref)).get(ref));
}

function viewRef(
  hub: Hub,
  repository: Repository,
  ref: string,
  { sha, type }: { sha: string; type: string },
) {
  const at = `${apiUrl(hub, repository)}/git`;
  return {
    ref,
    node_id: nodeId('Ref', repository.id),
    url: `${at}/${ref}`,
    object: { type, sha, url: `${at}/${type}s/${sha}` },
  };
}

async function writeTag(
  repository: Repository,
  input: TagInput,
  tagger: { name: string; email: string; date?: string },
): Promise<string> {
  const target = await resolve(repository.path, input.object, input.type as 'commit');
  if (!target) throw invalid({ resource: 'Tag', field: 'object', code: 'invalid' }, 'Object does not exist');
  const seconds = Math.floor((tagger.date ? Date.parse(tagger.date) : Date.now()) / 1000);
  const head = `object ${target}\ntype ${input.type}\ntag ${input.tag}\n`;
  const who = `tagger ${clean(tagger.name)} <${clean(tagger.email)}> ${seconds} +0000\n`;
  return mktag(repository.path, `${head}${who}\n${input.message}\n`);
}

function clean(text: string): string {
  return text.replaceAll(/[<>\n]/g, '');
}

async function mktag(path: string, text: string): Promise<string> {
  const { spawn } = await import('node:child_process');
  const child = spawn('git', ['-C', path, 'mktag'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(text);
  const out = (await Array.fromAsync(child.stdout)).join('').trim();
  if (!/^[0-9a-f]{40}$/.test(out)) throw refProblem('Tag is not valid');
  return out;
}

async function viewTag(hub: Hub, repository: Repository, sha: string) {
  const at = `${apiUrl(hub, repository)}/git`;
  const text = await git(repository.path, ['cat-file', 'tag', sha]);
  const [head = '', ...rest] = text.split('\n\n');
  const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(head)?.[1] ?? '';
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+)/.exec(field('tagger')) ?? [];
  const date = `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
  return {
    node_id: nodeId('Tag', repository.id),
    tag: field('tag'),
    sha,
    url: `${at}/tags/${sha}`,
    message: rest.join('\n\n').trimEnd(),
    tagger: { name, email, date },
    object: { type: field('type'), sha: field('object'), url: `${at}/${field('type')}s/${field('object')}` },
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  };
}
