/** How often a model may be retrained: a cool-down, and so many in any such span. Counted from what was decided, so that it holds across restarts. */

import { durationMs } from '../config/duration.ts';
import type { Retrain } from '../config/monitor.ts';
import type { Retraining } from '../ports/store.ts';

const DAY_MS = 86_400_000;
const SPAN_MS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;

/** More than any `at-most` lets happen within its span. */
export const HISTORY = 10_000;

export type Budget =
  | { readonly status: 'free' }
  | { readonly status: 'spent'; readonly until: number; readonly reason: string };

/** `history`: newest first. Only those count that made, or are about to make, a pull request. */
export function budget(
  retrain: Pick<Retrain, 'cooldown' | 'at-most'>,
  history: readonly Retraining[],
  now: number,
): Budget {
  const counted = history.filter(({ state, pullRequest }) => pullRequest > 0 || state === 'decided');
  const coolDown = coolDownUntil(retrain, counted);
  const full = fullUntil(retrain, counted);
  const later = coolDown.until >= full.until ? coolDown : full;
  return later.until > now ? { status: 'spent', ...later } : { status: 'free' };
}

interface Wait {
  readonly until: number;
  readonly reason: string;
}

/** One that takes the place of a superseded one need not wait for it. */
function coolDownUntil({ cooldown }: Pick<Retrain, 'cooldown'>, counted: readonly Retraining[]): Wait {
  const last = counted.find(({ state }) => state !== 'superseded');
  return {
    until: last ? last.decidedAt + durationMs(cooldown) : Number.NEGATIVE_INFINITY,
    reason: `cooldown is ${cooldown}`,
  };
}

function fullUntil(retrain: Pick<Retrain, 'at-most'>, counted: readonly Retraining[]): Wait {
  const [most = '', span = ''] = retrain['at-most'].split('/');
  const oldest = counted[Number(most) - 1];
  return {
    until: oldest ? oldest.decidedAt + SPAN_MS[span as keyof typeof SPAN_MS] : Number.NEGATIVE_INFINITY,
    reason: `at-most is ${retrain['at-most']}`,
  };
}
