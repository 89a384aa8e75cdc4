// New trees from old ones: what `POST /git/trees` does, in an index of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, gitFed } from './git.ts';

export interface NewEntry {
  readonly path: string;
  readonly mode: string;
  /** An object that is there; null takes the path away. */
  readonly sha?: string | null;
  /** The text of a new blob. */
  readonly content?: string;
}

const NOTHING = '0'.repeat(40);

/** The tree that `base` becomes with these entries; without a base, a tree of these alone. */
export async function writeTree(
  path: string,
  base: string | undefined,
  entries: readonly NewEntry[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tree-'));
  const index = join(folder, 'index');
  try {
    if (base) await gitFed(path, ['read-tree', base], { index });
    const lines = [];
    for (const entry of entries) lines.push(await indexLine(path, entry));
    await gitFed(path, ['update-index', '--index-info'], { input: lines.join(''), index });
    return (await gitFed(path, ['write-tree'], { index })).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function indexLine(path: string, { path: file, mode, sha, content }: NewEntry): Promise<string> {
  if (sha === null) return `0 ${NOTHING}\t${file}\n`;
  const object = sha ?? (await writeBlob(path, content ?? ''));
  await git(path, ['cat-file', '-e', object]);
  return `${mode} ${object}\t${file}\n`;
}

async function writeBlob(path: string, text: string): Promise<string> {
  return (await gitFed(path, ['hash-object', '-w', '--stdin'], { input: text })).trim();
}
