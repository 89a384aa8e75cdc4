/**
 * A contract becomes checks: each names the numbers it wants of the data, and judges them when the one scan has brought
 * them. A rule is a file in rules/ that turns properties (or the table) into checks.
 */

import { counted } from '../plural.ts';
import type { Column } from '../ports/table.ts';
import type { VerdictStatus } from '../verdict.ts';
import type { ContractObject, ContractProperty } from './odcs.ts';

/** The data as the rules see it before the scan. */
export interface Shape {
  readonly columns: ReadonlyMap<string, Column>;
  /** Text formats carry no types: there a value's spelling decides, in Parquet the column's type. */
  readonly format: 'csv' | 'parquet';
}

export interface Judgement {
  readonly status: VerdictStatus;
  readonly reason: string;
  /** Rows that break the rule. */
  readonly failed: number;
}

/** The numbers a check asked for, by its own names for them. */
export type Measured = Readonly<Record<string, number>>;

export interface Check {
  readonly rule: string;
  readonly column: string | null;
  readonly severity: 'error' | 'warning';
  /** Aggregate SQL expressions over `data`, by name. */
  readonly measures: Readonly<Record<string, string>>;
  /** SQL predicate that holds for failing rows; absent where no row is to blame. */
  readonly failing?: string;
  /** Columns that a sample shows beside the key. */
  readonly shows: readonly string[];
  /** Judges what was measured over `rows` rows. */
  readonly judge: (measured: Measured, rows: number) => Judgement;
}

export interface ContractRule {
  readonly ofProperty?: (property: ContractProperty, shape: Shape) => readonly Check[];
  readonly ofTable?: (table: ContractObject, shape: Shape) => readonly Check[];
}

/** A check that can't be made, with the reason; it never counts as passed. */
export function skip(
  rule: string,
  column: string | null,
  reason: string,
  severity: Check['severity'] = 'error',
): Check {
  return {
    rule,
    column,
    severity,
    measures: {},
    shows: [],
    judge: () => ({ status: 'skipped', reason, failed: 0 }),
  };
}

/**
 * A check of values, row by row: it fails when one value breaks it, and can't tell when there is no value.
 * `failing` must be NULL or false for missing values; `present` counts the values that there are.
 */
export function rowCheck(check: {
  readonly rule: string;
  readonly column: string;
  readonly present: string;
  readonly failing: string;
  readonly broken: string;
}): Check {
  const { rule, column, present, failing, broken } = check;
  return {
    rule,
    column,
    severity: 'error',
    measures: { values: `count(*) FILTER (WHERE ${present})`, failed: `count(*) FILTER (WHERE ${failing})` },
    failing,
    shows: [column],
    judge({ values = 0, failed = 0 }, rows) {
      if (failed > 0)
        return { status: 'fail', reason: `${failed} of ${counted(rows, 'row')} ${broken}`, failed };
      if (values === 0) return { status: 'inconclusive', reason: 'there is no value to check', failed };
      return { status: 'pass', reason: `none of ${values} values ${broken}`, failed };
    },
  };
}
