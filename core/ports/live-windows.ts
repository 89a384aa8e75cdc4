/** Windows of a model's live predictions, as the prediction log has them, held against what the model was evaluated on. */

import type { ModelConfig } from '../config/model.ts';
import type { Digest } from '../digest.ts';
import type { MonitorPredicate } from '../evidence/monitor.ts';
import type { Interval } from '../intervals/schedule.ts';
import type { Champion } from '../registry/champion.ts';

interface LiveVersion {
  readonly model: string;
  readonly version: string;
}

/** How far the log has come. Event times, but for `written`; ms since 1970. */
export interface LogReach {
  /** The version's first prediction; undefined before there is one. */
  readonly first: number | undefined;
  /** The model's newest prediction, of whichever version. */
  readonly newest: number;
  /** When the newest part was written. */
  readonly written: number;
}

interface LiveWindow extends LiveVersion {
  readonly window: Interval;
}

export interface WindowRequest {
  /** Of the default branch; its `monitor` is the policy. */
  readonly config: ModelConfig;
  readonly champion: Champion;
  readonly window: Interval;
  /** Digest of the policy, for the evidence. */
  readonly policy: Digest;
  /** Whether labels had their time to come: only then is performance judged. */
  readonly labelsDue: boolean;
}

export interface LiveWindows {
  /** Undefined before the model's first part. What follows sees the log as it is now, until the next such question. */
  reach(version: LiveVersion): Promise<LogReach | undefined>;
  /** Cheap: what a window holds by now, to see whether it must be judged again. */
  counts(window: LiveWindow): Promise<{ readonly rows: number; readonly labelled: number }>;
  measure(request: WindowRequest): Promise<MonitorPredicate>;
}
