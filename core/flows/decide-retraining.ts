/**
 * Whether a model is trained again now: an alarm or a due interval asks for it, the policy of the default branch allows it, and nothing
 * stands against it. The decision is in the database before anything is done; the database lets a model have one at a time.
 */

import { digestOfJson } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { intervalsOf } from '../intervals/due.ts';
import { intervalName, intervalText } from '../intervals/instant.ts';
import { type Interval, intervalAt } from '../intervals/schedule.ts';
import type { DataIntervals } from '../ports/data-intervals.ts';
import type { Retraining, Rollout } from '../ports/store.ts';
import { budget, HISTORY } from '../retraining/budget.ts';
import type { Outlook } from '../retraining/outlook.ts';
import type { AlarmNow } from '../watch/alarms.ts';
import { inputDigestAt } from './affected-models.ts';
import { stepRetraining } from './follow-retraining.ts';
import { holdoutDigest, readDataLock, readModel } from './policy.ts';
import { plain, type WatchedModel } from './watched-model.ts';
import type { Workspace } from './workspace.ts';

/** `newest`: newest event of the prediction log, ms since 1970. */
export async function decideRetraining(
  workspace: Workspace,
  watched: WatchedModel,
  { alarms, newest }: { readonly alarms: readonly AlarmNow[]; readonly newest: number },
): Promise<Outlook> {
  const { store, forge, data } = workspace;
  const { model, monitor } = watched;
  if (!monitor.retrain || !data) return { status: 'none' };

  const history = await store.retrainings.of(forge.repository, model, HISTORY);
  const open = history.find(({ state }) => state === 'decided' || state === 'open');
  if (open?.state === 'open') return { status: 'under-way', retraining: open };
  if (open) return underWay(workspace, open);
  const stuck = await orTrouble(() => stuckAt(workspace, watched, history));
  if (stuck instanceof MergewayError) return { status: 'trouble', error: stuck };
  if (stuck) return { status: 'stuck', retraining: stuck };

  const because = reasons(watched, alarms);
  if (because.length === 0) return { status: 'none' };
  const held = await orTrouble(() => heldBack(workspace, watched, history));
  if (held instanceof MergewayError) return { status: 'trouble', error: held };
  const ended = because.includes('interval') ? undefined : alarmedInterval(watched, { alarms, newest });
  const outlook = held ?? (await decideFor(workspace, data, { watched, history, because, ended }));
  if (outlook.status !== 'waits') return outlook;
  const refused = refusedLast(history);
  if (refused) return { status: 'stuck', retraining: refused };
  return because.some((reason) => reason !== 'interval') ? outlook : { status: 'none' };
}

/** The newest one came to no pull request: people are told until another one does. */
function refusedLast(history: readonly Retraining[]): Retraining | undefined {
  const newest = history.find(({ state }) => state !== 'superseded');
  return newest?.state === 'closed' && newest.pullRequest === 0 ? newest : undefined;
}

function reasons({ monitor }: WatchedModel, alarms: readonly AlarmNow[]): readonly string[] {
  const asked: readonly string[] = monitor.retrain?.when ?? [];
  const kinds = alarms.map(({ kind }) => kind).filter((kind) => asked.includes(kind));
  return [...kinds, ...(asked.includes('interval') ? ['interval'] : [])];
}

/** The data interval that alarms, where it is over: what it can teach is worth waiting for until its data is there. */
function alarmedInterval(
  { config, monitor }: WatchedModel,
  { alarms, newest }: { readonly alarms: readonly AlarmNow[]; readonly newest: number },
): Interval | undefined {
  const asked: readonly string[] = monitor.retrain?.when ?? [];
  const windows = alarms.filter(({ kind }) => asked.includes(kind)).map(({ window }) => window.to);
  if (windows.length === 0 || !config.intervals) return undefined;
  const { schedule, settleMs } = intervalsOf(config);
  const interval = intervalAt(schedule, Math.max(...windows) - 1);
  return interval.to + settleMs <= newest ? interval : undefined;
}

/** The newest one decides: a person's merge to the model, or another policy, takes the brake off. */
async function stuckAt(
  { source }: Workspace,
  { model, commit }: WatchedModel,
  history: readonly Retraining[],
): Promise<Retraining | undefined> {
  const newest = history.find(({ state }) => state !== 'superseded');
  if (newest?.state !== 'given-up') return undefined;
  const [then, now] = await Promise.all([
    standing(source, newest.base, model),
    standing(source, commit, model),
  ]);
  return then === now ? newest : undefined;
}

/** Everything about a model that a merge may change, as one digest. */
async function standing(source: Workspace['source'], commit: string, model: string): Promise<string> {
  const config = await readModel(source, commit, model);
  if (!config) return 'no such model';
  return digestOfJson({
    config: plain(config),
    inputs: (await inputDigestAt(source, commit, model)) ?? null,
    holdout: await holdoutDigest(source, commit, config),
  });
}

