/** What the benchmarks of online features look up: 50 numbers of one entity, of 10,000 entities. */

import { seededRandom } from '#core/chance.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { onlineView } from '#core/features/online-view.ts';
import { serviceOf } from '#core/features/service.ts';
import type { OnlineRow, OnlineStore } from '#core/ports/online-store.ts';

export const ENTITIES = 10_000;
export const FEATURES = Array.from({ length: 50 }, (_, n) => `feature_${n}`);

export const DEFINITIONS = parseFeatureDefinitions({
  path: 'bench',
  text: `
entities: [{name: customer, join_keys: [customer_id]}]
feature_views:
  - name: stats
    entities: [customer]
    source: {path: stats.parquet, timestamp_field: event_timestamp}
    ttl: 7d
    schema: [${FEATURES.map((name) => `{name: ${name}, dtype: Float64}`).join(', ')}]
feature_services: [{name: v1, features: [stats]}]
`,
});

export const SERVICE = serviceOf(DEFINITIONS, 'v1');

/** Rows of every entity, of an hour before `now` (microseconds). */
export function rowsAt(now: bigint): readonly OnlineRow[] {
  const random = seededRandom('rows');
  return Array.from({ length: ENTITIES }, (_, id) => ({
    key: [BigInt(id)],
    event: now - 3_600_000_000n,
    created: null,
    values: FEATURES.map(() => random.next() * 1000),
  }));
}

/** As Feast and others keep them: one hash per entity, a field per feature, its value as text. */
export function hashFields({ values }: OnlineRow): readonly [string, string][] {
  return FEATURES.map((name, place) => [name, String(values[place])]);
}

export async function fill(store: OnlineStore, rows: readonly OnlineRow[]): Promise<void> {
  const [view] = SERVICE.views;
  if (view) await store.write(onlineView(view), rows);
}
