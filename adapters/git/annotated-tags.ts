/** Annotated tags of a clone. With a remote they are fetched from it before they are read and pushed to it when made. */

import type { SimpleGit } from 'simple-git';
import { MergewayError } from '#core/errors.ts';
import type { AnnotatedTag, AnnotatedTags, NewTag } from '#core/ports/annotated-tags.ts';
import { gitFailed, gitIn, whatGitSaid } from './client.ts';
import { checkCommit, checkRemote, checkTagName } from './names.ts';

export interface GitTagOptions {
  /** Who makes the tags. */
  readonly tagger: { readonly name: string; readonly email: string };
  /** Name of the remote that the tags are shared through. */
  readonly remote?: string;
}

/** Fields of a tag, each ended by NUL; git ends a record with a line feed. */
const FIELDS = [
  '%(objecttype)',
  '%(refname:lstrip=2)',
  '%(*objecttype)',
  '%(*objectname)',
  '%(taggername)',
  '%(taggeremail)',
  '%(taggerdate:unix)',
  '%(contents)',
] as const;
const FORMAT = `${FIELDS.join('%00')}%00`;

/** The tags of the clone in `folder`. */
export function gitAnnotatedTags(folder: string, { tagger, remote }: GitTagOptions): AnnotatedTags {
  return { list, create };

  async function list(): Promise<readonly AnnotatedTag[]> {
    const git = await gitIn(folder);
    try {
      if (remote !== undefined) await fetchTags(git, remote);
      return parseTags(await git.raw('for-each-ref', `--format=${FORMAT}`, 'refs/tags'));
    } catch (cause) {
      throw gitFailed(cause, `listing the tags of ${folder}`);
    }
  }

  async function create(tag: NewTag): Promise<void> {
    const name = checkTagName(tag.name);
    const git = await gitIn(folder, { env: identity(tagger, tag.at), input: tag.message });
    await make(git, name, checkCommit(tag.commit));
    if (remote !== undefined) await share(git, name, remote);
  }

  async function make(git: SimpleGit, name: string, commit: string): Promise<void> {
    try {
      await git.raw('tag', '--annotate', '--no-sign', '--cleanup=verbatim', '--file=-', '--', name, commit);
    } catch (cause) {
      if (await exists(git, name)) throw taken(name, folder, cause);
      throw gitFailed(cause, `tagging ${name} at ${commit} in ${folder}`);
    }
  }

  /** A tag that could not be shared is taken back: there is no promotion that only this clone knows. */
  async function share(git: SimpleGit, name: string, to: string): Promise<void> {
    const ref = `refs/tags/${name}`;
    try {
      await git.raw('push', '--no-verify', '--quiet', '--', checkRemote(to), `${ref}:${ref}`);
    } catch (cause) {
      await git.raw('update-ref', '-d', ref);
      if (/already exists|would clobber/i.test(whatGitSaid(cause))) throw taken(name, to, cause);
      throw gitFailed(cause, `pushing the tag ${name} to ${to}`);
    }
  }
}

async function fetchTags(git: SimpleGit, remote: string): Promise<void> {
  await git.raw(
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-recurse-submodules',
    '--',
    checkRemote(remote),
    'refs/tags/*:refs/tags/*',
  );
}

async function exists(git: SimpleGit, name: string): Promise<boolean> {
  const ref = `refs/tags/${name}`;
  const found = await git.raw('for-each-ref', '--format=%(refname)', ref);
  return found.split('\n').includes(ref);
}

function identity(tagger: GitTagOptions['tagger'], at: number): Readonly<Record<string, string>> {
  return {
    GIT_COMMITTER_NAME: tagger.name,
    GIT_COMMITTER_EMAIL: tagger.email,
    GIT_COMMITTER_DATE: `@${Math.floor(at / 1000)} +0000`,
  };
}

function parseTags(listing: string): readonly AnnotatedTag[] {
  const fields = listing.split('\0');
  const tags: AnnotatedTag[] = [];
  for (let at = 0; at + FIELDS.length <= fields.length; at += FIELDS.length) {
    const [type, name, pointsAt, commit, by, email, seconds, message] = fields.slice(at, at + FIELDS.length);
    if (type?.trim() !== 'tag' || pointsAt !== 'commit' || !name || !commit) continue;
    tags.push({
      name,
      commit,
      message: (message ?? '').replace(/\n+$/, ''),
      at: Number(seconds) * 1000,
      by: `${by} ${email}`.trim(),
    });
  }
  return tags;
}

function taken(name: string, where: string, cause: unknown): MergewayError {
  return new MergewayError('MW_TAG_EXISTS', `${where} has a tag ${name} already`, { cause });
}
