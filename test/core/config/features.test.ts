/** Feature definitions: what holds together, and how the rest is refused, with file and line. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { serviceOf } from '#core/features/service.ts';
import { serviceFrom } from '#test/support/features.ts';

const DEFINITIONS = `entities:
  - {name: airport, join_keys: [origin]}
feature_views:
  - name: weather
    entities: [airport]
    source: {path: data/weather.parquet, timestamp_field: time}
    ttl: 2h
    schema: [{name: temp, dtype: Float64}, {name: wind, dtype: Float64}]
  - name: delays
    entities: [airport]
    source: {path: data/delays.lock, timestamp_field: landed}
    schema: [{name: temp, dtype: Float64}]
on_demand:
  - {name: chill, expr: weather.temp - wind, dtype: Float64}
feature_services:
  - {name: v1, features: [weather, chill]}
`;

test('a service has the cut-off on, and only the views that it needs', () => {
  const service = serviceFrom(DEFINITIONS);

  assert.equal(service.filterByCreatedTimestamp, true);
  assert.deepEqual(
    service.views.map(({ name, ttlMs, joinKeys }) => ({ name, ttlMs, joinKeys })),
    [{ name: 'weather', ttlMs: 7_200_000, joinKeys: ['origin'] }],
  );
  assert.deepEqual(
    service.outputs.map(({ column }) => column),
    ['temp', 'wind', 'chill'],
  );
});

for (const { name, from, to, line, says } of [
  { name: 'an unknown key', from: 'ttl: 2h', to: 'tll: 2h', line: 7, says: /did you mean `ttl`/ },
  {
    name: 'an unknown dtype',
    from: 'dtype: Float64}]\n  - name',
    to: 'dtype: Flota64}]\n  - name',
    line: 8,
    says: /did you mean `Float64`/,
  },
  {
    name: 'an unknown entity',
    from: 'entities: [airport]\n    source: {path: data/d',
    to: 'entities: [airprt]\n    source: {path: data/d',
    line: 10,
    says: /no entity `airprt`; did you mean `airport`/,
  },
  {
    name: 'a path out of the repository',
    from: 'data/weather.parquet',
    to: '../weather.parquet',
    line: 6,
    says: /inside the repository/,
  },
  {
    name: 'a view twice',
    from: 'name: delays',
    to: 'name: Weather',
    line: 9,
    says: /`Weather` is there twice/,
  },
  { name: 'a feature twice', from: 'name: wind,', to: 'name: temp,', line: 8, says: /`temp` is there twice/ },
  {
    name: 'an expression named as a view',
    from: 'name: chill',
    to: 'name: delays',
    line: 14,
    says: /`delays` is there twice/,
  },
  {
    name: 'a broken expression',
    from: 'weather.temp - wind',
    to: 'weather.temp - -',
    line: 14,
    says: /character 17: expected a value/,
  },
  {
    name: 'an ambiguous name',
    from: 'weather.temp -',
    to: 'temp -',
    line: 14,
    says: /both `weather.temp` and `delays.temp`; write which/,
  },
  {
    name: 'an expression of another type',
    from: 'weather.temp - wind, dtype: Float64',
    to: 'weather.temp - wind, dtype: Int64',
    line: 14,
    says: /gives double, and Int64 needs int/,
  },
  {
    name: 'an unknown view in a service',
    from: '[weather, chill]',
    to: '[wether, chill]',
    line: 16,
    says: /no `wether`; did you mean `weather`/,
  },
  {
    name: 'an unknown feature in a service',
    from: '[weather, chill]',
    to: "['weather:tmp', chill]",
    line: 16,
    says: /no `weather:tmp`; did you mean `weather:temp`/,
  },
  {
    name: 'a column twice',
    from: '[weather, chill]',
    to: '[weather, delays]',
    line: 16,
    says: /gives `temp` twice; `full_feature_names: true`/,
  },
  {
    name: 'a ttl beyond all times',
    from: 'ttl: 2h',
    to: 'ttl: 999999999d',
    line: 7,
    says: /at most 100000d; without ttl a row may have any age/,
  },
  {
    name: 'a ttl that is no duration, in one sentence,',
    from: 'ttl: 2h',
    to: 'ttl: 2 hours',
    line: 7,
    says: /^[^\n]* expected a duration above nothing, [^\n]*got "2 hours"$/,
  },
  {
    name: 'a name that could be a full one',
    from: 'name: chill',
    to: 'name: a__b',
    line: 14,
    says: /single underscores/,
  },
]) {
  test(`${name} is refused with file and line`, () => {
    const text = DEFINITIONS.replace(from, to);

    assert.notEqual(text, DEFINITIONS);
    assert.throws(
      () => parseFeatureDefinitions({ path: 'features/f.yaml', text }),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'MW_CONFIG_INVALID');
        assert.match(error.message, new RegExp(`^features/f.yaml:${line} `, 'm'));
        assert.match(error.message, says);
        return true;
      },
    );
  });
}

/** So many views of 2,000 features each. */
function large(views: number, service: string): string {
  const schema = Array.from({ length: 2000 }, (_, index) => `{name: f${index}, dtype: Bool}`).join(', ');
  const view = (name: number) =>
    `  - {name: v${name}, entities: [e], source: {path: p, timestamp_field: t}, schema: [${schema}]}\n`;
  return `entities: [{name: e, join_keys: [k]}]
feature_views:
${Array.from({ length: views }, (_, name) => view(name)).join('')}feature_services: [{name: s, features: ${service}, full_feature_names: true}]
`;
}

for (const { name, text, says } of [
  {
    name: 'definitions of more features than anybody can look through',
    text: large(6, '[v0]'),
    says: /^f\.yaml:2 feature_views: all views together have 12000 features; at most 10000 fit$/,
  },
  {
    name: 'a service of more columns than evidence holds',
    text: large(2, '[v0, v1]'),
    says: /^f\.yaml:5 feature_services\.0\.features: the service gives more than 2000 columns; name the features/,
  },
]) {
  test(`refused: ${name}`, () => {
    assert.throws(() => parseFeatureDefinitions({ path: 'f.yaml', text }), {
      code: 'MW_CONFIG_INVALID',
      message: says,
    });
  });
}

test('an unknown service is refused by the names that there are', () => {
  const definitions = parseFeatureDefinitions({ path: 'features/f.yaml', text: DEFINITIONS });

  assert.throws(() => serviceOf(definitions, 'v2'), {
    code: 'MW_CONFIG_INVALID',
    message: /"v2"; did you mean `v1`\? \(there are: v1\)/,
  });
});

test("a service's digest changes with every definition that it needs, and with no other", () => {
  const of = (from: string, to: string) => serviceFrom(DEFINITIONS.replace(from, to)).digest;
  const digest = serviceFrom(DEFINITIONS).digest;

  for (const [from, to] of [
    ['ttl: 2h', 'ttl: 3h'],
    ['weather.temp - wind', 'weather.temp + wind'],
    ['data/weather', 'data/rain'],
    ['[origin]', '[dest]'],
    ['[weather, chill]', '[chill, weather]'],
  ] as const) {
    assert.notEqual(of(from, to), digest, `${from} → ${to}`);
  }
  assert.equal(of('landed', 'written'), digest);
});
