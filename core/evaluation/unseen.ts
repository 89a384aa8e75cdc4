/**
 * Columns of the data that nobody has when a prediction is asked for: what came true, and what is known only then. A model that reads
 * one, or features that are made of one, look perfect in an evaluation and are worth nothing in production.
 */

import type { ModelConfig } from '../config/model.ts';
import { MergewayError } from '../errors.ts';

export interface UnseenColumn {
  readonly column: string;
  /** The key of model.yaml that says so. */
  readonly by: string;
}

type Evaluate = Pick<ModelConfig['evaluate'], 'label' | 'hindsight'>;

/** By the policy. Keys and groups are no such columns: a forecast may well read its hour, and a fair model the group. */
export function unseenColumns(evaluate: Evaluate): readonly UnseenColumn[] {
  return [{ column: evaluate.label, by: 'evaluate.label' }, ...hindsightColumns(evaluate)];
}

/** Those beside the label. */
export function hindsightColumns({ hindsight = [] }: Evaluate): readonly UnseenColumn[] {
  return hindsight.map((column) => ({ column, by: 'evaluate.hindsight' }));
}

/** The one among these columns that nobody has; DuckDB's names know no capitals. */
export function unseenAmong(
  columns: readonly string[],
  unseen: readonly UnseenColumn[],
): UnseenColumn | undefined {
  const read = new Set(columns.map((column) => column.toLowerCase()));
  return unseen.find(({ column }) => read.has(column.toLowerCase()));
}

/** MW_MODEL_MISMATCH for a model that reads such a column. */
export function refuseUnseen(
  whose: string,
  columns: readonly string[],
  unseen: readonly UnseenColumn[],
): void {
  const found = unseenAmong(columns, unseen);
  if (!found) return;
  throw new MergewayError(
    'MW_MODEL_MISMATCH',
    `${whose}: it reads \`${found.column}\`, ${unseenText(found)}`,
  );
}

/** Why, for sentences. */
export function unseenText({ by }: UnseenColumn): string {
  return `which ${by} names: nobody has it when a prediction is asked for`;
}
