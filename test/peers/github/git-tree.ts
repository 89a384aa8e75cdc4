// Files: what a tree holds, what one commit's tree changes of another's.
import { git, gitBytes } from './git.ts';

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
