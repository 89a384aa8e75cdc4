import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '#core/config/duration.ts';
import { parseDataLock, parseMergewayConfig, parseModelConfig } from '#core/config/load.ts';
import { MergewayError } from '#core/errors.ts';

const MINIMAL = `name: credit
task: binary-classification
inputs: {code: [src/**], data: [data/train.lock]}
train: {command: python train.py}
evaluate:
  data: data/holdout.lock
  key: id
  label: defaulted
  predict: {output: probabilities, positive: 1, threshold: 0.5}
`;

test('a minimal model has the documented defaults', () => {
  const model = parseModelConfig({
    path: 'model.yaml',
    text: `${MINIMAL}rollout: {target: eu, steps: [{weight: 5}]}\n`,
  });

  assert.deepEqual(model.promotion, { on: 'merge', evidence: 'trusted', signed: false });
  assert.deepEqual(model.rollout?.steps, [{ weight: 5, for: '10m' }]);
  assert.deepEqual(model.rollout?.guard, { errors: { tolerance: 0 }, alpha: 0.01 });
});

for (const { name, gate, says } of [
  {
    name: 'a ratio with an upper limit',
    gate: '{metric: tpr_disparity, by: [sex], max: 0.2}',
    says: /fair at 1: its limit is `min`/,
  },
  {
    name: 'a difference with a lower one',
    gate: '{metric: roc_auc, by: [sex], min: 0.2}',
    says: /fair at 0: its limit is `max`/,
  },
  {
    name: 'a reference beside another comparison',
    gate: '{metric: equalized_odds_difference, by: [sex], to: overall, reference: majority}',
    says: /`to: overall` has no reference group/,
  },
  {
    name: 'a reference that names other columns',
    gate: '{metric: equalized_odds_difference, by: [sex, age], reference: {sex: m}}',
    says: /names a value of each column: sex, age/,
  },
  {
    name: 'an aggregate of one rate',
    gate: '{metric: demographic_parity_difference, by: [sex], agg: mean}',
    says: /only equalized odds/,
  },
  {
    name: 'a comparison that the name contradicts',
    gate: '{metric: demographic_parity_difference, by: [sex], compare: ratio}',
    says: /is a difference/,
  },
  {
    name: 'edges that fall',
    gate: '{metric: demographic_parity_difference, by: [{column: age, bins: [30, 18]}]}',
    says: /edges must ascend/,
  },
]) {
  test(`a bias gate: ${name} is refused`, () => {
    const text = `${MINIMAL}gates: {bias: [${gate}]}\n`;

    assert.throws(() => parseModelConfig({ path: 'model.yaml', text }), says);
  });
}

