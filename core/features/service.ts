/** A feature service with everything that it needs: the views, their keys and sources, the expressions. */

import { durationMs } from '../config/duration.ts';
import type { FeatureDefinitions } from '../config/features.ts';
import { nearest } from '../config/nearest.ts';
import { type Digest, digestOfJson } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { Expression } from '../expression/expression.ts';
import type { Json } from '../json.ts';
import { compileOnDemand, featureKey, scopeOf } from './on-demand.ts';
import { type Output, outputsOf } from './outputs.ts';

type View = FeatureDefinitions['feature_views'][number];

export interface ServiceView {
  readonly name: string;
  readonly joinKeys: readonly string[];
  readonly source: View['source'];
  /** In milliseconds; undefined: any age. */
  readonly ttlMs: number | undefined;
  /** Those that the service gives or an expression reads. */
  readonly features: View['schema'];
  /** All of the view's features, the service's or not: what the online store has a row of. */
  readonly schema: View['schema'];
  /** Whether rows that were written after the time asked for are not seen: the service says so, and the source says when rows were written. */
  readonly cutOff: boolean;
}

export interface FeatureService {
  readonly name: string;
  readonly filterByCreatedTimestamp: boolean;
  readonly views: readonly ServiceView[];
  /** What the labels (in training) and the request (in serving) must bring along. */
  readonly requestFields: FeatureDefinitions['request_fields'];
  readonly outputs: readonly Output[];
  /** By the expression's name. */
  readonly expressions: ReadonlyMap<string, Expression>;
  /** Over everything above and the expressions' text: another digest, other features. */
  readonly digest: Digest;
}

/** The service of this name. MW_CONFIG_INVALID when there is none. */
export function serviceOf(definitions: FeatureDefinitions, name: string): FeatureService {
  const service = definitions.feature_services.find((one) => one.name === name);
  if (!service) throw unknownService(definitions, name);

  const outputs = outputsOf(service, definitions);
  const onDemand = definitions.on_demand.filter((one) => outputs.some(isOf(one.name)));
  const scope = scopeOf(definitions);
  const expressions = new Map(onDemand.map((one) => [one.name, compileOnDemand(one, scope)]));
  const used = new Set([
    ...outputs.flatMap((output) =>
      output.kind === 'feature' ? [featureKey(output.view, output.feature)] : [],
    ),
    ...[...expressions.values()].flatMap(({ fields }) => fields),
  ]);
  const filterByCreatedTimestamp = service.filter_by_created_timestamp;
  const views = definitions.feature_views
    .map((view) => serviceView(view, { definitions, used, filterByCreatedTimestamp }))
    .filter(({ features }) => features.length > 0);
  const requestFields = definitions.request_fields.filter((field) => used.has(field.name));
  const digest = digestOfJson({
    outputs,
    views: views.map(({ name, joinKeys, source, ttlMs = null, features }) => ({
      name,
      joinKeys,
      source,
      ttlMs,
      features,
    })),
    requestFields,
    onDemand,
    filterByCreatedTimestamp,
  } as unknown as Json);
  return { name, filterByCreatedTimestamp, views, requestFields, outputs, expressions, digest };
}

function isOf(name: string): (output: Output) => boolean {
  return (output) => output.kind === 'on-demand' && output.name === name;
}

function serviceView(
  view: View,
  {
    definitions: { entities },
    used,
    filterByCreatedTimestamp,
  }: {
    readonly definitions: FeatureDefinitions;
    readonly used: ReadonlySet<string>;
    readonly filterByCreatedTimestamp: boolean;
  },
): ServiceView {
  const keys = view.entities.flatMap((name) => entities.find((one) => one.name === name)?.join_keys ?? []);
  return {
    name: view.name,
    joinKeys: [...new Set(keys)],
    source: view.source,
    ttlMs: view.ttl === undefined ? undefined : durationMs(view.ttl),
    features: view.schema.filter(({ name }) => used.has(featureKey(view.name, name))),
    schema: view.schema,
    cutOff: filterByCreatedTimestamp && view.source.created_timestamp_field !== undefined,
  };
}

function unknownService({ feature_services: services }: FeatureDefinitions, name: string): MergewayError {
  const known = services.map((one) => one.name);
  const guess = nearest(name, known);
  return new MergewayError(
    'MW_CONFIG_INVALID',
    `there is no feature service ${JSON.stringify(name.slice(0, 100))}${guess ? `; did you mean \`${guess}\`?` : ''} (there are: ${known.join(', ')})`,
  );
}
