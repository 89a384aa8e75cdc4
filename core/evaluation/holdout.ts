/** Reading the holdout once, in batches: keys, labels, groups and every model's scores on the same rows. Cells of inputs are kept only for a sample. */

import { pick } from '../chance.ts';
import { MergewayError } from '../errors.ts';
import type { Progress } from '../ports/progress.ts';
import type { Random } from '../ports/random.ts';
import type { Cell, Columns, OpenTable } from '../ports/table.ts';
import { requireColumns, type Wanted } from './columns.ts';
import { type Contestant, joinBlocks } from './contestant.ts';
import type { ScoreBlock } from './scores.ts';
import type { CellColumns, NameRow } from './tensors.ts';

const BATCH_ROWS = 4096;

/** Rows kept for timing. */
const SAMPLE_ROWS = 1000;

export interface HoldoutRequest {
  readonly key: string;
  readonly label: string;
  readonly groups: readonly string[];
  readonly contestants: readonly Contestant[];
}

export interface Holdout {
  readonly rows: number;
  readonly labels: readonly Cell[];
  /** Group columns by name. */
  readonly groups: CellColumns;
  /** One block per contestant, in their order. */
  readonly scores: readonly ScoreBlock[];
  /** Input cells of up to 1,000 rows, drawn evenly. */
  readonly sample: CellColumns;
  readonly sampleRows: number;
  readonly nameRow: NameRow;
}

/** MW_COLUMN_MISSING, MW_HOLDOUT_EMPTY, MW_ROWS_INVALID (keys), MW_INFERENCE_FAILED naming the row. */
export async function readHoldout(
  table: OpenTable,
  { key, label, groups, contestants }: HoldoutRequest,
  { random, progress }: { readonly random: Random; readonly progress: Progress },
): Promise<Holdout> {
  const columns = requireColumns(wantedColumns(), table.columns);
  const inputs = [...new Set(contestants.flatMap((contestant) => contestant.columns))];
  const keys: string[] = [];
  const labels: Cell[] = [];
  const groupCells: Record<string, Cell[]> = Object.fromEntries(groups.map((name) => [name, []]));
  const blocks: ScoreBlock[][] = contestants.map(() => []);
  const reservoir: Cell[][] = [];

  for await (const batch of table.read({ columns, orderBy: key, batch: BATCH_ROWS })) {
    const start = keys.length;
    for (const cell of cellsOf(batch, key)) keys.push(keyOf(cell, keys, key));
    for (const cell of cellsOf(batch, label)) labels.push(cell);
    for (const name of groups) for (const cell of cellsOf(batch, name)) groupCells[name]?.push(cell);
    for (const [index, contestant] of contestants.entries()) {
      const nameRow: NameRow = (row) => rowName(key, keys[start + row]);
      blocks[index]?.push(await contestant.score(batch.columns, { from: 0, to: batch.rows }, nameRow));
    }
    sampleRows(batch, start);
    progress.say(`scored ${keys.length.toLocaleString('en-US')} rows`);
  }

  if (keys.length === 0) throw new MergewayError('MW_HOLDOUT_EMPTY', 'the holdout has no rows');
  return {
    rows: keys.length,
    labels,
    groups: groupCells,
    scores: blocks.map((parts, index) => joinBlocks(parts, contestants[index]?.name ?? '')),
    sample: Object.fromEntries(
      inputs.map((name, column) => [name, reservoir.map((row) => row[column] ?? null)]),
    ),
    sampleRows: reservoir.length,
    nameRow: (row) => rowName(key, keys[row]),
  };

  function wantedColumns(): readonly Wanted[] {
    return [
      { column: key, by: 'evaluate.key' },
      { column: label, by: 'evaluate.label' },
      ...groups.map((column) => ({ column, by: 'a group' })),
      ...contestants.flatMap(({ name, columns: own }) => own.map((column) => ({ column, by: name }))),
    ];
  }

  /** Reservoir sampling (Vitter's algorithm R): every row has the same chance. */
  function sampleRows(batch: Columns, start: number): void {
    for (let row = 0; row < batch.rows; row++) {
      const place = start + row < SAMPLE_ROWS ? start + row : pick(random, start + row + 1);
      if (place < SAMPLE_ROWS) reservoir[place] = inputs.map((name) => cellsOf(batch, name)[row] ?? null);
    }
  }
}

function cellsOf(batch: Columns, column: string): readonly Cell[] {
  return batch.columns[column] ?? [];
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
