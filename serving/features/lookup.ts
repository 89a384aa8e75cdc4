/** What a feature lookup is to the server: keys and request fields in, the service's columns out. */

import type { Value } from '#core/expression/types.ts';
import type { FeatureService } from '#core/features/service.ts';

export type FeatureStatus = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE';

export interface LookedUp {
  /** By output column. */
  readonly values: Readonly<Record<string, Value>>;
  /** By output column, of features of views. */
  readonly statuses: Readonly<Record<string, FeatureStatus>>;
}

export type Lookup = (
  rows: readonly Readonly<Record<string, Value>>[],
  at: bigint,
) => Promise<readonly LookedUp[]>;

/** Prepares the lookup of a service. */
export type LookupFactory = (service: FeatureService) => Lookup;
