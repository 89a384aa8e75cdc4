/**
 * Nobody is judged on rows that it was trained on. Locks that are cut from a source hold every row of their interval, so intervals that
 * overlap share rows; locks without a source may be a split of one time, and count by their digests alone. What a pull request's lock
 * says of itself is its author's word.
 */

import type { DataLock } from '../config/lock.ts';
import type { ModelConfig } from '../config/model.ts';
import { MergewayError } from '../errors.ts';
import { instantText, parseInstant } from '../intervals/instant.ts';
import type { Interval } from '../intervals/schedule.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { readDataLock } from './policy.ts';

export interface Holdout {
  /** Inputs of the head, holdout of the policy. */
  readonly config: Pick<ModelConfig, 'inputs' | 'evaluate'>;
  readonly head: string;
  /** Commit whose holdout lock counts. */
  readonly holdout: string;
}

/** MW_HOLDOUT_SEEN, MW_CONFIG_INVALID. */
export async function requireUnseen(source: SourceTree, { config, head, holdout }: Holdout): Promise<void> {
  const judged = await readDataLock(source, holdout, config.evaluate.data);
  if (!judged) return;
  for (const path of config.inputs.data) {
    const trained = await readDataLock(source, head, path);
    const shared = trained && whatIsShared(trained, judged);
    if (!shared) continue;
    throw new MergewayError('MW_HOLDOUT_SEEN', `${path} ${shared} ${config.evaluate.data}, the holdout`);
  }
}

function whatIsShared(trained: DataLock, judged: DataLock): string | undefined {
  if (trained.sha256 === judged.sha256) return 'names the same file as';
  const [rows, holdout] = [intervalOf(trained), intervalOf(judged)];
  if (!rows || !holdout || rows.from >= holdout.to || holdout.from >= rows.to) return undefined;
  return `ends at ${instantText(rows.to)}, after the begin (${instantText(holdout.from)}) of`;
}

/** Of a lock that holds every row of its interval. */
function intervalOf({ interval, source }: DataLock): Interval | undefined {
  const from = interval && parseInstant(interval.from);
  const to = interval && parseInstant(interval.to);
  return source && from !== undefined && to !== undefined ? { from, to } : undefined;
}
