// Git on a bare repository: the plumbing commands that the REST routes and merges are made of.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** 64 MiB: more than any blob or listing of a test repository. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const FULL_SHA = /^[0-9a-f]{40}$/;

export interface Identity {
  readonly name: string;
  readonly email: string;
}

const NOBODY: Identity = { name: 'GitHub', email: 'noreply@github.com' };

/** Runs git in a bare repository without the machine's own configuration. Throws on any exit code but 0. */
export async function git(path: string, args: readonly string[], author: Identity = NOBODY): Promise<string> {
  const { stdout } = await run('git', ['-C', path, ...args], {
    env: environment(author),
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return stdout;
}

const facts = new Map<string, Promise<string>>();

/** As `git`, for what follows from full ids alone and so never changes: git is asked once, and again only where it failed. */
export function gitFact(path: string, args: readonly string[]): Promise<string> {
  const question = [path, ...args].join('\0');
  const answer = facts.get(question) ?? git(path, args);
  facts.set(question, answer);
  answer.catch(() => facts.delete(question));
  return answer;
}

/** As `git`, for output that is bytes. */
export async function gitBytes(path: string, args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run('git', ['-C', path, ...args], {
    env: environment(NOBODY),
    maxBuffer: MAX_OUTPUT_BYTES,
    encoding: 'buffer',
  });
  return stdout;
}

/** As `git`, with bytes on stdin, and for work on trees with an index file of its own. */
export async function gitFed(
  path: string,
  args: readonly string[],
  { input, index }: { readonly input?: string | Uint8Array; readonly index?: string },
): Promise<string> {
  const env = { ...environment(NOBODY), ...(index !== undefined && { GIT_INDEX_FILE: index }) };
  const running = run('git', ['-C', path, ...args], { env, maxBuffer: MAX_OUTPUT_BYTES });
  const { stdin } = running.child;
  // Git may end before it has read everything; its exit code tells.
  stdin?.on('error', () => undefined).end(input);
  return (await running).stdout;
}

function environment(author: Identity): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: NOBODY.name,
    GIT_COMMITTER_EMAIL: NOBODY.email,
  };
}

/** The sha that a revision means, peeled to `type`, or undefined. */
export async function resolve(
  path: string,
  revision: string,
  type: 'commit' | 'tree' | 'blob' | 'tag' = 'commit',
): Promise<string | undefined> {
  if (revision === '' || revision.startsWith('-')) return undefined;
  const ask = FULL_SHA.test(revision) ? gitFact : git;
  try {
    const out = await ask(path, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{${type}}`,
    ]);
    return out.trim();
  } catch {
    return undefined;
  }
}

/** What a user may call a commit: a full sha, a branch, a tag, or either with its `refs/` prefix. */
export async function resolveRef(path: string, ref: string): Promise<string | undefined> {
  const names = FULL_SHA.test(ref) ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`, ref];
  for (const name of names) {
    const sha = await resolve(path, name);
    if (sha) return sha;
  }
  return undefined;
}

/** Every ref with the object it points at (a tag object for annotated tags). */
export async function listRefs(
  path: string,
  under = 'refs/',
): Promise<Map<string, { sha: string; type: string }>> {
  const out = await git(path, ['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)', under]);
  const refs = new Map<string, { sha: string; type: string }>();
  for (const line of out.split('\n')) {
    const [name, sha, type] = line.split(' ');
    if (name && sha && type) refs.set(name, { sha, type });
  }
  return refs;
}