/** A rollout under way may end the alarm; a budget that is spent holds whatever asks. */
async function heldBack(
  workspace: Workspace,
  watched: WatchedModel,
  history: readonly Retraining[],
): Promise<Outlook | undefined> {
  const { store, forge, clock } = workspace;
  const { model, monitor } = watched;
  const rollouts = await store.rollouts.of(forge.repository, model);
  if (rollouts.some(({ settled }) => !settled)) {
    return { status: 'waits', reason: 'a new version is on its way to production' };
  }
  const unreverted = await rolledBackInputs(workspace, watched, rollouts);
  if (unreverted) return { status: 'waits', reason: unreverted };
  const left = monitor.retrain && budget(monitor.retrain, history, clock.now());
  if (left?.status !== 'spent') return undefined;
  return { status: 'waits', reason: left.reason, until: left.until };
}

/** A rollback takes back bytes, not inputs: what the default branch has would be trained again, and fail its canary again. */
async function rolledBackInputs(
  { store, source, forge }: Workspace,
  { model, commit, champion }: WatchedModel,
  rollouts: readonly Rollout[],
): Promise<string | undefined> {
  if (!rollouts.some(({ state }) => state?.phase === 'rolled-back')) return undefined;
  const inputs = await inputDigestAt(source, commit, model);
  const bound = inputs && (await store.candidates.byInput(forge.repository, model, inputs));
  if (bound?.digest === champion.digest) return undefined;
  const newest = rollouts.find(({ candidate }) => candidate === bound?.digest);
  if (newest?.state?.phase !== 'rolled-back') return undefined;
  return `the default branch still has the inputs of ${newest.started?.version ?? 'a version'}, which was rolled back: revert #${newest.pullRequest}, or merge a better one`;
}

async function decideFor(
  workspace: Workspace,
  data: DataIntervals,
  {
    watched,
    history,
    because,
    ended,
  }: {
    readonly watched: WatchedModel;
    readonly history: readonly Retraining[];
    readonly because: readonly string[];
    /** Nothing older than this one is trained on. */
    readonly ended: Interval | undefined;
  },
): Promise<Outlook> {
  const { config, commit, model } = watched;
  const newest = await orTrouble(() => data.newest({ config, commit }));
  if (newest instanceof MergewayError) return { status: 'trouble', error: newest };
  const isHeld = newest.status === 'due' && newest.interval.to >= (ended?.to ?? 0);
  if (ended && !isHeld && !(await isLocked(workspace, watched, ended))) {
    return { status: 'waits', reason: `the data of ${intervalText(ended)}, which alarmed, is not whole yet` };
  }
  if (newest.status === 'not-due') return NO_INTERVAL;

  const { interval } = newest;
  const had = history.filter(({ from, to }) => from === interval.from && to === interval.to);
  if (had.some(({ state }) => state !== 'superseded')) return NO_INTERVAL;
  const id = `${model}/${intervalName(interval)}${had.length > 0 ? `-${had.length + 1}` : ''}`;
  const decided = newRetraining(workspace, { id, model, commit, interval, because });
  if (!(await workspace.store.retrainings.decide(decided))) return { status: 'none' };
  return underWay(workspace, decided);
}

/** Whether the holdout reaches so far already: an alarm that goes on after a retraining waits for nothing. */
async function isLocked(
  { source }: Workspace,
  { config, commit }: WatchedModel,
  { to }: Interval,
): Promise<boolean> {
  const lock = await readDataLock(source, commit, config.evaluate.data);
  return lock?.interval !== undefined && Date.parse(lock.interval.to) >= to;
}

const NO_INTERVAL: Outlook = { status: 'waits', reason: 'there is no further complete data interval yet' };

export function newRetraining(
  { forge, clock }: Workspace,
  {
    interval,
    commit,
    ...given
  }: Pick<Retraining, 'id' | 'model' | 'because'> & { readonly interval: Interval; readonly commit: string },
): Retraining {
  return {
    ...given,
    repository: forge.repository,
    from: interval.from,
    to: interval.to,
    state: 'decided',
    branch: `mergeway/retrain/${given.id}`,
    locks: {},
    base: commit,
    head: '',
    pullRequest: 0,
    decidedAt: clock.now(),
    reason: '',
    failedGates: [],
  };
}

/** Does what can be done of it at once. */
async function underWay(workspace: Workspace, retraining: Retraining): Promise<Outlook> {
  const next = await orTrouble(() => stepRetraining(workspace, retraining));
  if (next instanceof MergewayError) return { status: 'trouble', error: next };
  const isStuck = next.state === 'given-up' || (next.state === 'closed' && next.pullRequest === 0);
  return { status: isStuck ? 'stuck' : 'under-way', retraining: next };
}

/** What people can put right is said in the issue; trouble of ours makes the look be told again. */
async function orTrouble<T>(work: () => Promise<T>): Promise<T | MergewayError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MergewayError && error.exit === 2) return error;
    throw error;
  }
}
