/**
 * A repository whose model has features: hourly weather of one airport, of which the model's one column is made. Its champion was made by
 * other definitions than its head, and the champion's weather ends where the holdout begins.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gitAnnotatedTags } from '#adapters/git/annotated-tags.ts';
import { digestOf } from '#core/digest.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { lock, type ModelRepository, modelRepository, modelYaml } from './model-repository.ts';
import { identityModel } from './onnx.ts';

/** Hour of 2013, as ISO 8601. */
export function hour(h: number): string {
  return new Date(Date.UTC(2013, 0, 1) + h * 3_600_000).toISOString();
}

/** Hour of the first row of the holdout, which has a row an hour. */
export const HOLDOUT_FROM = 100;
export const HOLDOUT_ROWS = 300;

/** Even hours are late; x is `(hour % 10 + 2 · late) / 12`, as in the holdout of model-repository.ts. */
export function xOf(h: number): number {
  return ((h % 10) + 2 * lateAt(h)) / 12;
}

export function weatherCsv(to: number): string {
  const lines = Array.from({ length: to }, (_, h) => `JFK,${hour(h)},${xOf(h)}`);
  return ['origin,time,x', ...lines, ''].join('\n');
}

function lateAt(h: number): number {
  return h % 2 === 0 ? 1 : 0;
}

function labelsCsv(hours: readonly number[]): string {
  const lines = hours.map((h) => `${h},JFK,${hour(h)},${lateAt(h)}`);
  return ['id,origin,at,late', ...lines, ''].join('\n');
}

const ENTITIES = `entities: [{name: airport, join_keys: [origin]}]
feature_views:
  - name: weather
    entities: [airport]
    source: {path: data/weather.lock, timestamp_field: time}
    ttl: 3h
    schema: [{name: x, dtype: Float64}]
`;

/** The champion's: it scores by 1 − x, and wants a source that the head has no more. */
const BASE_DEFINITIONS = `${ENTITIES}  - name: extra
    entities: [airport]
    source: {path: data/extra.csv, timestamp_field: time}
    schema: [{name: nothing, dtype: Float64}]
on_demand: [{name: score, expr: '1.0 - x + nothing', dtype: Float64}]
feature_services: [{name: v1, features: [score]}]
`;

const HEAD_DEFINITIONS = `${ENTITIES}feature_services: [{name: v1, features: [weather]}]
`;

function yaml(column: string, changes: Parameters<typeof modelYaml>[0]): string {
  const text = modelYaml(changes)
    .replace('  key: id\n', '  key: id\n  time: at\n')
    .replace('columns: [x]', `columns: [${column}]`);
  return `${text}features: features/flights.yaml#v1\nserve: {defaults: {${column}: 0.25}}\n`;
}

export interface FeatureRepository extends ModelRepository {
  /** Where the version in production was registered; it is checked out. */
  readonly base: string;
  /** Not checked out. */
  readonly head: string;
}

export async function featureRepository(
  t: TestContext,
  changes: Parameters<typeof modelYaml>[0] = {},
): Promise<FeatureRepository> {
  const hours = Array.from({ length: HOLDOUT_ROWS }, (_, row) => HOLDOUT_FROM + row);
  const holdout = labelsCsv(hours);
  const train = labelsCsv([1, 2, 3, 90]);
  const shared = {
    'data/train.csv': train,
    'data/train.lock': lock('data/train.csv', train),
    'data/holdout.lock': lock('store:holdout.csv', holdout),
  };
  const headFiles = {
    ...shared,
    'models/flights/model.yaml': yaml('x', changes),
    'features/flights.yaml': HEAD_DEFINITIONS,
    'data/weather.csv': weatherCsv(HOLDOUT_FROM + HOLDOUT_ROWS),
    'data/weather.lock': lock('data/weather.csv', weatherCsv(HOLDOUT_FROM + HOLDOUT_ROWS)),
  };
  const repository = await modelRepository(t, headFiles);
  await writeFile(join(repository.dataStore, 'holdout.csv'), holdout);
  const base = await repository.change({
    ...headFiles,
    'models/flights/model.yaml': yaml('score', changes),
    'features/flights.yaml': BASE_DEFINITIONS,
    'data/weather.csv': weatherCsv(HOLDOUT_FROM),
    'data/weather.lock': lock('data/weather.csv', weatherCsv(HOLDOUT_FROM)),
    'data/extra.csv': `origin,time,nothing\nJFK,${hour(0)},0.0\n`,
  });
  await register(repository.root, base);
  return { ...repository, base, head: repository.commit };
}

async function register(root: string, commit: string): Promise<void> {
  const tags = gitAnnotatedTags(root, { tagger: { name: 'Ada', email: 'ada@example.com' } });
  const registry = gtoRegistry(tags);
  const digest = digestOf(identityModel('float'));
  const { version } = await registry.register({ model: 'flights', commit, digest, at: 0 });
  await registry.assign({ model: 'flights', version, stage: 'production', at: 1000 });
}
