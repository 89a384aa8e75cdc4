import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { affectedModels, inputDigestAt } from '#core/flows/affected-models.ts';
import { baseFiles, modelYaml } from '#test/support/line.ts';

const DEFINITIONS = `entities: [{name: airport, join_keys: [origin]}]
feature_views:
  - name: weather
    entities: [airport]
    source: {path: data/weather.lock, timestamp_field: time}
    schema: [{name: temp, dtype: Float64}, {name: wind, dtype: Float64}]
  - name: size
    entities: [airport]
    source:
      timestamp_field: since
      path: data/airports.csv
    schema: [{name: runways, dtype: Int64}]
feature_services:
  - {name: v1, features: ["weather:temp", size]}
  - {name: v2, features: [weather]}
`;

const MODEL = `${modelYaml().replace('  label:', '  time: at\n  label:')}features: features/flights.yaml#v1
serve:
  defaults: {temp: 10}
`;

const FILES = baseFiles({
  'models/credit/model.yaml': MODEL,
  'features/flights.yaml': DEFINITIONS,
  'data/weather.lock': `uri: training:weather.parquet\nsha256: ${'a1'.repeat(32)}\n`,
  'data/airports.csv': 'origin,since,runways\nJFK,1948-07-01,4\n',
});

const READS_LABEL = DEFINITIONS.replace(
  'feature_services:',
  'request_fields: [{name: defaulted, dtype: Int64}]\non_demand: [{name: leak, expr: defaulted, dtype: Int64}]\nfeature_services:',
).replace('"weather:temp"', 'leak, "weather:temp"');

/** Whether the model needs a new candidate when these files are changed. */
async function isAffected(changes: Readonly<Record<string, string>>): Promise<boolean> {
  const source = memorySourceTree();
  const base = source.commit(FILES);
  const head = source.commit({ ...FILES, ...changes }, { branch: 'feature' });
  return (await affectedModels(source, { base, head })).length > 0;
}

for (const { name, changes, affected } of [
  {
    name: 'a view that the service names, changed',
    changes: { 'features/flights.yaml': DEFINITIONS.replace('dtype: Int64', 'dtype: Int32') },
    affected: true,
  },
  {
    name: 'a feature that only another service names, changed',
    changes: {
      'features/flights.yaml': DEFINITIONS.replace('wind, dtype: Float64', 'wind, dtype: Float32'),
    },
    affected: false,
  },
  {
    name: 'other data behind the lock of a source',
    changes: {
      'data/weather.lock': `uri: training:weather.parquet\nsha256: ${'a2'.repeat(32)}\n`,
    },
    affected: true,
  },
  {
    name: 'the same data at another place',
    changes: { 'data/weather.lock': `uri: training:moved.parquet\nsha256: ${'a1'.repeat(32)}\n` },
    affected: false,
  },
  {
    name: 'a source that is a file, changed',
    changes: { 'data/airports.csv': 'origin,since,runways\nJFK,1948-07-01,5\n' },
    affected: true,
  },
  {
    name: 'another default',
    changes: { 'models/credit/model.yaml': MODEL.replace('temp: 10', 'temp: 11') },
    affected: true,
  },
  {
    name: 'how much serving logs',
    changes: {
      'models/credit/model.yaml': MODEL.replace('serve:\n', 'serve:\n  log: {share: 0.5}\n'),
    },
    affected: false,
  },
]) {
  test(`${name}: ${affected ? 'a new candidate' : 'the candidate stays'}`, async () => {
    assert.equal(await isAffected(changes), affected);
  });
}

