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

export interface Signature extends Identity {
  /** ISO 8601 in UTC, whole seconds. */
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
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

/** As `git`, for output that is bytes. */
export async function gitBytes(path: string, args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run('git', ['-C', path, ...args], {
    env: environment(NOBODY),
    maxBuffer: MAX_OUTPUT_BYTES,
    encoding: 'buffer',
  });
  return stdout;
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
  try {
    const out = await git(path, [
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

const FORMAT = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'].join('%x00');

/** Commits from newest to oldest, as `git log` with these arguments lists them. */
export async function log(path: string, args: readonly string[]): Promise<Commit[]> {
  const out = await git(path, ['log', '-z', `--format=${FORMAT}%x01`, ...args]);
  return out
    .split('\u0001')
    .map((record) => record.replace(/^\0/, ''))
    .filter((record) => record !== '')
    .map(parseCommit);
}

function parseCommit(record: string): Commit {
  const [
    sha = '',
    tree = '',
    parents = '',
    an = '',
    ae = '',
    at = '',
    cn = '',
    ce = '',
    ct = '',
    message = '',
  ] = record.split('\0');
  return {
    sha,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: an, email: ae, date: instant(at) },
    committer: { name: cn, email: ce, date: instant(ct) },
    message: message.trimEnd(),
  };
}

export function instant(unixSeconds: string): string {
  return `${new Date(Number(unixSeconds) * 1000).toISOString().slice(0, 19)}Z`;
}

export async function readCommit(path: string, sha: string): Promise<Commit> {
  const [commit] = await log(path, ['-1', sha]);
  if (!commit) throw new Error(`no commit ${sha} in ${path}`);
  return commit;
}

export interface ChangedFile {
  readonly path: string;
  readonly previous?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  readonly additions: number;
  readonly deletions: number;
  readonly blob: string;
  readonly patch?: string;
}

const STATUS: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** The files that differ between two trees or commits, with line counts and the blob at the new side. */
export async function diff(path: string, from: string, to: string): Promise<ChangedFile[]> {
  const [raw, counts] = await Promise.all([
    git(path, ['diff', '--raw', '-z', '-M', '--no-abbrev', from, to]),
    git(path, ['diff', '--numstat', '-z', '-M', from, to]),
  ]);
  const lines = parseNumstat(counts);
  const fields = raw.split('\0');
  const files: ChangedFile[] = [];
  for (let i = 0; i + 1 < fields.length; ) {
    const [, , before = '', after = '', letter = 'M'] = (fields[i] ?? '').split(' ');
    const moved = letter.startsWith('R') || letter.startsWith('C');
    const first = fields[i + 1] ?? '';
    const name = moved ? (fields[i + 2] ?? '') : first;
    const status = STATUS[letter.charAt(0)] ?? 'changed';
    const [additions, deletions] = lines.get(name) ?? [0, 0];
    const blob = status === 'removed' ? before : after;
    files.push({ path: name, ...(moved && { previous: first }), status, additions, deletions, blob });
    i += moved ? 3 : 2;
  }
  return files;
}

function parseNumstat(out: string): Map<string, [number, number]> {
  const fields = out.split('\0');
  const counts = new Map<string, [number, number]>();
  for (let i = 0; i < fields.length; i++) {
    const [added, deleted, name] = (fields[i] ?? '').split('\t');
    if (name === undefined) continue;
    const moved = name === '';
    const target = moved ? (fields[i + 2] ?? '') : name;
    counts.set(target, [Number(added) || 0, Number(deleted) || 0]);
    if (moved) i += 2;
  }
  return counts;
}

/** The best common ancestor, or undefined for unrelated histories. */
export async function mergeBase(path: string, a: string, b: string): Promise<string | undefined> {
  try {
    return (await git(path, ['merge-base', a, b])).trim();
  } catch {
    return undefined;
  }
}

/** How many commits `to` has that `from` lacks. */
export async function countBetween(path: string, from: string, to: string): Promise<number> {
  return Number((await git(path, ['rev-list', '--count', `${from}..${to}`])).trim());
}

export async function isAncestor(path: string, ancestor: string, descendant: string): Promise<boolean> {
  return (await mergeBase(path, ancestor, descendant)) === ancestor;
}

/** The object at a path of a commit, or undefined when there is none of that type. The empty path is the root. */
export async function objectAt(
  path: string,
  commit: string,
  file: string,
  type: 'blob' | 'tree',
): Promise<string | undefined> {
  try {
    const sha = (
      await git(path, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:${file}`])
    ).trim();
    return (await git(path, ['cat-file', '-t', sha])).trim() === type ? sha : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of a file at a commit, or undefined. */
export async function readFile(path: string, commit: string, file: string): Promise<Buffer | undefined> {
  const blob = await objectAt(path, commit, file, 'blob');
  return blob ? gitBytes(path, ['cat-file', 'blob', blob]) : undefined;
}

export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number | undefined;
  readonly path: string;
}

/** The entries of a tree; `recursive` lists the files of its folders too, as GitHub does with the folders themselves. */
export async function listTree(path: string, tree: string, recursive = false): Promise<TreeEntry[]> {
  const out = await git(path, ['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), tree]);
  return out
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
      return { mode, type, sha, size: size === '-' ? undefined : Number(size), path: line.slice(tab + 1) };
    });
}
