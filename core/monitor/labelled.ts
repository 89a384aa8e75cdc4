/** Rows of the window whose label came, as SQL: columns `p`, the score, and `y`, the label as a number. */

import type { Task } from '../config/evaluate.ts';
import { nearest } from '../config/nearest.ts';
import { identifier } from '../contract/sql.ts';
import { MergewayError } from '../errors.ts';
import type { OpenTable } from '../ports/table.ts';
import { has, type WindowOfTable, windowSql } from './relation.ts';

export interface LabelledWindow extends WindowOfTable {
  /** A table `feedback` beside the predictions, or a column beside the score; undefined: there are no labels. */
  readonly labels: 'feedback' | { readonly column: string } | undefined;
  readonly task: Task;
  /** Score from which a row is predicted positive. */
  readonly threshold: number;
}

/** Labels come by prediction id and row; the one received last counts. Scores and labels that are no numbers are no rows. */
export function labelledSql(window: LabelledWindow): string {
  const label = window.task === 'binary-classification' ? BINARY : NUMBER;
  return `SELECT CAST(score AS DOUBLE) AS p, y FROM (SELECT score, ${label} AS y FROM (${source(window)}))
    WHERE isfinite(CAST(score AS DOUBLE)) AND isfinite(CAST(y AS DOUBLE))`;
}

/** MW_COLUMN_MISSING for a column of labels that is not there, or a table `feedback` that holds something else. */
export async function requireLabels(
  table: OpenTable,
  labels: Exclude<LabelledWindow['labels'], undefined>,
): Promise<void> {
  if (typeof labels === 'object') {
    requireColumn(
      'the predictions have',
      labels.column,
      table.columns.map(({ name }) => name),
    );
    return;
  }
  const described = await table.query('SELECT column_name FROM (DESCRIBE feedback)');
  const known = described.map(({ column_name }) => String(column_name));
  for (const column of [...keysOf(table), 'label', 'received_at']) {
    requireColumn('the feedback has', column, known);
  }
}

function requireColumn(who: string, column: string, known: readonly string[]): void {
  if (known.includes(column)) return;
  const guess = nearest(column, known);
  throw new MergewayError(
    'MW_COLUMN_MISSING',
    `${who} no column ${column}${guess ? `; did you mean \`${guess}\`?` : ''} (there are ${known.slice(0, 30).join(', ')})`,
  );
}

/** What a label is found by. */
function keysOf(table: OpenTable): readonly string[] {
  return has(table, 'row') ? ['prediction_id', 'row'] : ['prediction_id'];
}

const BINARY = `CASE WHEN lower(l) IN ('1', 'true', '1.0') THEN 1 WHEN lower(l) IN ('0', 'false', '0.0') THEN 0 END`;
const NUMBER = 'TRY_CAST(l AS DOUBLE)';

function source(window: LabelledWindow): string {
  const rows = windowSql(window);
  if (typeof window.labels === 'object') {
    return `SELECT score, CAST(${identifier(window.labels.column)} AS VARCHAR) AS l FROM (${rows})`;
  }
  const key = keysOf(window.table).map(identifier).join(', ');
  const last = `SELECT ${key}, CAST(arg_max(label, received_at) AS VARCHAR) AS l FROM feedback GROUP BY ${key}`;
  return `SELECT score, l FROM (${rows}) JOIN (${last}) USING (${key})`;
}
