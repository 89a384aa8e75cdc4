/**
 * Windows of live predictions out of the prediction log: which parts have rows of a window, what they hold by now, and what the monitor
 * says of them. Parts never change, so what was read of a set of parts is not read again.
 */

import type { Monitor } from '#core/config/monitor.ts';
import { type Digest, digestOf } from '#core/digest.ts';
import type { MonitorCheck, MonitorPredicate } from '#core/evidence/monitor.ts';
import { championProfile } from '#core/flows/champion-profile.ts';
import type { LiveSkew } from '#core/flows/live-skew.ts';
import { type MonitorPorts, monitorWindow } from '#core/flows/monitor-window.ts';
import { noSkew, type WindowSkew } from '#core/flows/window-skew.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import { instantText } from '#core/intervals/instant.ts';
import type { Interval } from '#core/intervals/schedule.ts';
import { check } from '#core/monitor/check.ts';
import { windowVerdict } from '#core/monitor/judge-window.ts';
import type { LiveWindows, WindowRequest } from '#core/ports/live-windows.ts';
import type { Part, PartStore } from '#core/ports/part-store.ts';
import { LOG_KINDS, type LogKind } from '#core/predictions/part-name.ts';
import { logPrefix, partsOfWindow, watermark, withoutHoles } from '#core/predictions/read-log.ts';
import { logParts } from '#core/skew/log-parts.ts';
import { VERSION } from '#core/version.ts';
import { FirstPredictions, type LogReader, lastServed, localPaths, namesOf } from './log-reach.ts';

export interface LiveWindowsParts extends LogReader {
  /** Absent where no data store is known: nothing can be computed offline then. */
  readonly skew?: LiveSkew | undefined;
}

export function liveWindows({ log, table, skew }: LiveWindowsParts, workspace: Workspace): LiveWindows {
  const firsts = new FirstPredictions({ log, table });
  const listings = new Listings(log);
  const counted = new Map<string, { readonly parts: Digest; readonly counts: Counts }>();
  const ports: MonitorPorts = { table, progress: { say: () => {} } };

  return {
    async reach({ model, version }) {
      const parts = await listings.renewed(model);
      const newest = watermark(parts);
      if (newest === undefined) return undefined;
      const since = await registeredAt(workspace, model, version);
      return {
        first: await firsts.of({ model, version, since }, parts),
        newest,
        written: await lastServed({ log, table }, parts),
      };
    },

    async counts({ model, version, window }) {
      const parts = await partsFor(listings, model, window);
      const key = `${model} ${version} ${window.from}`;
      const held = digestOf([...parts.predictions, ...parts.feedback].join('\n'));
      const known = counted.get(key);
      if (known?.parts === held) return known.counts;
      const profile = (await championProfile(workspace, model))?.profile;
      const counts = profile
        ? await monitorWindow(ports, {
            ...(await local(log, parts)),
            profile,
            version,
            window,
            policy: COUNTED,
          })
        : { rows: 0, labelled: 0 };
      const { rows, labelled } = counts;
      counted.set(key, { parts: held, counts: { rows, labelled } });
      return { rows, labelled };
    },

    async sources(version) {
      return skew?.sources(version);
    },

    async measure(request) {
      const { config, champion, window, policy, labelsDue } = request;
      const found = await championProfile(workspace, config.name);
      if (found && found.version !== champion.version) {
        throw new Error(
          `${found.version} took the place of ${champion.version} meanwhile: the next look judges it`,
        );
      }
      const parts = await partsFor(listings, config.name, window);
      const { checks: more, sources } = await skewOf(request, { skew, log, parts });
      const held = sources ? { sources } : {};
      if (!found || !config.monitor) return { ...unmeasured(request, more), ...held };
      const { profile } = found;
      const files = await local(log, parts);
      const { version } = champion;
      const live = { profile, version, window, policy: config.monitor, labelsDue, more };
      const result = await monitorWindow(ports, { ...files, ...live });
      return { ...result, ...held, policy };
    },
  };
}

