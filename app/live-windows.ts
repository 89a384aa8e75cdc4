/**
 * Windows of live predictions out of the prediction log: which parts have rows of a window, what they hold by now, and what the monitor
 * says of them. Parts never change, so what was read of a set of parts is not read again.
 */

import type { Monitor } from '#core/config/monitor.ts';
import { type Digest, digestOf } from '#core/digest.ts';
import type { MonitorCheck, MonitorPredicate } from '#core/evidence/monitor.ts';
import { championProfile } from '#core/flows/champion-profile.ts';
import { type MonitorPorts, monitorWindow } from '#core/flows/monitor-window.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import { instantText } from '#core/intervals/instant.ts';
import type { Interval } from '#core/intervals/schedule.ts';
import type { LiveWindows, WindowRequest } from '#core/ports/live-windows.ts';
import type { Part, PartStore } from '#core/ports/part-store.ts';
import type { Table } from '#core/ports/table.ts';
import { type LogKind, type PartName, parsePartName } from '#core/predictions/part-name.ts';
import { logPrefix, partsOfWindow, watermark, withoutHoles } from '#core/predictions/read-log.ts';
import { VERSION } from '#core/version.ts';

const DAY_MS = 86_400_000;

/** Parts that are opened at a time to find a version's first prediction. */
const SEARCHED_AT_ONCE = 200;

export interface LogReader {
  readonly log: PartStore;
  readonly table: Table;
}

