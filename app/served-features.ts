/**
 * Where the App finds what a version's features were made of, for skew of live traffic: definitions, locks and small data files in commits,
 * read through the forge's API and kept in a folder of its own; all other data in its stores.
 */

import { commitFiles } from '#adapters/data-store/commit.ts';
import { folderDataStore } from '#adapters/data-store/folder.ts';
import { type FeaturePlace, featurePlace } from '#core/flows/feature-sources.ts';
import { filesAt } from '#core/flows/model-features.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';
import type { DataFolders } from './data-intervals.ts';

/** Places by commit. `folder` holds what is read of commits; whoever ends the App removes it. */
export function commitPlaces(
  { dataStore, trainingStore }: DataFolders,
  { source, folder }: { readonly source: SourceTree; readonly folder: string },
): (commit: string) => FeaturePlace {
  const filesOf = commitFiles({ source, folder });
  const stores = {
    store: folderDataStore(dataStore),
    ...(trainingStore !== undefined && { training: folderDataStore(trainingStore) }),
  };
  return (commit) => {
    const repository = filesOf(commit);
    return featurePlace({
      files: filesAt(source, commit),
      bare: repository.localPath,
      data: { repository, ...stores },
    });
  };
}
