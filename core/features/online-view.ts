/**
 * A feature view's place in the online store. What its rows are made of decides: source, times, keys, the whole schema, and whether rows
 * that were not written yet are left out. Two services over one view share its rows; ttl and the choice of features are the reader's.
 */

import { digestOfJson } from '../digest.ts';
import type { OnlineStore, OnlineView } from '../ports/online-store.ts';
import type { FeatureService, ServiceView } from './service.ts';

/** The view's name and digest. `project` keeps repositories apart that share a store. */
export function onlineView(view: ServiceView, project = ''): OnlineView {
  const { name, source, joinKeys, schema, cutOff } = view;
  const digest = digestOfJson({
    project,
    path: source.path,
    event: source.timestamp_field,
    created: source.created_timestamp_field ?? null,
    joinKeys,
    schema: schema.map((field) => ({ name: field.name, dtype: field.dtype })),
    cutOff,
  });
  return { name, digest };
}

/** Names of the service's views that were never materialised into the store: nothing of them would be found. */
export async function unfilledViews(
  { views }: FeatureService,
  store: OnlineStore,
  project = '',
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const view of views) {
    if ((await store.watermark(onlineView(view, project))) === undefined) names.push(view.name);
  }
  return names;
}
