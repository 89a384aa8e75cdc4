/** Annotated tags through GitHub's API: a tag object, then the ref that names it. Tag objects never change, so they are kept. */

import { MergewayError } from '#core/errors.ts';
import type { AnnotatedTag, AnnotatedTags, NewTag } from '#core/ports/annotated-tags.ts';
import { Ref, Tag, WithSha } from './answers.ts';
import { type Api, type ApiOptions, apiOf, type RepositoryName } from './api.ts';
import type { GitHubClient } from './client.ts';
import { statusOf } from './failure.ts';

/** Tag objects that are fetched at a time. */
const AT_ONCE = 8;

/** What is kept of a tag object. Undefined: it points at no commit, or is cut by nobody. */
export type TagCache = Map<string, Omit<AnnotatedTag, 'name'> | undefined>;

export interface GitHubTagOptions extends ApiOptions {
  readonly tagger: { readonly name: string; readonly email: string };
  /** Tag objects by id; hand the same one over again to spare requests. */
  readonly cache?: TagCache;
}

/** The repository's annotated tags. */
export function githubAnnotatedTags(
  client: GitHubClient,
  name: RepositoryName,
  { tagger, cache = new Map(), ...options }: GitHubTagOptions,
): AnnotatedTags {
  const api = apiOf(client, name, options);

  return {
    async list() {
      const refs = await api.all(Ref, 'GET /git/matching-refs/{ref}', { ref: 'tags/' });
      const annotated = refs.filter(({ object }) => object.type === 'tag');
      const unknown = annotated.map(({ object }) => object.sha).filter((sha) => !cache.has(sha));
      await fetchAll(api, unknown, cache);
      return annotated.flatMap(({ ref, object }) => {
        const tag = cache.get(object.sha);
        return tag ? [{ name: ref.replace(/^refs\/tags\//, ''), ...tag }] : [];
      });
    },
    async create(tag) {
      const { sha } = await api.ask(WithSha, 'POST /git/tags', {
        tag: tag.name,
        message: tag.message,
        object: tag.commit,
        type: 'commit',
        tagger: { ...tagger, date: wholeSeconds(tag.at) },
      });
      await pointAt(api, tag, sha);
    },
  };
}

async function pointAt(api: Api, { name }: NewTag, sha: string): Promise<void> {
  try {
    await api.ask(Ref, 'POST /git/refs', { ref: `refs/tags/${name}`, sha });
  } catch (error) {
    const cause = error instanceof MergewayError ? error.cause : undefined;
    const exists = statusOf(cause) === 422 && cause instanceof Error && /already exists/i.test(cause.message);
    if (!exists) throw error;
    throw new MergewayError('MW_TAG_EXISTS', `${api.repository} has a tag ${name} already`, { cause });
  }
}

async function fetchAll(api: Api, shas: readonly string[], cache: TagCache): Promise<void> {
  const waiting = [...new Set(shas)];
  const worker = async () => {
    for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
      cache.set(sha, toTag(await api.ask(Tag, 'GET /git/tags/{tag_sha}', { tag_sha: sha })));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function toTag({
  object,
  message,
  tagger,
}: ReturnType<typeof Tag.parse>): Omit<AnnotatedTag, 'name'> | undefined {
  if (object.type !== 'commit' || !tagger) return undefined;
  return {
    commit: object.sha,
    message: message.replace(/\n+$/, ''),
    at: Date.parse(tagger.date),
    by: `${tagger.name} <${tagger.email}>`,
  };
}

/** Git keeps seconds. */
function wholeSeconds(at: number): string {
  return `${new Date(Math.floor(at / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
