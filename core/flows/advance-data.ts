/**
 * A model's data moved on to an interval [a, b): training rows up to a, the holdout [a, b), rows of feature sources up to b, each as a
 * file of its own with a lock that names it. Files are made, checked and kept first; the locks' new texts are handed back, for a commit
 * to take all at once. Whatever fails before that leaves files that nobody names, and the same parts give the same files again.
 */

import type { Place } from '../config/lock.ts';
import { MergewayError } from '../errors.ts';
import type { BrokenRule } from '../intervals/apart.ts';
import { breachesOf } from '../intervals/breaches.ts';
import {
  type Due,
  type DueRequest,
  decideDue,
  intervalsOf,
  type NotDue,
  type PartsOf,
  type Waiting,
} from '../intervals/due.ts';
import { requireEarlierRows } from '../intervals/earlier-rows.ts';
import { instantText, intervalText } from '../intervals/instant.ts';
import { type AdvancedLock, type ModelLocks, modelLocks, type ReadText } from '../intervals/model-locks.ts';
import { openParts, type Parts } from '../intervals/parts.ts';
import { type Breach, brokenRules, quarantine } from '../intervals/quarantine.ts';
import { type Interval, intervalAt } from '../intervals/schedule.ts';
import { lockText, type Snapshot, snapshotName, writeRows } from '../intervals/snapshot.ts';
import { counted } from '../plural.ts';
import type { DataStore } from '../ports/data-store.ts';
import type { Progress } from '../ports/progress.ts';
import type { Table } from '../ports/table.ts';

export interface AdvancePorts {
  readonly table: Table;
  /** What stands before the colon of a lock's uri; `repository` where there is a checkout. */
  readonly stores: Readonly<Partial<Record<Place['in'], DataStore>>>;
  /** Files of the repository: locks, feature definitions, the contract. */
  readonly readText: ReadText;
  readonly progress: Progress;
}

export interface AdvanceRequest extends DueRequest {
  /** `try`: everything is made and checked, and nothing kept. */
  readonly mode?: 'keep' | 'try';
}

export type Advance = Advanced | NotDue | Waiting | Empty | Quarantined;

export interface Advanced {
  readonly status: 'advanced';
  readonly interval: Interval;
  /** New texts of locks by their paths; the holdout's last. */
  readonly locks: Readonly<Record<string, string>>;
  /** Rows that each names. */
  readonly rows: Readonly<Record<string, number>>;
}

/** There is nothing to train or to judge on, and no later part is waited for. */
interface Empty {
  readonly status: 'empty';
  readonly interval: Interval;
  readonly reason: string;
}

interface Quarantined {
  readonly status: 'quarantined';
  readonly interval: Interval;
  /** A line per rule. */
  readonly reason: string;
  readonly broken: readonly BrokenRule[];
  /** Reports with examples, as `store:<path>`; none when it was only tried. */
  readonly reports: readonly string[];
}

/** Which interval is due, from the sources' times alone; cheap, and writes nothing. */
export async function dueInterval(ports: AdvancePorts, request: DueRequest): Promise<Due> {
  const locks = await modelLocks(request.config, ports.readText);
  return withParts(ports, (partsOf) => decideDue(request, locks, partsOf));
}

/** Makes an interval's files and the texts of its locks. MW_CONFIG_*, MW_DATA_MISSING, MW_COLUMN_MISSING, MW_TABLE_*. */
export async function advanceData(ports: AdvancePorts, request: AdvanceRequest): Promise<Advance> {
  const locks = await modelLocks(request.config, ports.readText);
  return withParts(ports, async (partsOf) => {
    const due = await decideDue(request, locks, partsOf);
    if (due.status !== 'due') return due;
    const { interval } = due;
    refuseFixedBeyond(locks, interval);

    const cuts: Cut[] = [];
    for (const lock of [...locks.training, ...locks.features, locks.holdout]) {
      const cut = await cutOf(request, { lock, interval, parts: await partsOf(lock) });
      if (!cut) return nothingIn(lock, interval);
      cuts.push(cut);
    }
    return withSnapshots(ports, cuts, (snapshots) =>
      advanceTo(ports, request, { interval, fixed: locks.fixed, snapshots }),
    );
  });
}

interface Made {
  readonly interval: Interval;
  readonly fixed: ModelLocks['fixed'];
  readonly snapshots: readonly Snapshot[];
}

async function advanceTo(ports: AdvancePorts, request: AdvanceRequest, made: Made): Promise<Advance> {
  const { interval, snapshots } = made;
  const breaches = await breachesOf(ports, request.config, made);
  if (breaches.length > 0) return refused(ports, request, { interval, breaches });

  if (request.mode !== 'try') {
    for (const snapshot of snapshots) await snapshot.draft.keep(snapshotName(snapshot));
  }
  return {
    status: 'advanced',
    interval,
    locks: Object.fromEntries(snapshots.map((snapshot) => [snapshot.lock.file.path, lockText(snapshot)])),
    rows: Object.fromEntries(snapshots.map(({ lock, rows }) => [lock.file.path, rows])),
  };
}

