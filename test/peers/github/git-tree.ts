// Files: what a tree holds, what one commit's tree changes of another's.
import { gitBytes, gitFact, resolve } from './git.ts';

/** The object at a path of a commit, or undefined when there is none of that type. The empty path is the root. */
export async function objectAt(
  path: string,
  commit: string,
  file: string,
  type: 'blob' | 'tree',
): Promise<string | undefined> {
  if (file === '') return type === 'tree' ? resolve(path, commit, 'tree') : undefined;
  const [entry] = await entries(path, [commit, file]).catch(() => []);
  return entry?.type === type ? entry.sha : undefined;
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
export function listTree(path: string, tree: string, recursive = false): Promise<TreeEntry[]> {
  return entries(path, [...(recursive ? ['-r', '-t'] : []), tree]);
}

/** The files of one folder of a commit; none where there is no such folder. */
export async function filesIn(path: string, commit: string, folder: string): Promise<TreeEntry[]> {
  return (await entries(path, [commit, `${folder}/`])).filter(({ type }) => type === 'blob');
}

async function entries(path: string, args: readonly string[]): Promise<TreeEntry[]> {
  const out = await gitFact(path, ['ls-tree', '-z', '-l', ...args]);
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
  const out = await gitFact(path, ['diff', '--raw', '--numstat', '-z', '-M', '--no-abbrev', from, to]);
  const fields = out.split('\0');
  const files: Omit<ChangedFile, 'additions' | 'deletions'>[] = [];
  let i = 0;
  // The raw records come first, each begun by a colon.
  while (fields[i]?.startsWith(':')) {
    const [, , before = '', after = '', letter = 'M'] = (fields[i] ?? '').split(' ');
    const moved = letter.startsWith('R') || letter.startsWith('C');
    const first = fields[i + 1] ?? '';
    const status = STATUS[letter.charAt(0)] ?? 'changed';
    files.push({
      path: moved ? (fields[i + 2] ?? '') : first,
      ...(moved && { previous: first }),
      status,
      blob: status === 'removed' ? before : after,
    });
    i += moved ? 3 : 2;
  }
  const lines = parseNumstat(fields.slice(i));
  return files.map((file) => {
    const [additions, deletions] = lines.get(file.path) ?? [0, 0];
    return { ...file, additions, deletions };
  });
}

function parseNumstat(fields: readonly string[]): Map<string, [number, number]> {
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