for (const { name, text, line, says } of [
  { name: 'an unknown key', text: `${MINIMAL}gatez: {}\n`, line: 10, says: /did you mean `gates`/ },
  {
    name: 'a key at the wrong place',
    text: `${MINIMAL}command: x\n`,
    line: 10,
    says: /command: unknown key here; it belongs elsewhere$/m,
  },
  {
    name: 'an unknown key inside a list',
    text: `${MINIMAL}gates:\n  benchmark:\n    - metric: roc_auc\n      minn: 0.7\n`,
    line: 13,
    says: /did you mean `min`/,
  },
  {
    name: 'a gate without its metric',
    text: `${MINIMAL}gates: {benchmark: [{min: 0.7}]}\n`,
    line: 10,
    says: /metric: missing; one of roc_auc, /,
  },
  {
    name: 'a misspelt metric',
    text: `${MINIMAL}gates: {benchmark: [{metric: roc_acu}]}\n`,
    line: 10,
    says: /metric: unknown value, got "roc_acu"; did you mean `roc_auc`\?$/m,
  },
  {
    name: 'a word like none of the choices',
    text: MINIMAL.replace('task: binary-classification', 'task: credit'),
    line: 2,
    says: /task: expected one of binary-classification, .*forecasting, got "credit"/,
  },
  {
    name: 'a number where a quantity has a unit',
    text: `${MINIMAL}gates: {latency: [{percentile: 99, max: 50}]}\n`,
    line: 10,
    says: /max: expected a duration above nothing, such as 50ms.*, got 50/,
  },
  {
    name: 'a key of one of several forms',
    text: `${MINIMAL}gates: {latency: [{percentile: 99, max: 50ms, at: {rate: 100}}]}\n`,
    line: 10,
    says: /at\.rate: expected a rate above nothing, such as 200\/s or 30\/min, got 100/,
  },
  {
    name: 'a misspelt key of one of several forms',
    text: `${MINIMAL}gates: {bias: [{metric: roc_auc, by: [{colum: age, bins: [30]}], max: 0.1}]}\n`,
    line: 10,
    says: /by\.0\.colum: unknown key; did you mean `column`/,
  },
  {
    name: 'a wrong type',
    text: MINIMAL.replace('threshold: 0.5', 'threshold: high'),
    line: 9,
    says: /number/,
  },
  {
    name: 'a threshold by a metric that is best at an extreme',
    text: MINIMAL.replace('threshold: 0.5', 'threshold: {maximize: recall}'),
    line: 9,
    says: /threshold\.maximize: expected one of accuracy, balanced_accuracy, f1, .*, got "recall"/,
  },
  {
    name: 'a threshold to be chosen where there is none',
    text: MINIMAL.replace('threshold: 0.5', 'threshold: {maximize: f1}').replace(
      'binary-classification',
      'regression',
    ),
    line: 9,
    says: /the task regression has no threshold to choose/,
  },
  {
    name: 'a path that leaves the repository',
    text: MINIMAL.replace('data/holdout.lock', '../holdout.lock'),
    line: 6,
    says: /inside the repository/,
  },
  {
    name: 'a value of the wrong form',
    text: `${MINIMAL}rollout: {target: eu, steps: [{weight: 5, for: 10 minutes}]}\n`,
    line: 10,
    says: /such as 50ms, 10s, 20m, 24h or 7d, got "10 minutes"/,
  },
  {
    name: 'a step that lasts no time',
    text: `${MINIMAL}rollout: {target: eu, steps: [{weight: 5, for: 0.0s}]}\n`,
    line: 10,
    says: /expected a duration above nothing.*got "0\.0s"/,
  },
  {
    name: 'an upper limit on a ratio, which every unfair model keeps',
    text: `${MINIMAL}gates: {bias: [{metric: demographic_parity_ratio, by: [sex], max: 0.8}]}\n`,
    line: 10,
    says: /gates\.bias\.0\.max: demographic_parity_ratio is fair at 1: its limit is `min`, got 0\.8/,
  },
  {
    name: 'a lower limit on a difference',
    text: `${MINIMAL}gates: {bias: [{metric: equalized_odds_difference, by: [sex], min: 0.1}]}\n`,
    line: 10,
    says: /equalized_odds_difference is fair at 0: its limit is `max`, got 0\.1/,
  },
  {
    name: 'a ranking without its query',
    text: MINIMAL.replace('binary-classification', 'ranking'),
    line: 5,
    says: /evaluate\.query: the task ranking needs it/,
  },
  {
    name: 'a gate on a metric that the task does not have',
    text: `${MINIMAL}gates: {benchmark: [{metric: ndcg, min: 0.8}]}\n`,
    line: 10,
    says: /gates\.benchmark\.0\.metric: it is not defined for the task binary-classification, got "ndcg"/,
  },
  { name: 'a missing key', text: MINIMAL.replace('  label: defaulted\n', ''), line: 5, says: /label/ },
  {
    name: 'a key that is there twice',
    text: `${MINIMAL}gates:\n  data: {contract: a.yaml}\n  data: {contract: b.yaml}\n`,
    line: 12,
    says: /data: the key is there twice/,
  },
  { name: 'broken YAML', text: 'name: [credit\n', line: 2, says: /./ },
  {
    name: 'an alias bomb',
    text: `a: &a [1]\nb: [${'*a, '.repeat(200)}]\n`,
    line: 1,
    says: /alias|unknown key/i,
  },
]) {
  test(`${name} is refused with file and line`, () => {
    assert.throws(
      () => parseModelConfig({ path: 'models/credit/model.yaml', text }),
      (error) => {
        assert.ok(error instanceof MergewayError);
        assert.equal(error.code, 'MW_CONFIG_INVALID');
        assert.match(error.message, new RegExp(`^models/credit/model.yaml:${line} `, 'm'));
        assert.match(error.message, says);
        return true;
      },
    );
  });
}

test('thousands of problems are answered with the first fifty, in no time', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1`).join('\n');

  assert.throws(
    () => parseMergewayConfig({ path: 'mergeway.yaml', text }),
    (error) => {
      assert.ok(error instanceof MergewayError);
      assert.equal(error.message.split('\n').length, 51);
      assert.match(error.message, /mergeway\.yaml: and 19950 more$/);
      return true;
    },
  );
});

test('a small text that aliases blow up is refused in no time', () => {
  const many = Array.from({ length: 2000 }, (_, index) => `{name: f${index}, dtype: Bool}`).join(', ');
  const text = `a: &a [${many}]\nb: [${Array.from({ length: 99 }, () => '*a').join(', ')}]\n`;

  assert.throws(() => parseMergewayConfig({ path: 'mergeway.yaml', text }), {
    code: 'MW_CONFIG_INVALID',
    message: 'mergeway.yaml:1 too many YAML aliases',
  });
});

test('a received value is quoted shortly', () => {
  const text = MINIMAL.replace('binary-classification', 'x'.repeat(10_000));

  assert.throws(
    () => parseModelConfig({ path: 'model.yaml', text }),
    (error) => error instanceof MergewayError && error.message.length < 300,
  );
});

test('mergeway.yaml names serving targets', () => {
  const config = parseMergewayConfig({
    path: 'mergeway.yaml',
    text: 'serving: {targets: {eu: {url: "https://eu.example.test"}}}\n',
  });

  assert.deepEqual(config.serving?.targets.eu, { url: 'https://eu.example.test', environment: 'production' });
});

for (const uri of [
  '/etc/passwd',
  '../x',
  'store:../x',
  'store:/x',
  'a/../../x',
  'http://x.test/y',
  'file:///x',
  'a\\b',
]) {
  test(`a data lock can't point at ${uri}`, () => {
    const text = `uri: ${JSON.stringify(uri)}\nsha256: ${'0'.repeat(64)}\n`;

    assert.throws(() => parseDataLock({ path: 'x.lock', text }), { code: 'MW_CONFIG_INVALID' });
  });
}

for (const [text, ms] of [
  ['50ms', 50],
  ['10s', 10_000],
  ['1.5m', 90_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
] as const) {
  test(`${text} is ${ms} ms`, () => {
    assert.equal(durationMs(text), ms);
  });
}
