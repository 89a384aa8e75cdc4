/** Parts of the prediction log by their names; none is fetched before it is wanted. */

import type { PartStore } from '../ports/part-store.ts';
import { parsePartName } from '../predictions/part-name.ts';
import type { LogPart } from './request.ts';

/** Every part of the model's predictions. */
export async function logParts(store: PartStore, model: string): Promise<readonly LogPart[]> {
  const parts = await store.list(`predictions/${model}/`);
  return parts.flatMap(({ name }) => {
    const part = parsePartName(name);
    return part ? [{ local: () => store.localPath(name), from: part.from, to: part.to }] : [];
  });
}
