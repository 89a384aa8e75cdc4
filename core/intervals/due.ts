/** Which interval a model's data is advanced to: pure arithmetic first, then what the sources hold. Nothing is written here. */

import { durationMs } from '../config/duration.ts';
import type { ModelConfig } from '../config/model.ts';
import { MergewayError } from '../errors.ts';
import { instantText, intervalText } from './instant.ts';
import type { AdvancedLock, ModelLocks } from './model-locks.ts';
import type { Parts } from './parts.ts';
import { type Interval, intervalAt, latestComplete, type Schedule, scheduleOf } from './schedule.ts';

/** `next`: the one after the holdout's present interval. `latest`: the newest complete one. Or one that is named. */
type Target = 'next' | 'latest' | Interval;

export type Due = { readonly status: 'due'; readonly interval: Interval } | NotDue | Waiting;

/** No further interval has ended, and had its time to settle. */
export interface NotDue {
  readonly status: 'not-due';
  readonly interval: Interval;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

/** The interval has ended, and its data is not there yet. */
export interface Waiting {
  readonly status: 'waiting';
  readonly interval: Interval;
  readonly reason: string;
  readonly wouldSettle: string;
}

export interface DueRequest {
  readonly config: ModelConfig;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly target: Target;
}

export type PartsOf = (lock: AdvancedLock) => Promise<Parts>;

/** The schedule of a model's intervals. MW_CONFIG_INVALID when it has none. */
export function intervalsOf({ name, intervals }: ModelConfig): {
  readonly schedule: Schedule;
  readonly settleMs: number;
} {
  if (!intervals) {
    throw new MergewayError(
      'MW_CONFIG_INVALID',
      `models/${name}/model.yaml: intervals is missing: \`intervals: {every: 1d, timezone: UTC}\` says how data is cut`,
    );
  }
  const { settle } = intervals;
  return { schedule: scheduleOf(intervals), settleMs: settle === undefined ? 0 : durationMs(settle) };
}

export async function decideDue(request: DueRequest, locks: ModelLocks, partsOf: PartsOf): Promise<Due> {
  const { config, now, target } = request;
  const { schedule, settleMs } = intervalsOf(config);
  const marks = await watermarks(now, locks, partsOf);
  if (typeof target === 'object') return whetherComplete(target);

  const begin = locks.holdout.to === undefined ? undefined : schedule.tickAfter(locks.holdout.to - 1);
  const rows = await partsOf(locks.holdout);
  // An interval without a row can't be judged on: the next one is the next that has any.
  const row = (await newestComplete()) ?? (await rows.first({ from: begin, before: now + 1 }));
  if (row !== undefined) return whetherComplete(intervalAt(schedule, row));
  return whetherComplete(
    begin === undefined ? latestComplete(schedule, { until: now - settleMs }) : intervalAt(schedule, begin),
  );

  async function newestComplete(): Promise<number | undefined> {
    if (target === 'next' && begin !== undefined) return undefined;
    const judging = marks.filter(({ lock }) => lock.part !== 'training');
    const held = Math.min(now - settleMs, ...judging.map(({ reach }) => reach));
    if (!Number.isFinite(held)) return undefined;
    return rows.last({ from: begin, before: latestComplete(schedule, { until: held }).to });
  }

  function whetherComplete(interval: Interval): Due {
    const dueAt = interval.to + settleMs;
    if (dueAt > now) {
      const reason = `${intervalText(interval)} is complete at ${instantText(dueAt)}`;
      return { status: 'not-due', interval, reason, dueAt };
    }
    const short = shortest(marks.filter(({ reach, lock }) => reach < neededBy(lock, interval)));
    if (short.length === 0) return { status: 'due', interval };
    return {
      status: 'waiting',
      interval,
      reason: short.map(reachSentence).join('; '),
      wouldSettle: short
        .map(({ lock }) => `a row of ${lock.rows.path} at or after ${instantText(neededBy(lock, interval))}`)
        .join(', '),
    };
  }
}

interface Watermark {
  readonly lock: AdvancedLock;
  /** The newest time that has come; a row of the future says nothing about the present. */
  readonly reach: number;
}

async function watermarks(now: number, locks: ModelLocks, partsOf: PartsOf): Promise<readonly Watermark[]> {
  const marks: Watermark[] = [];
  for (const lock of [...locks.training, ...locks.features, locks.holdout]) {
    const newest = await (await partsOf(lock)).last({ before: now + 1 });
    marks.push({ lock, reach: newest ?? Number.NEGATIVE_INFINITY });
  }
  return marks;
}

/** Training rows end where the holdout begins; everything else must reach its end. */
function neededBy({ part }: AdvancedLock, { from, to }: Interval): number {
  return part === 'training' ? from : to;
}

/** Locks of one folder wait for the same parts: the one that needs the most speaks, which comes last. */
function shortest(marks: readonly Watermark[]): readonly Watermark[] {
  const places = marks.map(({ lock: { rows } }) => `${rows.in}:${rows.path}`);
  return marks.filter((_, index) => places.lastIndexOf(places[index] ?? '') === index);
}

function reachSentence({ lock: { rows }, reach }: Watermark): string {
  if (!Number.isFinite(reach)) return `${rows.path} holds no row yet`;
  return `${rows.path} reaches ${instantText(reach)}`;
}