interface Counts {
  readonly rows: number;
  readonly labelled: number;
}

/** Nothing is judged: rows and labels are counted as for a verdict. */
const COUNTED: Monitor = {
  lookback: 0,
  'false-alarms': 0.1,
  'min-rows': 1,
  performance: [],
};

/** A log of months has very many parts: one look lists them once, and sees all windows in the same log. */
class Listings {
  readonly #log: PartStore;
  readonly #known = new Map<string, readonly Part[]>();

  constructor(log: PartStore) {
    this.#log = log;
  }

  /** The model's predictions as they are now; its labels are listed anew too, when they are wanted. */
  async renewed(model: string): Promise<readonly Part[]> {
    for (const kind of LOG_KINDS) this.#known.delete(logPrefix({ kind, model }));
    return this.of('predictions', model);
  }

  async of(kind: LogKind, model: string): Promise<readonly Part[]> {
    const prefix = logPrefix({ kind, model });
    const parts = this.#known.get(prefix) ?? (await this.#log.list(prefix));
    this.#known.set(prefix, parts);
    return parts;
  }
}

interface WindowParts {
  readonly predictions: readonly string[];
  readonly feedback: readonly string[];
}

/** Labels come after their prediction was served: parts of earlier days hold none of the window. */
async function partsFor(listings: Listings, model: string, window: Interval): Promise<WindowParts> {
  const all = await listings.of('predictions', model);
  const within = partsOfWindow(all, { kind: 'predictions', model, ...window });
  const days = namesOf(all.filter(({ name }) => within.includes(name))).map(({ part }) => part.day);
  const [first] = days.sort();
  const feedback = first === undefined ? [] : await listings.of('feedback', model);
  return {
    predictions: withoutHoles(all, within),
    feedback: namesOf(feedback)
      .filter(({ part }) => first !== undefined && part.day >= first)
      .map(({ name }) => name),
  };
}

async function local(
  log: PartStore,
  { predictions, feedback }: WindowParts,
): Promise<Record<'predictions' | 'feedback', readonly string[]>> {
  return { predictions: await localPaths(log, predictions), feedback: await localPaths(log, feedback) };
}

async function registeredAt(
  { registry }: Workspace,
  model: string,
  version: string,
): Promise<number | undefined> {
  const { versions } = await registry.state(model);
  return versions.find((one) => one.version === version)?.at;
}

/** Asked for and not done is said in every window, and is never a pass. */
async function skewOf(
  { config: { name: model, monitor }, commit, champion: { version }, window }: WindowRequest,
  {
    skew,
    log,
    parts,
  }: {
    readonly skew: LiveSkew | undefined;
    readonly log: PartStore;
    readonly parts: WindowParts;
  },
): Promise<WindowSkew> {
  const policy = monitor?.skew;
  if (!policy) return { checks: [] };
  if (!skew) return noSkew('inconclusive', NO_STORES, policy);
  return skew.checks({ model, version, commit, window, policy, parts: logParts(log, parts.predictions) });
}

const NO_STORES =
  'the App knows no data store to compute served features offline from; MERGEWAY_DATA_STORE would settle it';

/** A version that was evaluated before profiles were, or by hand: said in every window, and never an alarm. */
function unmeasured(
  { config, champion, window, policy }: WindowRequest,
  more: readonly MonitorCheck[],
): MonitorPredicate {
  const reason = `${champion.version} has no reference profile: it was evaluated without one`;
  const profile = check({ kind: 'drift', subject: 'prediction', measure: 'profile', alarm: true });
  const checks = [profile('inconclusive', reason), ...more];
  return {
    mergeway: VERSION,
    model: config.name,
    version: champion.version,
    window: { from: instantText(window.from), to: instantText(window.to) },
    reference: digestOf(''),
    policy,
    rows: 0,
    labelled: 0,
    missing: 0,
    verdict: windowVerdict(checks),
    falseAlarms: 0,
    checks,
  };
}
