/**
 * One look at a model in production: judge the windows that are complete, decide whether to train again, and say what alarms. Windows,
 * decisions and what was said are in the database, so that a look more, less or at the same time ends alike.
 */

import { durationMs } from '../config/duration.ts';
import { alarmState } from '../watch/alarms.ts';
import { decideRetraining } from './decide-retraining.ts';
import { type JudgedWindows, judgeWindows } from './judge-windows.ts';
import { tellAlarm } from './tell-alarm.ts';
import { turnOf, type WatchedModel, watchedModel } from './watched-model.ts';
import type { Workspace } from './workspace.ts';

export async function watchModel(
  workspace: Workspace,
  asked: { readonly model: string; readonly commit: string },
): Promise<void> {
  await workspace.turns(turnOf(workspace, asked.model), async () => {
    const watched = await watchedModel(workspace, asked);
    if (watched) await look(workspace, watched);
  });
}

async function look(workspace: Workspace, watched: WatchedModel): Promise<void> {
  const { store, forge, clock } = workspace;
  const judged = workspace.windows
    ? await judgeWindows(workspace, workspace.windows, watched)
    : { upToDate: true, windows: [], reach: undefined };
  if (!judged.upToDate) return;

  const before = await store.monitors.alarm(forge.repository, watched.model);
  if ((before?.snoozedUntil ?? 0) > clock.now()) return;
  const state = alarmState(judged.windows, before);
  const silentSince = await silence(workspace, watched, judged);
  const outlook = await decideRetraining(workspace, watched, {
    alarms: state.alarms,
    newest: Math.min(judged.reach?.newest ?? 0, clock.now()),
  });
  await tellAlarm(workspace, { watched, before, windows: judged.windows, outlook, silentSince, ...state });
}

/** Since when no prediction was logged, by the clock; undefined while that is not too long. */
async function silence(
  workspace: Workspace,
  { model, monitor, champion }: WatchedModel,
  { reach }: JudgedWindows,
): Promise<number | undefined> {
  if (monitor.silence === undefined || !workspace.windows) return undefined;
  const since = reach?.written ?? (await inProductionSince(workspace, { model, ...champion }));
  const isLong = since !== undefined && workspace.clock.now() - since > durationMs(monitor.silence);
  return isLong ? since : undefined;
}

async function inProductionSince(
  { ledger }: Workspace,
  which: { readonly model: string; readonly version: string },
): Promise<number | undefined> {
  const entries = await ledger.entries();
  const entry = entries.findLast(
    ({ model, version, action }) =>
      model === which.model &&
      version === which.version &&
      (action === 'production' || action === 'override'),
  );
  return entry && Date.parse(entry.at);
}
