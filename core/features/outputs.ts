/** The columns that a feature service gives, in its order. */

import type { Dtype, FeatureDefinitions } from '../config/features.ts';
import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';

type Service = FeatureDefinitions['feature_services'][number];

export type Output =
  | {
      readonly kind: 'feature';
      readonly column: string;
      readonly view: string;
      readonly feature: string;
      readonly dtype: Dtype;
    }
  | { readonly kind: 'on-demand'; readonly column: string; readonly name: string; readonly dtype: Dtype };

/** As many as evidence of them can hold. */
const MOST_COLUMNS = 2000;

/** Columns of a service. MW_CONFIG_INVALID when it names what is not there, one column twice, or more than fit. */
export function outputsOf(service: Service, definitions: FeatureDefinitions): readonly Output[] {
  const outputs: Output[] = [];
  const seen = new Set<string>();
  // One reference at a time: thousands of references to a view of thousands end at the second.
  for (const reference of service.features) {
    for (const output of resolve(reference, service, definitions)) {
      const name = output.column.toLowerCase();
      if (seen.has(name)) throw new MergewayError('MW_CONFIG_INVALID', collision(output.column, service));
      seen.add(name);
      outputs.push(output);
    }
    if (outputs.length > MOST_COLUMNS) {
      throw new MergewayError(
        'MW_CONFIG_INVALID',
        `the service gives more than ${MOST_COLUMNS} columns; name the features that are needed as \`view:feature\``,
      );
    }
  }
  return outputs;
}

function resolve(reference: string, service: Service, definitions: FeatureDefinitions): readonly Output[] {
  const { feature_views: views, on_demand: onDemand } = definitions;
  const [name = '', feature] = reference.split(':');
  const expression = onDemand.find((one) => one.name === reference);
  if (expression) {
    return [{ kind: 'on-demand', column: reference, name: reference, dtype: expression.dtype }];
  }
  const view = views.find((one) => one.name === name);
  if (!view) {
    throw unknown(reference, name, [...views, ...onDemand]);
  }
  const fields = view.schema.filter((field) => feature === undefined || field.name === feature);
  if (fields.length === 0) throw unknown(reference, feature ?? '', view.schema, `${name}:`);
  return fields.map((field) => ({
    kind: 'feature',
    column: service.full_feature_names ? `${name}__${field.name}` : field.name,
    view: name,
    feature: field.name,
    dtype: field.dtype,
  }));
}

function unknown(
  reference: string,
  name: string,
  known: readonly { readonly name: string }[],
  prefix = '',
): MergewayError {
  const guess = nearest(
    name,
    known.map((one) => one.name),
  );
  return new MergewayError(
    'MW_CONFIG_INVALID',
    `there is no \`${reference}\`${guess ? `; did you mean \`${prefix}${guess}\`?` : ''}`,
  );
}

function collision(column: string, { full_feature_names: full }: Service): string {
  const way = full ? '' : '; `full_feature_names: true` tells views apart';
  return `the service gives \`${column}\` twice${way}`;
}
