/** What is asked of a comparison of served features with the same computed again offline. */

import type { DataLock } from '../config/lock.ts';
import type { SkewGate } from '../config/gates/skew.ts';
import type { LEFT_OUT } from '../evidence/skew.ts';
import type { Defaults } from '../features/defaults.ts';
import type { FeatureService } from '../features/service.ts';
import type { Coverage } from './coverage.ts';

/** A part of the prediction log; times are of its rows' events, ms since 1970, where its name says them. */
export interface LogPart {
  /** Path of the file on this machine; a remote part is fetched. */
  readonly local: () => Promise<string>;
  readonly from?: number;
  readonly to?: number;
}

/** A view's source. */
export interface SkewSource {
  readonly name: string;
  /** Files of one table. */
  readonly paths: readonly string[];
  /** What it covers, where its lock says so and nothing came later. */
  readonly interval?: DataLock['interval'];
  /** Rows go on arriving in it: it ends with its last one. */
  readonly isLive?: true;
}

export interface LeftOut {
  readonly because: (typeof LEFT_OUT)[number];
  readonly detail: string;
}

export interface SkewRequest {
  readonly parts: readonly LogPart[];
  readonly service: FeatureService;
  readonly defaults: Defaults;
  /** Of each view of the service, in its order. */
  readonly sources: readonly SkewSource[];
  readonly tolerance: SkewGate['tolerance'];
  /** Only rows that this version served. */
  readonly version?: string | undefined;
  /** Only rows of these event times, ms since 1970; `to` is left out. */
  readonly window?: { readonly from: number; readonly to: number } | undefined;
  /** At most so many rows. */
  readonly mostRows?: number | undefined;
  /** Which rows when there are more: the newest, which is the default, or some of the whole time, the same ones each time. */
  readonly pick?: 'newest' | 'spread';
  /** What `coverageOf` found of the service and its sources, where that is known already. */
  readonly covered?: Coverage;
  /** Columns that are not to be compared. */
  readonly leftOut?: ReadonlyMap<string, LeftOut> | undefined;
  /** Columns that the contract calls restricted: hashed in the log, and never shown. */
  readonly restricted?: readonly string[] | undefined;
}

const DEFAULT_TOLERANCE = 1e-6;

/** Relative difference of a column's numbers that counts as equal. */
export function toleranceOf(tolerance: SkewGate['tolerance'], column: string): number {
  if (typeof tolerance === 'number') return tolerance;
  return Object.hasOwn(tolerance, column) ? (tolerance[column] ?? DEFAULT_TOLERANCE) : DEFAULT_TOLERANCE;
}
