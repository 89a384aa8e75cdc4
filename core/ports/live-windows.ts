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

export interface ServedVersion extends LiveVersion {
  /** The default branch's, whose locks say where the sources are now. */
  readonly commit: string;
}

/** The sources of a version's features as they are now. */
export interface SourcesNow {
  /** Until when all of them have rows, ms since 1970. */
  readonly until: number;
  /** Over the names of their files. */
  readonly files: Digest;
}

interface LiveWindow extends LiveVersion {
  readonly window: Interval;
}

export interface WindowRequest {
  /** Of the default branch; its `monitor` is the policy. */
  readonly config: ModelConfig;
  /** The default branch's. */
  readonly commit: string;
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
  /** Undefined where they can not be looked at. */
  sources(version: ServedVersion): Promise<SourcesNow | undefined>;
  measure(request: WindowRequest): Promise<MonitorPredicate>;
}
