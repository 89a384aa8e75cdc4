/**
 * The holdout in batches, and beside each batch what every entrant reads of the same rows. A model with features reads its columns from
 * a table of its own, the holdout with these features joined; rows that are not the same ones are refused.
 */

import { MergewayError } from '../errors.ts';
import type { Cell, Columns, OpenTable } from '../ports/table.ts';
import { requireColumns, type Wanted } from './columns.ts';
import type { Contestant } from './contestant.ts';
import type { Stored } from './kept-predictions.ts';

const BATCH_ROWS = 4096;

export interface Entrant extends Contestant {
  /** The holdout with its own features; absent: it reads the holdout itself. */
  readonly own?: OpenTable | undefined;
  /** Its scores of the holdout, where an earlier evaluation kept them. */
  readonly stored?: Stored | undefined;
}

export interface RowsWanted {
  /** Names a row; what is read is sorted by it. */
  readonly key: string;
  readonly label: string;
  readonly groups: readonly string[];
  /** Conditions by the name that their column of true and false gets. */
  readonly flags?: Readonly<Record<string, string>>;
}

export interface BatchOfRows {
  /** Key, label, groups and flags, as the holdout has them. */
  readonly shared: Columns;
  /** Per entrant. */
  readonly inputs: readonly Columns[];
}

/** MW_COLUMN_MISSING, MW_DATA_MISMATCH. */
export async function* sideBySide(
  table: OpenTable,
  entrants: readonly Entrant[],
  { key, label, groups, flags = {} }: RowsWanted,
): AsyncIterable<BatchOfRows> {
  const always: readonly Wanted[] = [
    { column: key, by: 'evaluate.key' },
    { column: label, by: 'evaluate.label' },
  ];
  const own = entrants.map((entrant) => entrant.own && ownReader(entrant, entrant.own));
  try {
    const wanted = [...always, ...groupsWanted(groups), ...inputsOf(entrants)];
    for await (const shared of read(table, wanted, flags)) {
      const inputs: Columns[] = [];
      for (const reader of own) inputs.push(reader ? await reader.next(shared) : shared);
      yield { shared, inputs };
    }
    for (const reader of own) await reader?.requireEnd();
  } finally {
    for (const reader of own) await reader?.close();
  }

  function read(
    from: OpenTable,
    wanted: readonly Wanted[],
    conditions: Readonly<Record<string, string>> = {},
  ): AsyncIterable<Columns> {
    const columns = requireColumns(wanted, from.columns);
    return from.read({ columns, flags: conditions, orderBy: key, batch: BATCH_ROWS });
  }

  function ownReader({ name, columns }: Entrant, from: OpenTable) {
    const wanted = [...always, ...columns.map((column) => ({ column, by: name }))];
    const batches = read(from, wanted)[Symbol.asyncIterator]();
    return {
      /** Its columns of the rows of `shared`. */
      async next(shared: Columns): Promise<Columns> {
        const { value, done } = await batches.next();
        if (done) throw otherRows(name, 'it has fewer rows');
        for (const column of [key, label])
          requireSame(name, column, [cellsOf(shared, column), cellsOf(value, column)]);
        return value;
      },
      async requireEnd(): Promise<void> {
        if (!(await batches.next()).done) throw otherRows(name, 'it has more rows');
      },
      async close(): Promise<void> {
        await batches.return?.();
      },
    };
  }
}

export function cellsOf(batch: Columns, column: string): readonly Cell[] {
  return batch.columns[column] ?? [];
}

function groupsWanted(groups: readonly string[]): readonly Wanted[] {
  return groups.map((column) => ({ column, by: 'a group' }));
}

/** What is read of the holdout itself. */
function inputsOf(entrants: readonly Entrant[]): readonly Wanted[] {
  return entrants.flatMap(({ name, columns, own }) =>
    own ? [] : columns.map((column) => ({ column, by: name })),
  );
}

function requireSame(
  name: string,
  column: string,
  [ours, theirs]: readonly [readonly Cell[], readonly Cell[]],
): void {
  const row = ours.findIndex((cell, index) => !Object.is(cell, theirs[index]));
  if (row >= 0) throw otherRows(name, `${column} is ${theirs[row]}, expected ${ours[row]}`);
  if (theirs.length > ours.length) throw otherRows(name, 'it has more rows');
}

function otherRows(name: string, why: string): MergewayError {
  return new MergewayError(
    'MW_DATA_MISMATCH',
    `the holdout with the features of ${name} does not have the holdout's rows: ${why}`.slice(0, 500),
  );
}
