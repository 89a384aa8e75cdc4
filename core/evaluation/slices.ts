/** Parts of the holdout: those that a condition of the policy selects, and those that share a value of a group column. */

import type { Slice } from '../config/evaluate.ts';
import type { GroupColumn } from '../config/group-column.ts';
import { MergewayError } from '../errors.ts';
import type { SliceEvidence } from '../evidence/slices.ts';
import { select } from '../metrics/predictions.ts';
import type { OpenTable } from '../ports/table.ts';
import { parseCondition } from '../slices/condition.ts';
import { requireColumns } from './columns.ts';
import { groupRows } from './groups.ts';
import type { Holdout } from './holdout.ts';
import { type Contest, measureContest } from './measure.ts';
import { clustersOfRows } from './sampled.ts';

/** Each costs a bootstrap of its rows and some kilobytes of evidence. */
const MOST_SLICES = 100;

/** The conditions as SQL, by the names of their slices. Refuses by the slice's name: MW_COLUMN_MISSING, and MW_TABLE_QUERY for values that do not compare. */
export async function sliceFlags(
  table: OpenTable,
  slices: readonly Slice[],
): Promise<Readonly<Record<string, string>>> {
  const flags: Record<string, string> = {};
  for (const { name, where } of slices) {
    const { sql, columns } = parseCondition(where);
    requireColumns(
      columns.map((column) => ({ column, by: `slice ${name}` })),
      table.columns,
    );
    await tryOut(table, name, sql);
    flags[flagOf(name)] = sql;
  }
  return flags;
}

async function tryOut(table: OpenTable, name: string, sql: string): Promise<void> {
  try {
    await table.query(`SELECT count(*) AS rows FROM data WHERE CAST((${sql}) AS BOOLEAN)`);
  } catch (cause) {
    if (!(cause instanceof MergewayError)) throw cause;
    throw new MergewayError(cause.code, `slice ${name}: ${cause.message}`, { cause });
  }
}

/** No column of data is called so. */
function flagOf(slice: string): string {
  return `mergeway slice ${slice}`;
}

export interface SlicesRequest {
  readonly slices: readonly Slice[];
  /** Columns each of whose values makes a slice. */
  readonly groups: readonly GroupColumn[];
}

/** Every metric of each slice that has rows or a name; at most 100 slices, the largest groups first. `onSlice` hears which is measured. */
export function measureSlices(
  { slices, groups }: SlicesRequest,
  holdout: Pick<Holdout, 'flags' | 'groups' | 'rows'>,
  { candidate, champion, clusters, seed, judged, seeds }: Contest,
  onSlice: (name: string) => void = () => {},
): SliceEvidence[] {
  const named = slices.map(({ name, where }) => ({
    name,
    where,
    rows: rowsWhere(holdout.flags[flagOf(name)]),
  }));
  const all = [...named, ...groupSlices(groups, holdout)].slice(0, MOST_SLICES);
  return all.map(({ rows, ...slice }) => {
    onSlice(slice.name);
    return {
      ...slice,
      rows: rows.length,
      metrics: measureContest({
        candidate: select(candidate, rows),
        champion: champion && select(champion, rows),
        clusters: clusters && clustersOfRows(clusters, rows),
        seeds: seeds?.map((one) => select(one, rows)),
        seed: `${seed} slice ${slice.name}`,
        ...(judged && { judged }),
      }),
    };
  });
}

interface PartOfRows {
  readonly name: string;
  readonly where?: string;
  readonly rows: readonly number[];
}

function groupSlices(
  columns: readonly GroupColumn[],
  { groups: cells, rows }: Pick<Holdout, 'groups' | 'rows'>,
): readonly PartOfRows[] {
  const parts = columns.flatMap((column) => {
    const { by, groups, codes } = groupRows([column], cells, rows);
    const rowsOf: number[][] = groups.map(() => []);
    for (const [row, code] of codes.entries()) rowsOf[code]?.push(row);
    return groups.map(([value = ''], index) => ({
      name: `${by} = ${value}`.slice(0, 200),
      rows: rowsOf[index] ?? [],
    }));
  });
  return parts.length <= MOST_SLICES ? parts : parts.sort((a, b) => b.rows.length - a.rows.length);
}

function rowsWhere(flag: Uint8Array | undefined): readonly number[] {
  const rows: number[] = [];
  for (const [row, holds] of (flag ?? []).entries()) if (holds === 1) rows.push(row);
  return rows;
}
