/**
 * Where a model's feature definitions and sources are: a folder (working tree, checkout), or a commit that git reads as data, with
 * nothing of it checked out.
 */

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type DataPlaces, openLock } from '#actions/data.ts';
import { digestOfFile, isFile, readSource } from '#actions/files.ts';
import { placeOf } from '#core/config/lock.ts';
import { MergewayError } from '#core/errors.ts';
import type { DataFile } from '#core/flows/join-features.ts';
import { type FeatureFiles, type FeatureSource, filesAt } from '#core/flows/model-features.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';
import { type LiveSource, liveSource } from './live-source.ts';

export interface FeaturePlace {
  readonly files: FeatureFiles;
  /** The source's data, checked by the digest of its lock. MW_DATA_MISSING, MW_DATA_MISMATCH. */
  open(source: NamedSource): Promise<DataFile>;
  /** The same with what came later, where its lock says in which store. */
  openLive(source: NamedSource): Promise<LiveSource>;
}

export type NamedSource = Pick<FeatureSource, 'path' | 'lock'>;

/** A folder that is trusted with what its files point at: the working tree, or a checkout. */
export function folderPlace(places: DataPlaces): FeaturePlace {
  const { root } = places;
  return {
    files: {
      name: root,
      text: async (path) =>
        (await isFile(join(root, path))) ? (await readSource(root, path)).text : undefined,
      identity: async (path) =>
        (await isFile(join(root, path))) ? digestOfFile(join(root, path)) : undefined,
    },
    open: ({ path }) => sourceFile(path, places),
    openLive: ({ path }) => liveSource(path, places),
  };
}

/** A commit. What is opened is written below `folder` first, which is the caller's to remove. */
export function commitPlace(
  source: SourceTree,
  commit: string,
  { folder, ...places }: Omit<DataPlaces, 'root'> & { readonly folder: string },
): FeaturePlace {
  const root = join(folder, createHash('sha256').update(commit).digest('hex').slice(0, 12));
  const files = filesAt(source, commit);
  return { files, open, openLive };

  async function open({ path, lock }: NamedSource): Promise<DataFile> {
    await copy(path);
    if (lock && placeOf(lock.uri).in === 'repository') await copy(lock.uri);
    return sourceFile(path, { ...places, root });
  }

  /** Nothing arrives in a commit: parts in the repository are left out. */
  async function openLive(source: NamedSource): Promise<LiveSource> {
    const { name, path } = await open(source);
    const parts = source.lock?.source?.parts;
    if (parts === undefined || placeOf(parts).in === 'repository') return { name, paths: [path] };
    return liveSource(source.path, { ...places, root });
  }

  async function copy(path: string): Promise<void> {
    const isHere = (await files.identity(path)) !== undefined;
    const bytes = isHere ? await source.read(commit, path) : undefined;
    if (!bytes) throw new MergewayError('MW_DATA_MISSING', `${path} is not a file of ${files.name}`);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
}

/** Each source from `newest` where it is there, else from `own`. */
export function newestOf(newest: FeaturePlace, own: FeaturePlace): FeaturePlace {
  const placeOfSource = async (path: string) =>
    (await newest.files.identity(path)) === undefined ? own : newest;
  return {
    files: {
      name: newest.files.name,
      text: async (path) => (await placeOfSource(path)).files.text(path),
      identity: async (path) => (await placeOfSource(path)).files.identity(path),
    },
    open: async (source) => (await placeOfSource(source.path)).open(source),
    openLive: async (source) => (await placeOfSource(source.path)).openLive(source),
  };
}

/** A data lock stands for its data, checked by digest; any other path is the file itself. */
export async function sourceFile(path: string, places: DataPlaces): Promise<DataFile> {
  if (!path.endsWith('.lock')) return { name: path, path: resolve(places.root, path) };
  const { file } = await openLock(await readSource(places.root, path), places);
  return { name: path, path: file };
}
