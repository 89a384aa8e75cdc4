/** Where a command finds a model's feature definitions and sources: in the working tree or a checkout, or in a commit that git reads. */

import { join, resolve } from 'node:path';
import { type DataPlaces, type Stores, storesOf } from '#actions/data.ts';
import { isFile, readSource } from '#actions/files.ts';
import { commitFiles } from '#adapters/data-store/commit.ts';
import { digestOfFile } from '#adapters/data-store/digest.ts';
import { folderDataStore } from '#adapters/data-store/folder.ts';
import { parseDataLock } from '#core/config/load.ts';
import { type FeaturePlace, featurePlace, type NamedSource } from '#core/flows/feature-sources.ts';
import { filesAt } from '#core/flows/model-features.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';

/** A folder that is trusted with what its files point at: the working tree, or a checkout. */
export function folderPlace(places: DataPlaces): FeaturePlace {
  const { root, rootName = root } = places;
  return featurePlace({
    files: {
      name: rootName,
      text: async (path) =>
        (await isFile(join(root, path))) ? (await readSource(root, path)).text : undefined,
      identity: async (path) =>
        (await isFile(join(root, path))) ? digestOfFile(join(root, path)) : undefined,
    },
    bare: async (path) => resolve(root, path),
    data: { repository: folderDataStore(root, rootName), ...storesOf(places) },
  });
}

/** A commit. What is opened is written below `folder` first, which is the caller's to remove. */
export function commitPlace(
  source: SourceTree,
  commit: string,
  { folder, ...places }: Stores & { readonly folder: string },
): FeaturePlace {
  const repository = commitFiles({ source, folder: join(folder, 'sources') })(commit);
  return featurePlace({
    files: filesAt(source, commit),
    bare: repository.localPath,
    data: { repository, ...storesOf(places) },
  });
}

/** A source of the working tree by its path. Those of the lock file. */
export async function namedSource(root: string, path: string): Promise<NamedSource> {
  const lock = path.endsWith('.lock') ? parseDataLock(await readSource(root, path)) : undefined;
  return { path, lock };
}
