/**
 * Which windows of live predictions want judging. A window is complete when the log's newest event is at or beyond its end; its labels
 * are due so much later, and the sources of its features may come later still. What was judged is stored, so that ticks that were missed, doubled or late change nothing: whoever asks gets
 * what is left to do.
 */

import { durationMs } from '../config/duration.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Monitor } from '../config/monitor.ts';
import type { Digest } from '../digest.ts';
import {
  type Interval,
  latestComplete,
  previousInterval,
  type Schedule,
  scheduleOf,
} from '../intervals/schedule.ts';
import type { SourcesNow } from '../ports/live-windows.ts';
import type { MonitorWindow } from '../ports/store.ts';
import { reachesFurther, reachInto } from '../skew/reach.ts';

export interface WindowRules {
  readonly schedule: Schedule;
  /** How long after its end a window's labels are due; 0 where no policy asks for labels. */
  readonly labelsMs: number;
  readonly lookback: number;
  readonly policy: Digest;
}

export interface WindowToJudge {
  readonly window: Interval;
  readonly labelsDue: boolean;
  /** Judged before, and judged again only when it holds other rows or labels by now. */
  readonly unless?: { readonly rows: number; readonly labelled: number };
}

/** Undefined when the model says nowhere how long a window is. */
export function windowRules(
  { intervals }: Pick<ModelConfig, 'intervals'>,
  monitor: Monitor,
  policy: Digest,
): WindowRules | undefined {
  const every = monitor.every ?? intervals?.every;
  if (every === undefined) return undefined;
  const waits = monitor.performance.map(({ labels }) => durationMs(labels.within));
  return {
    schedule: scheduleOf({ every, timezone: intervals?.timezone ?? 'UTC' }),
    labelsMs: Math.max(0, ...waits),
    lookback: monitor.lookback,
    policy,
  };
}

/** How far log and sources have come; event times, ms since 1970. */
export interface WindowsReach {
  /** The version's first prediction. */
  readonly first: number;
  readonly newest: number;
  /** The sources of its features; undefined where nobody waits for them, or they can not be looked at. */
  readonly sources?: SourcesNow | undefined;
}

/**
 * Oldest first. `judged` holds the newest windows that are stored for the version; `since` is where they begin when there may be
 * older ones, which count as judged.
 */
export function windowsToJudge(
  rules: WindowRules,
  reach: WindowsReach,
  { judged, since }: { readonly judged: readonly MonitorWindow[]; readonly since?: number },
): readonly WindowToJudge[] {
  const known = new Map(judged.map((window) => [window.from, window]));
  const complete = completeWindows(rules, reach, since);
  const looked = lookedAtAgain(rules, complete, reach.newest);
  const { labelsMs, policy } = rules;
  return complete.flatMap((window): readonly WindowToJudge[] => {
    const labelsDue = window.to + labelsMs <= reach.newest;
    const before = known.get(window.from);
    if (!before || before.to !== window.to) return [{ window, labelsDue }];
    if (labelsDue && !before.labelsDue) return [{ window, labelsDue }];
    const isLooked = looked.has(window.from);
    if (before.policy === policy && isToldAnew(before, { now: reach.sources, isLooked })) {
      return [{ window, labelsDue }];
    }
    if (!isLooked) return [];
    if (before.policy !== policy) return [{ window, labelsDue }];
    return [{ window, labelsDue, unless: before.result }];
  });
}

/** Whether other sources of its features could tell more of a window, or otherwise. */
export function awaitsSources(window: MonitorWindow): boolean {
  const skew = window.result.checks.filter(({ kind }) => kind === 'skew');
  return skew.length > 0 && (reachInto(window, untilThen(window)) !== 'whole' || isUnsettled(window));
}

/** However old it is, a window is told anew when its sources come further; one that is looked at again also when they got files. */
function isToldAnew(
  window: MonitorWindow,
  { now, isLooked }: { readonly now: SourcesNow | undefined; readonly isLooked: boolean },
): boolean {
  if (!now || !awaitsSources(window)) return false;
  if (reachesFurther(window, { before: untilThen(window), now: now.until })) return true;
  const hasOthers = window.result.sources !== undefined && window.result.sources.files !== now.files;
  return isLooked && hasOthers && isUnsettled(window) && reachInto(window, now.until) !== 'behind';
}

/** Rows that come late look like skew until they are there. */
function isUnsettled({ result }: MonitorWindow): boolean {
  return result.checks.some(
    ({ kind, verdict }) => kind === 'skew' && (verdict === 'fail' || verdict === 'inconclusive'),
  );
}

function untilThen({ result }: MonitorWindow): number | undefined {
  return result.sources && Date.parse(result.sources.until);
}

/** The newest windows, and the newest of those whose labels are due: both may still fill up. */
function lookedAtAgain(
  { lookback, labelsMs }: WindowRules,
  complete: readonly Interval[],
  newest: number,
): ReadonlySet<number> {
  const labelled = complete.filter(({ to }) => to + labelsMs <= newest);
  const last = (windows: readonly Interval[]) => windows.slice(-(lookback + 1));
  return new Set([...last(complete), ...last(labelled)].map(({ from }) => from));
}

/** Walked from the newest one back, at most so many: one prediction with a wrong year must not ask for a window per hour since then. */
const MOST_WINDOWS = 1000;

function completeWindows(
  { schedule }: WindowRules,
  { first, newest }: WindowsReach,
  since = Number.NEGATIVE_INFINITY,
): readonly Interval[] {
  const windows: Interval[] = [];
  let window = latestComplete(schedule, { until: newest });
  while (window.to > first && window.from >= since && windows.length < MOST_WINDOWS) {
    windows.unshift(window);
    window = previousInterval(schedule, window);
  }
  return windows;
}
