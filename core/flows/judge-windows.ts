/** Judges the windows of live predictions that want it, oldest first, and keeps each result as evidence before the next one. */

import { monitorEvidence } from '../evidence/monitor.ts';
import { serialize, statement } from '../evidence/statement.ts';
import type { LiveWindows, LogReach } from '../ports/live-windows.ts';
import type { MonitorWindow } from '../ports/store.ts';
import { awaitsSources, hasGrown, type WindowToJudge, windowsToJudge } from '../watch/windows.ts';
import type { WatchedModel } from './watched-model.ts';
import type { Workspace } from './workspace.ts';

/** Windows that one look judges; the next look goes on. */
const MOST_AT_ONCE = 50;

/** Windows that are looked at in the store. */
const KEPT = 500;

export interface JudgedWindows {
  /** False while older windows are still to be judged: what they say is not news any more. */
  readonly upToDate: boolean;
  /** Of the version in production, under the present policy; newest first. */
  readonly windows: readonly MonitorWindow[];
  readonly reach: LogReach | undefined;
}

export async function judgeWindows(
  workspace: Workspace,
  live: LiveWindows,
  watched: WatchedModel,
): Promise<JudgedWindows> {
  const { model, champion } = watched;
  const reach = await live.reach({ model, version: champion.version });
  const waiting = reach ? await waitingWindows(workspace, live, { watched, reach }) : [];
  let judged = 0;
  for (const wanted of waiting) {
    if (judged === MOST_AT_ONCE) return { upToDate: false, windows: [], reach };
    if (await judgeWindow(workspace, live, { watched, wanted })) judged += 1;
  }
  return { upToDate: true, windows: (await storedWindows(workspace, watched)).present, reach };
}

async function waitingWindows(
  workspace: Workspace,
  live: LiveWindows,
  { watched, reach }: { readonly watched: WatchedModel; readonly reach: LogReach },
): Promise<readonly WindowToJudge[]> {
  const { first, newest } = reach;
  if (first === undefined) return [];
  const { ofVersion, present, since } = await storedWindows(workspace, watched);
  const { model, commit, champion } = watched;
  const isAwaited = present.some(awaitsSources);
  const sources = isAwaited ? await live.sources({ model, commit, version: champion.version }) : undefined;
  return windowsToJudge(
    watched.rules,
    { first, newest: Math.min(newest, workspace.clock.now()), sources },
    { judged: ofVersion, ...(since !== undefined && { since }) },
  );
}

async function storedWindows({ store, forge }: Workspace, { model, champion, policy }: WatchedModel) {
  const all = await store.monitors.of(forge.repository, model, KEPT);
  const ofVersion = all.filter(({ result }) => result.version === champion.version);
  return {
    ofVersion,
    present: ofVersion.filter((window) => window.policy === policy),
    since: all.length === KEPT ? all.at(-1)?.from : undefined,
  };
}

/** False when the window holds about what it held. */
async function judgeWindow(
  workspace: Workspace,
  live: LiveWindows,
  { watched, wanted }: { readonly watched: WatchedModel; readonly wanted: WindowToJudge },
): Promise<boolean> {
  const { model, champion, config, commit, policy } = watched;
  const { window, labelsDue, unless } = wanted;
  if (unless) {
    const now = await live.counts({ model, version: champion.version, window });
    if (!hasGrown(unless, now)) return false;
  }
  const result = await live.measure({ config, commit, champion, window, policy, labelsDue });
  const subject = { name: model, digest: champion.digest };
  const evidence = await workspace.artifacts.put(serialize(statement(monitorEvidence, subject, result)), {
    mediaType: 'application/vnd.in-toto+json',
    annotations: { 'dev.mergeway.model': model, 'dev.mergeway.evidence': 'monitor' },
  });
  await workspace.store.monitors.save({
    repository: workspace.forge.repository,
    model,
    from: window.from,
    to: window.to,
    evidence,
    result,
    policy,
    labelsDue,
    at: workspace.clock.now(),
  });
  return true;
}
