/**
 * What people read of a model's monitor: one issue, opened, brought up to date, closed when it is over, opened again when it comes back.
 * It is written only when its text changes, and the row in the database comes before the first word.
 */

import { type Digest, digestOfJson } from '../digest.ts';
import type { Alarm, MonitorWindow } from '../ports/store.ts';
import { type AlarmReport, alarmMarker, renderAlarm, renderAllClear, whatAlarmed } from '../report/alarm.ts';
import type { WatchedModel } from './watched-model.ts';
import type { Workspace } from './workspace.ts';

/** Windows of other versions among which the one that alarmed is looked for. */
const LOOKED_THROUGH = 100;

export interface AlarmNews extends Omit<AlarmReport, 'model' | 'version' | 'last'> {
  readonly watched: WatchedModel;
  readonly before: Alarm | undefined;
}

export async function tellAlarm(
  workspace: Workspace,
  { watched, before, ...found }: AlarmNews,
): Promise<void> {
  const { model, champion } = watched;
  const last = found.alarms.length > 0 ? undefined : await lastAlarmed(workspace, before, found.windows);
  const report = { ...found, last, model, version: champion.version };
  if (isNews(report)) return raise(workspace, report, before);
  if (before?.state === 'open') await close(workspace, report, before);
}

/** None any more where the window was judged again since, and alarms no more. */
async function lastAlarmed(
  { store }: Workspace,
  before: Alarm | undefined,
  windows: readonly MonitorWindow[],
): Promise<MonitorWindow | undefined> {
  if (before?.state !== 'open') return undefined;
  const isIt = ({ from }: MonitorWindow) => from === before.window;
  const last =
    windows.find(isIt) ??
    (await store.monitors.of(before.repository, before.model, LOOKED_THROUGH)).find(isIt);
  return last?.result.checks.some(({ alarm, verdict }) => alarm && verdict === 'fail') ? last : undefined;
}

function isNews({ alarms, undecided, silentSince, outlook }: AlarmReport): boolean {
  const isStuck = outlook.status === 'stuck' || outlook.status === 'trouble';
  return alarms.length > 0 || undecided.length > 0 || silentSince !== undefined || isStuck;
}

async function raise(
  { forge, store, clock }: Workspace,
  report: AlarmReport,
  before: Alarm | undefined,
): Promise<void> {
  const { title, body } = renderAlarm(report);
  const told: Digest = digestOfJson({ title, body, state: 'open' });
  if (before?.told === told && before.state === 'open') return;

  const alarm = openAlarm(report, before, { repository: forge.repository, now: clock.now() });
  await store.monitors.saveAlarm(alarm);
  const issue = await forge.upsertIssue(
    { marker: alarmMarker(report.model), title, body, state: 'open' },
    alarm.issue || undefined,
  );
  await store.monitors.saveAlarm({ ...alarm, issue, told });
}

function openAlarm(
  { model, alarms, undecided, silentSince }: AlarmReport,
  before: Alarm | undefined,
  { repository, now }: { readonly repository: string; readonly now: number },
): Alarm {
  const windows = alarms.map(({ window }) => window.from);
  const open = before?.state === 'open' ? before : undefined;
  return {
    repository,
    model,
    issue: before?.issue ?? 0,
    state: 'open',
    kinds: [
      ...new Set([
        ...alarms.map(({ kind }) => kind),
        ...undecided,
        ...(silentSince === undefined ? [] : (['volume'] as const)),
      ]),
    ],
    since: open && open.kinds.length > 0 ? open.since : Math.min(...windows, silentSince ?? now),
    window: Math.max(...windows, open?.window ?? 0),
    told: before?.told ?? '',
    ...snoozeOf(before),
  };
}

function snoozeOf(before: Alarm | undefined): Pick<Alarm, 'snoozedUntil' | 'snoozedBy'> {
  return {
    ...(before?.snoozedUntil !== undefined && { snoozedUntil: before.snoozedUntil }),
    ...(before?.snoozedBy !== undefined && { snoozedBy: before.snoozedBy }),
  };
}

async function close({ forge, store }: Workspace, report: AlarmReport, before: Alarm): Promise<void> {
  const said = renderAllClear(report);
  const issue = await forge.upsertIssue(
    {
      marker: alarmMarker(report.model),
      title: `${report.model}: within its limits again`,
      body: [alarmMarker(report.model), said, whatAlarmed(report)].filter((part) => part !== '').join('\n\n'),
      state: 'closed',
    },
    before.issue || undefined,
  );
  if (issue > 0) {
    const marker = `<!-- mergeway:over:${report.windows[0]?.from ?? before.window} -->`;
    await forge.upsertComment(issue, marker, `${said}\n\n${marker}`);
  }
  await store.monitors.saveAlarm({ ...before, issue, state: 'closed', told: 'over' });
}
