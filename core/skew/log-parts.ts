/** Parts of the prediction log by their names; none is fetched before it is wanted. */

import type { PartStore } from '../ports/part-store.ts';
import { parsePartName } from '../predictions/part-name.ts';
import { logPrefix } from '../predictions/read-log.ts';
import type { LogPart } from './request.ts';

/** Every part of the model's predictions. */
export async function allLogParts(store: PartStore, model: string): Promise<readonly LogPart[]> {
  const parts = await store.list(logPrefix({ kind: 'predictions', model }));
  return logParts(
    store,
    parts.map(({ name }) => name),
  );
}

/** The named ones; names that are none of ours are left out. */
export function logParts(store: Pick<PartStore, 'localPath'>, names: readonly string[]): readonly LogPart[] {
  return names.flatMap((name) => {
    const part = parsePartName(name);
    return part ? [{ local: () => store.localPath(name), from: part.from, to: part.to }] : [];
  });
}
