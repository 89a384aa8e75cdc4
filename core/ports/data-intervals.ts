/** Data beyond what the locks hold: which complete interval is the newest, and new locks for it. */

import type { ModelConfig } from '../config/model.ts';
import type { Interval } from '../intervals/schedule.ts';

interface LockedModel {
  readonly config: ModelConfig;
  /** Commit whose locks are advanced. */
  readonly commit: string;
}

type NewestInterval =
  | { readonly status: 'due'; readonly interval: Interval }
  /** No further one has ended, or its data is not there yet. */
  | { readonly status: 'not-due'; readonly reason: string };

type AdvancedLocks =
  /** Texts of the locks by path: training rows up to the interval, holdout the interval. */
  | { readonly status: 'advanced'; readonly locks: Readonly<Record<string, string>> }
  | { readonly status: 'not-due'; readonly reason: string }
  /** The interval breaks its contract. */
  | { readonly status: 'refused'; readonly reason: string };

export interface DataIntervals {
  /** Cheap, and writes nothing. */
  newest(model: LockedModel): Promise<NewestInterval>;
  /** Writes data into the stores, and no lock. Asked again, the same rows give the same locks. */
  advance(model: LockedModel & { readonly interval: Interval }): Promise<AdvancedLocks>;
}
