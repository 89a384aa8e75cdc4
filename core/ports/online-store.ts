/**
 * The latest feature values by entity, for serving. Embedded: LMDB in a folder, one writer and many readers at a time; for real: Redis.
 * Values are those of the expression language: an int is a bigint, a double a number, a timestamp bigint microseconds.
 */

import type { Value } from '../expression/types.ts';

/** A feature view's place in the store. Two definitions of one view have different digests, and rows of their own. */
export interface OnlineView {
  /** Such as `weather`; for people. */
  readonly name: string;
  /** Over what the rows are made of (core/features/online-view.ts). */
  readonly digest: string;
}

/** Values of the join keys, in the view's order. */
export type EntityKey = readonly Value[];

export interface OnlineRow {
  readonly key: EntityKey;
  /** Event time, microseconds since 1970 in UTC. */
  readonly event: bigint;
  /** When the row was written; decides between rows of one event time. null: not known, loses. Of equal ones the greater values win. */
  readonly created: bigint | null;
  /** Feature values, in the view's order. */
  readonly values: readonly Value[];
}

export interface OnlineRead {
  readonly view: OnlineView;
  readonly keys: readonly EntityKey[];
  /** Places of the values that are wanted, ascending in the view's order; absent: all. The rows have these alone. */
  readonly places?: readonly number[];
}

export interface OnlineStore {
  /** The row of every key, undefined where there is none; per request, in the order of its keys. One round trip for all. MW_ONLINE_STORE_UNREACHABLE. */
  read(requests: readonly OnlineRead[]): Promise<readonly (readonly (OnlineRow | undefined)[])[]>;
  /** Writes rows in any order: what is older by (event, created, values) never replaces what is newer. How many replaced something or were new. */
  write(view: OnlineView, rows: readonly OnlineRow[]): Promise<number>;
  /** Up to which event time the view was materialised (included), or undefined when it never was. */
  watermark(view: OnlineView): Promise<bigint | undefined>;
  /** Moves the watermark forward; an earlier one changes nothing. */
  advance(view: OnlineView, to: bigint): Promise<void>;
  close(): Promise<void>;
}
