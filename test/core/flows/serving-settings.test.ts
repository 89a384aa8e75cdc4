import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { serviceOf } from '#core/features/service.ts';
import { settingsOfVersion, storeServingSettings } from '#core/flows/serving-settings.ts';
import { parseServingSettings } from '#core/wire/serving-settings.ts';
import { baseFiles, modelYaml } from '#test/support/line.ts';

const FEATURES = `
entities: [{name: person, join_keys: [person_id]}, {name: shop, join_keys: [shop_id]}]
feature_views:
  - {name: income, entities: [person], source: {path: income.parquet, timestamp_field: at}, ttl: 30d,
     schema: [{name: monthly, dtype: Float64}, {name: unused, dtype: Int64}]}
  - {name: sales, entities: [shop], source: {path: sales.parquet, timestamp_field: at}, schema: [{name: sold, dtype: Int64}]}
request_fields: [{name: amount, dtype: Float64}, {name: channel, dtype: String}]
on_demand:
  - {name: burden, expr: amount / income.monthly, dtype: Float64}
  - {name: online, expr: channel == "web", dtype: Bool}
feature_services:
  - {name: credit_v1, features: ["income:monthly", burden]}
  - {name: all, features: [income, sales, burden, online]}
`;

const CONTRACT = `
apiVersion: v3.1.0
kind: DataContract
id: credit
version: 1.0.0
schema:
  - name: credit
    properties:
      - {name: person_id, classification: confidential}
      - {name: sex, tags: [sensitive]}
      - {name: amount}
      - {name: born, physicalName: birth_day, classification: PII}
`;

const files = baseFiles({
  'models/credit/model.yaml': `${modelYaml({ gates: '{data: {contract: data/credit.odcs.yaml}}' })}features: features/credit.yaml#credit_v1\nserve: {missing: refuse, defaults: {monthly: 0}}\n`,
  'features/credit.yaml': FEATURES,
  'data/credit.odcs.yaml': CONTRACT,
});

test('settings hold the service alone, how to serve it, and what must not be written down', async () => {
  const { ports, commit } = at(files);

  const digest = await storeServingSettings(ports, { model: 'credit', commit });

  assert.ok(digest);
  const settings = parseServingSettings(await ports.artifacts.get(digest));
  const definitions = settings.features?.definitions;
  assert.deepEqual(
    [
      definitions?.entities.map(({ name }) => name),
      definitions?.feature_views.map(({ name, schema }) => [name, schema.length]),
      definitions?.request_fields.map(({ name }) => name),
      definitions?.on_demand.map(({ name }) => name),
    ],
    [['person'], [['income', 2]], ['amount'], ['burden']],
  );
  assert.deepEqual(settings.serve.defaults, { monthly: 0 });
  assert.equal(settings.serve.missing, 'refuse');
  assert.deepEqual([settings.predict.output, settings.label], ['probabilities', 'defaulted']);
  assert.deepEqual(settings.restricted, ['birth_day', 'person_id', 'sex']);
});

test('the reduced definitions give the same service', async () => {
  const { ports, commit } = at(files);
  const digest = await storeServingSettings(ports, { model: 'credit', commit });
  const { features } = parseServingSettings(await ports.artifacts.get(digest ?? assert.fail()));
  const { parseFeatureDefinitions } = await import('#core/config/load.ts');

  const whole = serviceOf(parseFeatureDefinitions({ path: 'f', text: FEATURES }), 'credit_v1');

  assert.equal(serviceOf(features?.definitions ?? assert.fail(), 'credit_v1').digest, whole.digest);
});

test('told again the settings have the same digest, and another threshold another one', async () => {
  const { ports, commit, source } = at(files);
  const other = source.commit({
    ...files,
    'models/credit/model.yaml': `${modelYaml().replace('probabilities', 'scores')}`,
  });

  const first = await storeServingSettings(ports, { model: 'credit', commit });
  const again = await storeServingSettings(ports, { model: 'credit', commit });
  const changed = await storeServingSettings(ports, { model: 'credit', commit: other });

  assert.equal(first, again);
  assert.notEqual(first, changed);
});

test('a commit without the model gives no settings', async () => {
  const { ports, commit } = at(files);

  assert.equal(await storeServingSettings(ports, { model: 'churn', commit }), undefined);
});

for (const { name, without, code } of [
  { name: 'feature definitions', without: 'features/credit.yaml', code: 'MW_CONFIG_MISSING' },
  { name: 'the contract', without: 'data/credit.odcs.yaml', code: 'MW_CONFIG_MISSING' },
]) {
  test(`a commit without ${name} is refused for a new version, and an older one is served without settings`, async () => {
    const { ports, commit } = at(
      Object.fromEntries(Object.entries(files).filter(([path]) => path !== without)),
    );

    await assert.rejects(storeServingSettings(ports, { model: 'credit', commit }), { code });
    assert.equal(await settingsOfVersion(ports, { model: 'credit', commit }), undefined);
  });
}

for (const { name, bytes } of [
  { name: 'no JSON', bytes: '{' },
  { name: 'another document', bytes: '{"model":"credit"}' },
  { name: 'three megabytes', bytes: ' '.repeat(3 * 2 ** 20) },
]) {
  test(`settings that are ${name} are refused`, () => {
    assert.throws(() => parseServingSettings(new TextEncoder().encode(bytes)), { code: 'MW_CONFIG_INVALID' });
  });
}

function at(committed: typeof files) {
  const source = memorySourceTree();
  const commit = source.commit(committed);
  return { source, commit, ports: { source, artifacts: memoryArtifactStore() } };
}
