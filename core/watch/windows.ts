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
  /** Judged before, and judged again only when it holds so much more by now. */
  readonly unless?: JudgedBefore;
}

interface JudgedBefore {
  readonly rows: number;
  readonly labelled: number;
  /** Share of rows or labels that have to be new; 0: any. */
  readonly grown: number;
}

/**
 * Every look is a chance to alarm without a cause, and the month's budget has one and `lookback` more. Those are when the next window is
 * complete; in between a window is looked at again only when it has grown by a tenth, which a trickle of late labels never does.
 */
const GROWN = 0.1;

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
  const grown = isNextComplete(complete, known, rules, reach.newest) ? 0 : GROWN;
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
    const { rows, labelled } = before.result;
    return [{ window, labelsDue, unless: { rows, labelled, grown } }];
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

/** Whether the newest window, or the newest whose labels are due, was not judged yet: those before it are looked at with it. */
function isNextComplete(
  complete: readonly Interval[],
  known: ReadonlyMap<number, MonitorWindow>,
  { labelsMs }: WindowRules,
  newest: number,
): boolean {
  const last = complete.at(-1);
  const labelled = complete.findLast(({ to }) => to + labelsMs <= newest);
  return (
    (last !== undefined && !known.has(last.from)) ||
    (labelled !== undefined && known.get(labelled.from)?.labelsDue !== true)
  );
}

/** Whether a window that was judged before holds enough more, or less, to be judged again. */
export function hasGrown(
  before: JudgedBefore,
  now: { readonly rows: number; readonly labelled: number },
): boolean {
  const differs = (one: number, other: number) => Math.abs(other - one) > before.grown * one;
  return differs(before.rows, now.rows) || differs(before.labelled, now.labelled);
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
