/**
 * Data files of a commit, read as data and never checked out. A file that is wanted is written below a folder once, named by its git
 * object, so that commits that share it share it there too. Symbolic links are none of them: they would be followed where they are read.
 */

import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { MergewayError } from '#core/errors.ts';
import type { DataFiles } from '#core/ports/data-store.ts';
import type { SourceTree, TreeEntry } from '#core/ports/source-tree.ts';
import { KnownDigests } from './digest.ts';

export interface CommitFilesOptions {
  readonly source: SourceTree;
  /** Where copies are kept; the caller removes it. */
  readonly folder: string;
}

/** The files of each commit. */
export function commitFiles({ source, folder }: CommitFilesOptions): (commit: string) => DataFiles {
  const digests = new KnownDigests();

  return (commit) => {
    return {
      async list(under) {
        const prefix = `${under.replace(/\/+$/, '')}/`;
        const found = (await filesOf(commit))
          .map(({ path }) => path)
          .filter((path) => path.startsWith(prefix) && isPart(path.slice(prefix.length)));
        if (found.length > 0) return found.sort();
        throw missing(under, commit);
      },
      localPath,
      digest: async (name) => digests.of(await localPath(name)),
    };

    async function localPath(name: string): Promise<string> {
      const entry = (await filesOf(commit)).find(({ path }) => path === name);
      const copy = join(folder, `${entry?.blob}${extname(name).toLowerCase()}`);
      if (entry && (await stat(copy).catch(() => undefined))) return copy;
      const bytes = entry && (await source.read(commit, name));
      if (!bytes) throw missing(name, commit);
      await writeWhole(copy, bytes);
      return copy;
    }
  };

  async function filesOf(commit: string): Promise<readonly TreeEntry[]> {
    return (await source.list(commit)).filter(({ mode }) => /^100\d{3}$/.test(mode));
  }

  async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `.${randomUUID()}`);
    try {
      await writeFile(draft, bytes, { mode: 0o600 });
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  }
}

/** As in a folder: what begins with a dot or an underscore is still being written. */
function isPart(path: string): boolean {
  return path.toLowerCase().endsWith('.parquet') && !path.split('/').some((step) => /^[._]/.test(step));
}

function missing(name: string, commit: string): MergewayError {
  return new MergewayError('MW_DATA_MISSING', `${name} is not in commit ${commit}`);
}