export function liveWindows({ log, table }: LogReader, workspace: Workspace): LiveWindows {
  const firsts = new FirstPredictions({ log, table });
  const counted = new Map<string, { readonly parts: Digest; readonly counts: Counts }>();
  const ports: MonitorPorts = { table, progress: { say: () => {} } };

  return {
    async reach({ model, version }) {
      const parts = await log.list(logPrefix({ kind: 'predictions', model }));
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
      const parts = await partsFor(log, model, window);
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

    async measure(request) {
      const { config, champion, window, policy, labelsDue } = request;
      const found = await championProfile(workspace, config.name);
      if (!found || !config.monitor) return unmeasured(request);
      const { profile } = found;
      const judged = labelsDue ? config.monitor : { ...config.monitor, performance: [] };
      const files = await local(log, await partsFor(log, config.name, window));
      const { version } = champion;
      const more = skewNotCompared(judged);
      const result = await monitorWindow(ports, { ...files, profile, version, window, policy: judged, more });
      return { ...result, policy };
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

interface WindowParts {
  readonly predictions: readonly string[];
  readonly feedback: readonly string[];
}

/** Labels come after their prediction was served: parts of earlier days hold none of the window. */
async function partsFor(log: PartStore, model: string, window: Interval): Promise<WindowParts> {
  const all = await log.list(logPrefix({ kind: 'predictions', model }));
  const within = partsOfWindow(all, { kind: 'predictions', model, ...window });
  const days = namesOf(all.filter(({ name }) => within.includes(name))).map(({ part }) => part.day);
  const [first] = days.sort();
  const feedback = first === undefined ? [] : await log.list(logPrefix({ kind: 'feedback', model }));
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

async function localPaths(log: PartStore, names: readonly string[]): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of names) paths.push(await log.localPath(name));
  return paths;
}

interface NamedPart {
  readonly name: string;
  readonly part: PartName;
}

function namesOf(parts: readonly Part[], kind?: LogKind): readonly NamedPart[] {
  return parts.flatMap(({ name }) => {
    const part = parsePartName(name);
    return part && (kind === undefined || part.kind === kind) ? [{ name, part }] : [];
  });
}

async function registeredAt(
  { registry }: Workspace,
  model: string,
  version: string,
): Promise<number | undefined> {
  const { versions } = await registry.state(model);
  return versions.find((one) => one.version === version)?.at;
}

/** Where each version's predictions begin. What is found stays; parts that were looked into without finding it are not opened again. */
class FirstPredictions {
  readonly #reader: LogReader;
  readonly #found = new Map<string, number>();
  readonly #empty = new Map<string, Set<string>>();

  constructor(reader: LogReader) {
    this.#reader = reader;
  }

  async of(
    which: { readonly model: string; readonly version: string; readonly since: number | undefined },
    parts: readonly Part[],
  ): Promise<number | undefined> {
    const key = `${which.model} ${which.version}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const empty = this.#empty.get(key) ?? new Set();
    this.#empty.set(key, empty);
    const names = servedSince(parts, which.since).filter((name) => !empty.has(name));
    for (let at = 0; at < names.length; at += SEARCHED_AT_ONCE) {
      const some = names.slice(at, at + SEARCHED_AT_ONCE);
      const first = await firstIn(this.#reader, some, which.version);
      if (first !== undefined) {
        this.#found.set(key, first);
        return first;
      }
      for (const name of some) empty.add(name);
    }
    return undefined;
  }
}

/** No row of a version was served before it was registered; a day's grace is for clocks that differ. */
function servedSince(parts: readonly Part[], since: number | undefined): readonly string[] {
  const day = since === undefined ? '' : instantText(since - DAY_MS).slice(0, 10);
  return namesOf(parts, 'predictions')
    .filter(({ part }) => part.day >= day)
    .sort((a, b) => (a.part.day < b.part.day ? -1 : a.part.day > b.part.day ? 1 : a.part.from - b.part.from))
    .map(({ name }) => name);
}

async function firstIn(
  reader: LogReader,
  names: readonly string[],
  version: string,
): Promise<number | undefined> {
  return oneNumber(reader, names, {
    sql: 'SELECT epoch_ms(min(CAST(event_time AS TIMESTAMP))) AS n FROM data WHERE version = ?',
    values: [version],
  });
}

/** Of the newest day's last part of each writer. */
async function lastServed(reader: LogReader, parts: readonly Part[]): Promise<number> {
  const last = new Map<string, NamedPart>();
  for (const named of namesOf(parts, 'predictions')) {
    const known = last.get(named.part.writer)?.part;
    const isLater =
      !known ||
      named.part.day > known.day ||
      (named.part.day === known.day && named.part.sequence > known.sequence);
    if (isLater) last.set(named.part.writer, named);
  }
  const newestDay = [...last.values()]
    .map(({ part }) => part.day)
    .sort()
    .at(-1);
  const names = [...last.values()].filter(({ part }) => part.day === newestDay).map(({ name }) => name);
  const sql = 'SELECT epoch_ms(max(CAST(served_at AS TIMESTAMP))) AS n FROM data';
  return (await oneNumber(reader, names, { sql, values: [] })) ?? Date.parse(`${newestDay}T00:00:00Z`);
}

async function oneNumber(
  { log, table }: LogReader,
  names: readonly string[],
  { sql, values }: { readonly sql: string; readonly values: readonly string[] },
): Promise<number | undefined> {
  const opened = await table.open(await localPaths(log, names), { union: true });
  try {
    const [row] = await opened.query(sql, values);
    return row?.n === null || row?.n === undefined ? undefined : Number(row.n);
  } finally {
    await opened.close();
  }
}

/** Asked for and not done is said in every window, and is never a pass. */
function skewNotCompared({ skew }: Monitor): readonly MonitorCheck[] {
  if (!skew) return [];
  const reason =
    'the App does not compare served features with the same computed offline: `mergeway skew` does';
  return [
    {
      ...NOTHING_MEASURED,
      kind: 'skew',
      subject: 'features',
      measure: 'differing_share',
      reason,
      alarm: skew.alarm,
    },
  ];
}

const NOTHING_MEASURED = {
  verdict: 'inconclusive',
  statistic: null,
  low: null,
  high: null,
  threshold: null,
  pValue: null,
  reference: null,
} as const;

/** A version that was evaluated before profiles were, or by hand: said in every window, and never an alarm. */
function unmeasured({ config, champion, window, policy }: WindowRequest): MonitorPredicate {
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
    verdict: 'inconclusive',
    falseAlarms: 0,
    checks: [
      {
        ...NOTHING_MEASURED,
        kind: 'drift',
        subject: 'prediction',
        measure: 'profile',
        reason: `${champion.version} has no reference profile: it was evaluated without one`,
        alarm: true,
      },
    ],
  };
}
