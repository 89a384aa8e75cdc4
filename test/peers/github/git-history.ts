// Commits and how they relate.
import { git, gitFact, type Identity } from './git.ts';

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

const FORMAT = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'].join('%x00');

/** Commits from newest to oldest, as `git log` with these arguments lists them. */
export async function log(path: string, args: readonly string[]): Promise<Commit[]> {
  return parseLog(await git(path, logOf(args)));
}

function logOf(args: readonly string[]): readonly string[] {
  return ['log', '-z', `--format=${FORMAT}%x01`, ...args];
}

function parseLog(out: string): Commit[] {
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
  const [commit] = parseLog(await gitFact(path, logOf(['-1', sha])));
  if (!commit) throw new Error(`no commit ${sha} in ${path}`);
  return commit;
}

/** The best common ancestor, or undefined for unrelated histories. */
export async function mergeBase(path: string, a: string, b: string): Promise<string | undefined> {
  try {
    return (await gitFact(path, ['merge-base', a, b])).trim();
  } catch {
    return undefined;
  }
}

/** How many commits `to` has that `from` lacks. */
export async function countBetween(path: string, from: string, to: string): Promise<number> {
  return Number((await gitFact(path, ['rev-list', '--count', `${from}..${to}`])).trim());
}

export async function isAncestor(path: string, ancestor: string, descendant: string): Promise<boolean> {
  return (await mergeBase(path, ancestor, descendant)) === ancestor;
}
