/** References inside feature definitions that lead nowhere or to two places, each with its path in the file. */

import type { FeatureDefinitions } from '../config/features.ts';
import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';
import { compileOnDemand, scopeOf } from './on-demand.ts';
import { outputsOf } from './outputs.ts';

/** Definitions come from pull requests: what is worked out of them grows with their number, and an online row has all of a view's. */
const MOST_FEATURES = 10_000;
/** Further broken expressions and services are not looked at. */
const MOST_PROBLEMS = 20;

export interface DefinitionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Everything wrong between the sections; empty when the definitions hold together. */
export function problemsOf(definitions: FeatureDefinitions): readonly DefinitionProblem[] {
  const { entities, feature_views: views, request_fields: fields, on_demand: onDemand } = definitions;
  const features = views.reduce((sum, { schema }) => sum + schema.length, 0);
  if (features > MOST_FEATURES) {
    const message = `all views together have ${features} features; at most ${MOST_FEATURES} fit`;
    return [{ path: ['feature_views'], message }];
  }
  const references = [
    ...twice(['entities'], entities),
    ...twice(['feature_views'], views),
    ...twice(['feature_services'], definitions.feature_services),
    ...twice(['request_fields'], fields),
    ...sharedNames(definitions),
    ...views.flatMap((view, index) => viewProblems(view, index, definitions)),
  ];
  if (references.length > 0) return references;
  const scope = scopeOf(definitions);
  return firstProblems([
    ...onDemand.map((one, index) => () => {
      return refused(['on_demand', index, 'expr'], () => compileOnDemand(one, scope));
    }),
    ...definitions.feature_services.map((service, index) => () => {
      return refused(['feature_services', index, 'features'], () => outputsOf(service, definitions));
    }),
  ]);
}

function firstProblems(
  checks: readonly (() => readonly DefinitionProblem[])[],
): readonly DefinitionProblem[] {
  const found: DefinitionProblem[] = [];
  for (const check of checks) {
    found.push(...check());
    if (found.length >= MOST_PROBLEMS) break;
  }
  return found;
}

interface Named {
  readonly name: string;
}

function twice(path: readonly (string | number)[], items: readonly Named[]): readonly DefinitionProblem[] {
  const known = new Set<string>();
  return items.flatMap(({ name }, index) => {
    const isNew = !known.has(name.toLowerCase());
    known.add(name.toLowerCase());
    if (isNew) return [];
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
