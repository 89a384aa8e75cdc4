/** Whether the columns that a model's configuration names can exist: said before training, which may take hours. */

import { sourceColumn } from '../config/group-column.ts';
import type { ModelConfig } from '../config/model.ts';
import { nearest } from '../config/nearest.ts';
import { requireColumns, type Wanted } from '../evaluation/columns.ts';
import { groupingOf } from '../evaluation/groups.ts';
import { roleColumns } from '../evaluation/roles.ts';
import { hindsightColumns } from '../evaluation/unseen.ts';
import type { Column } from '../ports/table.ts';
import { type ContractObject, columnOf } from './odcs.ts';

/**
 * Compares with the contract and the training data together. Label, key and time must be in either. A group, or what is known in
 * hindsight, may be known of the holdout alone, so its name is refused only when it looks like one that exists. MW_COLUMN_MISSING.
 */
export function requireModelColumns(
  { evaluate, gates }: Pick<ModelConfig, 'evaluate' | 'gates'>,
  contract: ContractObject,
  data: readonly Column[],
): void {
  const names = new Set([...contract.properties.map(columnOf), ...data.map(({ name }) => name)]);
  const known = [...names];
  const always: readonly Wanted[] = [
    { column: evaluate.label, by: 'evaluate.label' },
    { column: evaluate.key, by: 'evaluate.key' },
    ...(evaluate.time === undefined ? [] : [{ column: evaluate.time, by: 'evaluate.time' }]),
  ];
  const perhaps: readonly Wanted[] = [
    ...hindsightColumns(evaluate),
    ...roleColumns(evaluate, 'evaluate.'),
    ...evaluate.groups.map((group) => ({ column: sourceColumn(group), by: 'evaluate.groups' })),
    ...gates.bias.flatMap((gate) =>
      groupingOf(gate).map((group) => ({ column: sourceColumn(group), by: 'gates.bias' })),
    ),
  ];
  const misspelt = perhaps.filter(({ column }) => !names.has(column) && nearest(column, known) !== undefined);
  requireColumns(
    [...always, ...misspelt],
    known.map((name) => ({ name, type: '' })),
  );
}
