/** Reading the holdout once, in batches: keys, labels, groups and every model's scores on the same rows. Cells of inputs are kept only for a sample. */

import { pick } from '../chance.ts';
import { MergewayError } from '../errors.ts';
import type { Progress } from '../ports/progress.ts';
import type { Random } from '../ports/random.ts';
import type { Cell, Columns, OpenTable } from '../ports/table.ts';
import { joinBlocks } from './contestant.ts';
import { requireAllRows, storedScores } from './kept-predictions.ts';
import type { ScoreBlock } from './scores.ts';
import { cellsOf, type Entrant, type RowsWanted, sideBySide } from './side-by-side.ts';
import type { CellColumns, NameRow } from './tensors.ts';

/** Rows kept for timing. */
const SAMPLE_ROWS = 1000;

export interface HoldoutRequest extends RowsWanted {
  readonly entrants: readonly Entrant[];
}

export interface Holdout {
  readonly rows: number;
  readonly labels: readonly Cell[];
  /** Group columns by name. */
  readonly groups: CellColumns;
  /** Of each flag, 1 for the rows for which it holds. */
  readonly flags: Readonly<Record<string, Uint8Array>>;
  /** One block per entrant, in their order. */
  readonly scores: readonly ScoreBlock[];
  /** Input cells of up to 1,000 rows, drawn evenly, per entrant. */
  readonly samples: readonly CellColumns[];
  readonly sampleRows: number;
  readonly nameRow: NameRow;
  /** Keys as text, in the order of the rows. */
  readonly keys: readonly string[];
}

/** MW_COLUMN_MISSING, MW_HOLDOUT_EMPTY, MW_ROWS_INVALID (keys), MW_DATA_MISMATCH, MW_INFERENCE_FAILED naming the row. */
export async function readHoldout(
  table: OpenTable,
  { key, label, groups, flags = {}, entrants }: HoldoutRequest,
  { random, progress }: { readonly random: Random; readonly progress: Progress },
): Promise<Holdout> {
  const keys: string[] = [];
  const labels: Cell[] = [];
  const groupCells: Record<string, Cell[]> = Object.fromEntries(groups.map((name) => [name, []]));
  const flagParts: Record<string, Uint8Array[]> = Object.fromEntries(
    Object.keys(flags).map((name) => [name, []]),
  );
  const blocks: ScoreBlock[][] = entrants.map(() => []);
  const reservoir: (readonly (readonly Cell[])[])[] = [];

  for await (const { shared, inputs } of sideBySide(table, entrants, { key, label, groups, flags })) {
    const start = keys.length;
    keep(shared);
    for (const [index, entrant] of entrants.entries()) {
      const nameRow: NameRow = (row) => rowName(key, keys[start + row]);
      const cells = inputs[index]?.columns ?? {};
      blocks[index]?.push(
        entrant.stored
          ? storedScores(entrant.stored, {
              from: start,
              keys: keys.slice(start),
              labels: labels.slice(start),
            })
          : await entrant.score(cells, { from: 0, to: shared.rows }, nameRow),
      );
    }
    sampleRows(inputs, { from: start, to: keys.length });
    progress.say(`scored ${keys.length.toLocaleString('en-US')} rows`);
  }

  for (const { stored } of entrants) if (stored) requireAllRows(stored, keys.length);
  if (keys.length === 0) throw new MergewayError('MW_HOLDOUT_EMPTY', 'the holdout has no rows');
  return {
    rows: keys.length,
    labels,
    groups: groupCells,
    flags: Object.fromEntries(Object.entries(flagParts).map(([name, parts]) => [name, joinFlags(parts)])),
    scores: blocks.map((parts, index) => joinBlocks(parts, entrants[index]?.name ?? '')),
    samples: entrants.map(({ columns }, index) => {
      const cells = (column: number) => reservoir.map((row) => row[index]?.[column] ?? null);
      return Object.fromEntries(columns.map((name, column) => [name, cells(column)]));
    }),
    sampleRows: reservoir.length,
    nameRow: (row) => rowName(key, keys[row]),
    keys,
  };

  function keep(shared: Columns): void {
    for (const cell of cellsOf(shared, key)) keys.push(keyOf(cell, keys, key));
    for (const cell of cellsOf(shared, label)) labels.push(cell);
    for (const name of groups) for (const cell of cellsOf(shared, name)) groupCells[name]?.push(cell);
    for (const [name, parts] of Object.entries(flagParts)) {
      parts.push(Uint8Array.from(cellsOf(shared, name), Number));
    }
  }

  /** Reservoir sampling (Vitter's algorithm R): every row has the same chance. */
  function sampleRows(
    inputs: readonly Columns[],
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    for (let row = from; row < to; row++) {
      const place = row < SAMPLE_ROWS ? row : pick(random, row + 1);
      if (place >= SAMPLE_ROWS) continue;
      reservoir[place] = entrants.map(({ columns }, index) =>
        columns.map((name) => inputs[index]?.columns[name]?.[row - from] ?? null),
      );
    }
  }
}

function joinFlags(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Rows come sorted by key, so that equal keys are neighbours. */
function keyOf(cell: Cell, before: readonly string[], column: string): string {
  if (cell === null) {
    throw new MergewayError(
      'MW_ROWS_INVALID',
      `row ${before.length + 1}, key ${column}: expected a value, got nothing`,
    );
  }
  const key = String(cell);
  if (before.at(-1) !== key) return key;
  throw new MergewayError('MW_ROWS_INVALID', `${rowName(column, key)} occurs twice; a key names one row`);
}

function rowName(column: string, key: string | undefined): string {
  return `row ${column} = ${JSON.stringify(key ?? '')}`.slice(0, 200);
}
