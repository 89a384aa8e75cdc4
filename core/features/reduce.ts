/** Feature definitions without what one service does not need. Views stay whole: the online store's rows are made of all their features. */

import type { FeatureDefinitions } from '../config/features.ts';
import { serviceOf } from './service.ts';

/** The definitions that give the same service. MW_CONFIG_INVALID when there is no service of that name. */
export function reduceDefinitions(definitions: FeatureDefinitions, name: string): FeatureDefinitions {
  const service = serviceOf(definitions, name);
  const needed = new Set(service.views.map((view) => view.name));
  const fields = new Set(service.requestFields.map((field) => field.name));
  const used = definitions.feature_views.filter((view) => needed.has(view.name));
  // A service of request fields alone has no views, which the schema does not know.
  const views = used.length > 0 ? used : definitions.feature_views.slice(0, 1);
  const entities = new Set(views.flatMap((view) => view.entities));
  return {
    entities: definitions.entities.filter((entity) => entities.has(entity.name)),
    feature_views: views,
    request_fields: definitions.request_fields.filter((field) => fields.has(field.name)),
    on_demand: definitions.on_demand.filter((one) => service.expressions.has(one.name)),
    feature_services: definitions.feature_services.filter((one) => one.name === name),
  };
}
