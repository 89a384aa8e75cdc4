/** Which columns of a service are made otherwise than another service makes them: only what is made alike can be held against each other. */

import { digestOfJson } from '../digest.ts';
import type { Json } from '../json.ts';
import type { Defaults } from './defaults.ts';
import { featureKey } from './on-demand.ts';
import type { Output } from './outputs.ts';
import type { FeatureService, ServiceView } from './service.ts';

export interface MadeFeatures {
  readonly service: FeatureService;
  readonly defaults: Defaults;
}

/** Columns of `now` that `before` lacks or makes otherwise, each with a word on which; without `before` all. */
export function changedColumns(
  now: MadeFeatures,
  before: MadeFeatures | undefined,
): ReadonlyMap<string, 'new' | 'changed'> {
  const known = new Map(before?.service.outputs.map((output) => [output.column, recipe(output, before)]));
  const changed = new Map<string, 'new' | 'changed'>();
  for (const output of now.service.outputs) {
    const was = known.get(output.column);
    if (was === undefined) changed.set(output.column, 'new');
    else if (was !== recipe(output, now)) changed.set(output.column, 'changed');
  }
  return changed;
}

/** Digest of all that decides a column's values, but for the data. */
function recipe(output: Output, { service, defaults }: MadeFeatures): string {
  const value = defaults.get(output.column) ?? null;
  const shared = {
    dtype: output.dtype,
    default: typeof value === 'bigint' ? `${value}` : `${typeof value} ${value}`,
  };
  if (output.kind === 'feature') {
    return digestOfJson({ ...shared, feature: ingredient(featureKey(output.view, output.feature), service) });
  }
  const expression = service.expressions.get(output.name);
  const fields = expression?.fields ?? [];
  return digestOfJson({
    ...shared,
    sql: expression?.sql() ?? null,
    fields: fields.map((field) => ingredient(field, service)),
  });
}

/** A field of a view, or a request field. */
function ingredient(key: string, { views, requestFields }: FeatureService): Json {
  for (const view of views) {
    const feature = view.features.find(({ name }) => featureKey(view.name, name) === key);
    if (feature) return { ...viewRecipe(view), feature: { ...feature } };
  }
  const field = requestFields.find(({ name }) => name === key);
  return field ? { ...field } : null;
}

function viewRecipe({ joinKeys, source, ttlMs, cutOff }: ServiceView): Readonly<Record<string, Json>> {
  const { path, timestamp_field: event, created_timestamp_field: created = null } = source;
  return { joinKeys, path, event, created, ttlMs: ttlMs ?? null, cutOff };
}
