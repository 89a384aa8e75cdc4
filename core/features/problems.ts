/** References inside feature definitions that lead nowhere or to two places, each with its path in the file. */

import type { FeatureDefinitions } from '../config/features.ts';
import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';
import { compileOnDemand } from './on-demand.ts';
import { outputsOf } from './outputs.ts';

export interface DefinitionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Everything wrong between the sections; empty when the definitions hold together. */
export function problemsOf(definitions: FeatureDefinitions): readonly DefinitionProblem[] {
  const { entities, feature_views: views, request_fields: fields, on_demand: onDemand } = definitions;
  const references = [
    ...twice(['entities'], entities),
    ...twice(['feature_views'], views),
    ...twice(['feature_services'], definitions.feature_services),
    ...twice(['request_fields'], fields),
    ...sharedNames(definitions),
    ...views.flatMap((view, index) => viewProblems(view, index, definitions)),
  ];
  if (references.length > 0) return references;
  return [
    ...onDemand.flatMap((one, index) =>
      refused(['on_demand', index, 'expr'], () => compileOnDemand(one, definitions)),
    ),
    ...definitions.feature_services.flatMap((service, index) =>
      refused(['feature_services', index, 'features'], () => outputsOf(service, definitions)),
    ),
  ];
}

interface Named {
  readonly name: string;
}

function twice(path: readonly (string | number)[], items: readonly Named[]): readonly DefinitionProblem[] {
  return items.flatMap(({ name }, index) => {
    const first = items.findIndex((item) => item.name.toLowerCase() === name.toLowerCase());
    if (first === index) return [];
    return [
      { path: [...path, index, 'name'], message: `\`${name}\` is there twice (capitals do not count)` },
    ];
  });
}

/** A service names views and expressions alike, so the two share their names. */
function sharedNames({
  feature_views: views,
  on_demand: onDemand,
}: FeatureDefinitions): readonly DefinitionProblem[] {
  return twice([], [...views, ...onDemand])
    .map(({ path: [index], message }) => ({ index: Number(index) - views.length, message }))
    .filter(({ index }) => index >= 0)
    .map(({ index, message }) => ({ path: ['on_demand', index, 'name'], message }));
}

function viewProblems(
  view: FeatureDefinitions['feature_views'][number],
  index: number,
  { entities }: FeatureDefinitions,
): readonly DefinitionProblem[] {
  const at = ['feature_views', index];
  const known = entities.map(({ name }) => name);
  const unknown = view.entities.flatMap((name, place) => {
    if (known.includes(name)) return [];
    const guess = nearest(name, known);
    const hint = guess ? `; did you mean \`${guess}\`?` : '';
    return [{ path: [...at, 'entities', place], message: `there is no entity \`${name}\`${hint}` }];
  });
  return [...unknown, ...twice([...at, 'schema'], view.schema)];
}

function refused(path: readonly (string | number)[], compile: () => unknown): readonly DefinitionProblem[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (error instanceof MergewayError) return [{ path, message: error.message }];
    throw error;
  }
}