for (const { name, changes, code, says } of [
  {
    name: 'definitions that are not there',
    changes: { 'models/credit/model.yaml': MODEL.replace('flights.yaml', 'fligths.yaml') },
    code: 'MW_CONFIG_MISSING',
    says: /^models\/credit\/model\.yaml:15 features: there is no features\/fligths\.yaml in commit [0-9a-f]{40}$/,
  },
  {
    name: 'a service that is not there',
    changes: { 'models/credit/model.yaml': MODEL.replace('#v1', '#v3') },
    code: 'MW_CONFIG_INVALID',
    says: /^models\/credit\/model\.yaml:15 features: features\/flights\.yaml: there is no feature service "v3"; did you mean `v1`/,
  },
  {
    name: 'a lock that is not there',
    changes: { 'features/flights.yaml': DEFINITIONS.replace('weather.lock', 'wether.lock') },
    code: 'MW_CONFIG_MISSING',
    says: /^features\/flights\.yaml:5 source\.path: there is no data file or lock data\/wether\.lock/,
  },
  {
    name: 'a file that is not there',
    changes: { 'features/flights.yaml': DEFINITIONS.replace('airports.csv', 'airport.csv') },
    code: 'MW_CONFIG_MISSING',
    says: /^features\/flights\.yaml:11 source\.path: there is no data file or lock data\/airport\.csv/,
  },
  {
    name: 'a default of a column that the service does not give',
    changes: { 'models/credit/model.yaml': MODEL.replace('temp: 10', 'tmp: 10') },
    code: 'MW_CONFIG_INVALID',
    says: /^models\/credit\/model\.yaml:17 serve\.defaults: tmp: the service v1 gives no such column; did you mean `temp`\?$/,
  },
  {
    name: 'a default of another type',
    changes: { 'models/credit/model.yaml': MODEL.replace('temp: 10', 'temp: mild') },
    code: 'MW_CONFIG_INVALID',
    says: /^models\/credit\/model\.yaml:17 serve\.defaults: temp: "mild" is no Float64$/,
  },
  {
    name: 'no column with the event time',
    changes: { 'models/credit/model.yaml': MODEL.replace('  time: at\n', '') },
    code: 'MW_CONFIG_INVALID',
    says: /^models\/credit\/model\.yaml:14 features: .*evaluate\.time does not say which column/,
  },
  {
    name: 'a key of the label: a table of answers would be a feature',
    changes: {
      'features/flights.yaml': DEFINITIONS.replace('join_keys: [origin]', 'join_keys: [defaulted]'),
    },
    code: 'MW_CONFIG_INVALID',
    says: /^features\/flights\.yaml:1: features read `defaulted`, which evaluate\.label names/,
  },
  {
    name: 'a request field of the label',
    changes: { 'features/flights.yaml': READS_LABEL },
    code: 'MW_CONFIG_INVALID',
    says: /^features\/flights\.yaml:13: features read `defaulted`, which evaluate\.label names/,
  },
  {
    name: 'a request field that is known in hindsight',
    changes: {
      'features/flights.yaml': READS_LABEL.replaceAll('defaulted', 'Repaid_at'),
      'models/credit/model.yaml': MODEL.replace('  label:', '  hindsight: [repaid_at]\n  label:'),
    },
    code: 'MW_CONFIG_INVALID',
    says: /^features\/flights\.yaml:13: features read `repaid_at`, which evaluate\.hindsight names/,
  },
  {
    name: 'features as of a time that is known in hindsight',
    changes: { 'models/credit/model.yaml': MODEL.replace('  label:', '  hindsight: [at]\n  label:') },
    code: 'MW_CONFIG_INVALID',
    says: /^models\/credit\/model\.yaml:\d+ evaluate\.time: is `at`, which evaluate\.hindsight names/,
  },
  {
    name: 'a source in the store of the holdout',
    changes: { 'data/weather.lock': `uri: store:holdout.parquet\nsha256: ${'a1'.repeat(32)}\n` },
    code: 'MW_CONFIG_INVALID',
    says: /^features\/flights\.yaml:5 source\.path: data\/weather\.lock names store:holdout\.parquet, in the store that has the holdout/,
  },
  {
    name: 'a definition that is broken',
    changes: { 'features/flights.yaml': DEFINITIONS.replace('entities: [airport]', 'entities: [airprot]') },
    code: 'MW_CONFIG_INVALID',
    says: /^features\/flights\.yaml:4 feature_views\.0\.entities\.0: there is no entity `airprot`/,
  },
  {
    name: 'definitions of half a megabyte',
    changes: { 'features/flights.yaml': `${DEFINITIONS}#${'x'.repeat(500_000)}\n` },
    code: 'MW_CONFIG_INVALID',
    says: /at most 262144 are read$/,
  },
  {
    name: 'definitions that name a view of thousands of features thousands of times',
    changes: { 'features/flights.yaml': manyTimes() },
    code: 'MW_CONFIG_INVALID',
    says: /the service gives `f0` twice/,
  },
]) {
  test(`${name} is refused by file and line`, async () => {
    const source = memorySourceTree();
    const commit = source.commit({ ...FILES, ...changes });

    await assert.rejects(inputDigestAt(source, commit, 'credit'), { code, message: says });
  });
}

test('a symbolic link is no source', async () => {
  const source = memorySourceTree();
  const { 'data/airports.csv': _, ...files } = FILES;
  const commit = source.commit(files, { links: { 'data/airports.csv': '/etc/passwd' } });

  await assert.rejects(inputDigestAt(source, commit, 'credit'), { code: 'MW_CONFIG_MISSING' });
});

function manyTimes(): string {
  const schema = Array.from({ length: 2000 }, (_, index) => `{name: f${index}, dtype: Bool}`);
  const features = Array.from({ length: 2000 }, () => 'v');
  const services = Array.from({ length: 10 }, (_, index) => `  - {name: s${index}, features: *many}`);
  return `entities: [{name: e, join_keys: [k]}]
feature_views:
  - {name: v, entities: [e], source: {path: a.csv, timestamp_field: t}, schema: [${schema}]}
feature_services:
  - {name: v1, features: &many [${features}]}
${services.slice(1).join('\n')}
`;
}
