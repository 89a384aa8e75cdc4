/** Rows by group: confusion counts per group, which bias gates and reports read. */

import { MergewayError } from '../errors.ts';
import type { Cell } from '../ports/table.ts';

/** Evidence stays small and readers sane. */
const MOST_GROUPS = 2000;
const MOST_GROUPS_TOGETHER = 10_000;
const MOST_GROUPINGS = 50;

/** What stands for a missing value: missing is a group of its own, not a row less (Fairlearn drops it). */
export const MISSING = '(missing)';

const LONGEST_VALUE = 200;

export interface Grouping {
  readonly by: readonly string[];
  /** Values of each group, sorted. */
  readonly groups: readonly (readonly string[])[];
  /** Index into `groups` of each row. */
  readonly codes: Int32Array;
}

/** Every distinct set of columns to group by: single ones and those of the bias gates. */
export function groupingsWanted(
  singles: readonly string[],
  gates: readonly { readonly by: readonly string[] }[],
): readonly (readonly string[])[] {
  const wanted = new Map<string, readonly string[]>();
  for (const by of [...singles.map((column) => [column]), ...gates.map((gate) => gate.by)]) {
    wanted.set(JSON.stringify(by), by);
  }
  if (wanted.size > MOST_GROUPINGS) {
    throw new MergewayError(
      'MW_GROUPS_TOO_MANY',
      `gates and groups break the rows down in ${wanted.size} ways, at most ${MOST_GROUPINGS} fit`,
    );
  }
  return [...wanted.values()];
}

/** Groups rows by these columns. Groups that no row is in do not exist. MW_GROUPS_TOO_MANY. */
export function groupRows(
  by: readonly string[],
  columns: Readonly<Record<string, readonly Cell[]>>,
  rows: number,
): Grouping {
  const found = new Map<string, number>();
  const firstCodes = Int32Array.from({ length: rows }, (_, row) => {
    const key = JSON.stringify(by.map((column) => groupValue(columns[column]?.[row] ?? null)));
    const code = found.get(key) ?? found.size;
    found.set(key, code);
    return code;
  });
  if (found.size > MOST_GROUPS) {
    throw new MergewayError(
      'MW_GROUPS_TOO_MANY',
      `${by.join(', ')} makes ${found.size} groups, at most ${MOST_GROUPS} fit`,
    );
  }
  const sorted = [...found.keys()].map((key) => JSON.parse(key) as string[]).sort(byValues);
  const places = new Map(sorted.map((values, place) => [found.get(JSON.stringify(values)), place]));
  return { by, groups: sorted, codes: firstCodes.map((code) => places.get(code) ?? 0) };
}

/** Refuses evidence that would grow without bound. MW_GROUPS_TOO_MANY. */
export function requireFewGroups(groupings: readonly Grouping[]): void {
  const total = groupings.reduce((sum, { groups }) => sum + groups.length, 0);
  if (total <= MOST_GROUPS_TOGETHER) return;
  throw new MergewayError(
    'MW_GROUPS_TOO_MANY',
    `all groupings together make ${total} groups, at most ${MOST_GROUPS_TOGETHER} fit`,
  );
}

function groupValue(cell: Cell): string {
  return cell === null ? MISSING : String(cell).slice(0, LONGEST_VALUE);
}

function byValues(a: readonly string[], b: readonly string[]): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  if (place < 0) return 0;
  const [x = '', y = ''] = [a[place], b[place]];
  const difference = Number(x) - Number(y);
  if (x !== '' && y !== '' && !Number.isNaN(difference) && difference !== 0) return difference;
  return x < y ? -1 : 1;
}
