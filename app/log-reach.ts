/** How far a prediction log has come: where each version's predictions begin, and when the newest was served. Parts never change. */

import { instantText } from '#core/intervals/instant.ts';
import type { Part, PartStore } from '#core/ports/part-store.ts';
import type { Table } from '#core/ports/table.ts';
import { type LogKind, type PartName, parsePartName } from '#core/predictions/part-name.ts';

const DAY_MS = 86_400_000;

/** Parts that are opened at a time to find a version's first prediction. */
const SEARCHED_AT_ONCE = 200;

export interface LogReader {
  readonly log: PartStore;
  readonly table: Table;
}

/** Where each version's predictions begin. What is found stays; parts that were looked into without finding it are not opened again. */
export class FirstPredictions {
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
export async function lastServed(reader: LogReader, parts: readonly Part[]): Promise<number> {
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

export async function localPaths(log: PartStore, names: readonly string[]): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of names) paths.push(await log.localPath(name));
  return paths;
}

export interface NamedPart {
  readonly name: string;
  readonly part: PartName;
}

export function namesOf(parts: readonly Part[], kind?: LogKind): readonly NamedPart[] {
  return parts.flatMap(({ name }) => {
    const part = parsePartName(name);
    return part && (kind === undefined || part.kind === kind) ? [{ name, part }] : [];
  });
}
