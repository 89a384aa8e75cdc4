/** Files of a commit, read through GitHub's API. Trees that GitHub cuts short are walked folder by folder. */

import { z } from 'zod';
import { MergewayError } from '#core/errors.ts';
import type { SourceTree, TreeEntry } from '#core/ports/source-tree.ts';
import { Blob, Tree } from './answers.ts';
import { type Api, type ApiOptions, apiOf, type RepositoryName } from './api.ts';
import type { GitHubClient } from './client.ts';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const REF = /^(?!-)(?!.*\.\.)[^\s:\\\p{Cc}]{1,250}$/u;
/** Listings that are kept; commits never change. */
const KEPT_LISTINGS = 8;

/** Octokit decodes what is declared as text only. */
const PlainText = z.union([
  z.string(),
  z.instanceof(ArrayBuffer).transform((bytes) => Buffer.from(bytes).toString()),
]);

interface SizedEntry extends TreeEntry {
  readonly size: number;
}

/** The repository's files. A file above `maxBytes` is refused with MW_ARTIFACT_TOO_LARGE before it is fetched. */
export function githubSourceTree(
  client: GitHubClient,
  name: RepositoryName,
  { maxBytes = 64 * 1024 ** 2, ...options }: ApiOptions & { readonly maxBytes?: number } = {},
): SourceTree {
  const api = apiOf(client, name, options);
  const listings = new Map<string, Promise<readonly SizedEntry[]>>();

  return {
    async resolve(ref) {
      if (!REF.test(ref)) return undefined;
      const sha = await api.askUnless([404, 409, 422], PlainText, 'GET /commits/{ref}', {
        ref,
        headers: { accept: 'application/vnd.github.sha' },
      });
      return sha !== undefined && COMMIT.test(sha) ? sha : undefined;
    },
    async list(commit) {
      return (await listing(commit)).map(({ path, blob, mode }) => ({ path, blob, mode }));
    },
    async read(commit, path) {
      const entry = (await listing(commit)).find((listed) => listed.path === path);
      if (!entry) return undefined;
      if (entry.size > maxBytes) {
        throw new MergewayError(
          'MW_ARTIFACT_TOO_LARGE',
          `${path}: ${entry.size} bytes; the limit is ${maxBytes}`,
        );
      }
      const { content } = await api.ask(Blob, 'GET /git/blobs/{file_sha}', { file_sha: entry.blob });
      return new Uint8Array(Buffer.from(content, 'base64'));
    },
  };

  /** A listing that failed is not kept. */
  function listing(commit: string): Promise<readonly SizedEntry[]> {
    const known = listings.get(commit);
    if (known) return known;

    const fresh = listTree(api, commit);
    listings.set(commit, fresh);
    fresh.catch(() => listings.delete(commit));
    const [oldest] = listings.keys();
    if (listings.size > KEPT_LISTINGS && oldest !== undefined) listings.delete(oldest);
    return fresh;
  }
}

async function listTree(api: Api, commit: string): Promise<readonly SizedEntry[]> {
  const found = COMMIT.test(commit) ? await blobsUnder(api, commit, '') : undefined;
  if (!found) {
    throw new MergewayError(
      'MW_COMMIT_NOT_FOUND',
      `${api.repository} has no commit '${commit.slice(0, 100)}'`,
    );
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Every blob below a tree; undefined when GitHub does not know it. */
async function blobsUnder(api: Api, sha: string, prefix: string): Promise<readonly SizedEntry[] | undefined> {
  const whole = await api.askUnless([404, 422], Tree, 'GET /git/trees/{tree_sha}', {
    tree_sha: sha,
    recursive: '1',
  });
  if (!whole) return undefined;
  if (!whole.truncated) return blobsOf(whole, prefix);

  const level = await api.ask(Tree, 'GET /git/trees/{tree_sha}', { tree_sha: sha });
  if (level.truncated) {
    throw new MergewayError(
      'MW_FORGE_INVALID',
      `${api.repository}: the folder '${prefix}' is too large to be listed`,
    );
  }
  const found = [...blobsOf(level, prefix)];
  for (const { path, sha: below } of level.tree.filter(({ type }) => type === 'tree')) {
    found.push(...((await blobsUnder(api, below, `${prefix}${path}/`)) ?? []));
  }
  return found;
}

function blobsOf({ tree }: z.infer<typeof Tree>, prefix: string): readonly SizedEntry[] {
  return tree
    .filter(({ type }) => type === 'blob')
    .map(({ path, sha, mode, size = 0 }) => ({ path: `${prefix}${path}`, blob: sha, mode, size }));
}
