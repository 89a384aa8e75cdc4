/** The store at a part place. */

import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import type { PartPlace } from '#adapters/s3/part-place.ts';
import { s3PartStore } from '#adapters/s3/part-store.ts';
import type { PartStore } from '#core/ports/part-store.ts';

export function openPartPlace(place: PartPlace): PartStore {
  return 'folder' in place ? folderPartStore(place.folder) : s3PartStore(place.s3);
}