/** Data that broke a rule goes to quarantine. Of several broken ones each has a report of its own. */
async function refused(
  ports: AdvancePorts,
  { config, mode }: AdvanceRequest,
  { interval, breaches }: { readonly interval: Interval; readonly breaches: readonly Breach[] },
): Promise<Quarantined> {
  const reports: string[] = [];
  if (mode !== 'try') {
    for (const breach of breaches) {
      const { into, file } = breach.snapshot.lock;
      const store = storeOf(ports, into, file.path);
      reports.push(await quarantine(store, breach, { model: config.name, interval }));
    }
  }
  const broken = breaches.flatMap(brokenRules);
  const lines = broken.map(({ lock, rule, column, reason }) => {
    return `${lock}: ${column === null ? rule : `${rule} of ${column}`}: ${reason}`;
  });
  return { status: 'quarantined', interval, reason: lines.join('\n'), broken, reports };
}

/** Parts of locks, opened once, also where several locks are cut from the same, and closed in the end. */
async function withParts<Answer>(
  ports: AdvancePorts,
  use: (partsOf: PartsOf) => Promise<Answer>,
): Promise<Answer> {
  const open = new Map<string, Parts>();
  try {
    return await use(async (lock) => {
      const rows = JSON.stringify([lock.rows, lock.time]);
      const parts = open.get(rows) ?? (await partsAt(ports, lock));
      open.set(rows, parts);
      return parts;
    });
  } finally {
    for (const parts of open.values()) await parts.close();
  }
}

async function partsAt(ports: AdvancePorts, lock: AdvancedLock): Promise<Parts> {
  const store = storeOf(ports, lock.rows.in, lock.file.path);
  const paths: string[] = [];
  for (const name of await store.list(lock.rows.path)) paths.push(await store.localPath(name));
  return openParts(ports.table, lock, paths);
}

function storeOf({ stores }: AdvancePorts, place: Place['in'], path: string): DataStore {
  const store = stores[place];
  if (store) return store;
  const missing = {
    repository: 'a folder of the repository, which is not at hand here',
    store: 'the data store, and none was given',
    training: 'the training store, and none was given',
  }[place];
  throw new MergewayError('MW_DATA_MISSING', `${path} needs ${missing}`);
}

/** Data that stays as it is must not hold rows of the holdout. */
function refuseFixedBeyond({ fixed }: ModelLocks, { from }: Interval): void {
  const beyond = fixed.find(({ to = Number.NEGATIVE_INFINITY }) => to > from);
  if (!beyond) return;
  throw new MergewayError(
    'MW_CONFIG_INVALID',
    `${beyond.path}: its interval ends after ${instantText(from)}, where the holdout begins, and it has no \`source\` to be cut from again`,
  );
}

/** What a lock's snapshot is made of. */
interface Cut {
  readonly lock: AdvancedLock;
  readonly parts: Parts;
  readonly interval: Interval;
}

/** Training ends where the holdout begins, features where it ends; both begin where they always did. Undefined without a row. */
async function cutOf({ config }: AdvanceRequest, { lock, interval, parts }: Cut): Promise<Cut | undefined> {
  const from = lock.part === 'holdout' ? interval.from : lock.from;
  const to = lock.part === 'training' ? interval.from : interval.to;
  const first = await parts.first({ from, before: to });
  if (first === undefined) return undefined;
  const begin = from ?? intervalAt(intervalsOf(config).schedule, first).from;
  return { lock, parts, interval: { from: begin, to } };
}

const PARTS = { training: 'training', holdout: 'the holdout', features: 'features' } as const;

function nothingIn({ part, rows }: AdvancedLock, interval: Interval): Empty {
  const where = part === 'holdout' ? `in ${intervalText(interval)}` : `before ${instantText(interval.from)}`;
  return {
    status: 'empty',
    interval,
    reason: `${rows.path} holds no row for ${PARTS[part]} ${where}`,
  };
}

/** Snapshots of all cuts in their order. A draft that was not kept is thrown away. */
async function withSnapshots<Answer>(
  ports: AdvancePorts,
  cuts: readonly Cut[],
  use: (snapshots: readonly Snapshot[]) => Promise<Answer>,
): Promise<Answer> {
  const snapshots: Snapshot[] = [];
  try {
    for (const cut of cuts) snapshots.push(await snapshotOf(ports, cut));
    return await use(snapshots);
  } finally {
    for (const { draft } of snapshots) await draft.discard();
  }
}

async function snapshotOf(ports: AdvancePorts, { lock, parts, interval }: Cut): Promise<Snapshot> {
  const timeless = await parts.timeless();
  if (timeless > 0) {
    ports.progress.say(`${counted(timeless, 'row')} of ${lock.rows.path} have no ${lock.time}: left out`);
  }
  const draft = await storeOf(ports, lock.into, lock.file.path).draft();
  try {
    const rows = await writeRows(ports.table, parts, { time: lock.time, interval, to: draft.path });
    ports.progress.say(`${lock.file.path}: ${counted(rows, 'row')}, ${intervalText(interval)}`);
    const snapshot = { lock, interval, draft, digest: await draft.digest(), rows };
    await requireEarlierRows(ports.table, snapshot);
    return snapshot;
  } catch (cause) {
    await draft.discard();
    throw cause;
  }
}
