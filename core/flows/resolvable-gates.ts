/**
 * A pull request may only bring gates that its own holdout can answer: refused where the gate is written, not at the next evaluation, which
 * would be the first to be judged by it and is somebody else's. A lock that does not say its rows is let through.
 */

import { requireAboveNoise } from '../gates/noise-floor.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { readDataLock, readModel } from './policy.ts';

/** MW_GATE_BELOW_NOISE, MW_CONFIG_INVALID. */
export async function requireResolvable(
  source: SourceTree,
  { model, head }: { readonly model: string; readonly head: string },
): Promise<void> {
  const config = await readModel(source, head, model);
  const lock = config && (await readDataLock(source, head, config.evaluate.data));
  if (config && lock?.rows !== undefined) requireAboveNoise(config, lock.rows);
}
