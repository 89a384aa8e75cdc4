import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changeText, inputChanges } from '#core/candidate/input-changes.ts';
import { inputDigest } from '#core/candidate/input-digest.ts';
import { ModelConfig } from '#core/config/model.ts';
import type { TreeEntry } from '#core/ports/source-tree.ts';

function file(path: string, blob = path, mode = '100644'): TreeEntry {
  return { path, blob, mode };
}

const TREE = [
  file('README.md'),
  file('requirements.lock'),
  file('src/credit/features.py'),
  file('src/credit/train.py'),
];
const LOCKS = { 'data/train.lock': { uri: 'data/train.parquet', sha256: '1'.repeat(64) } };

function model(
  changes: { code?: string[]; command?: string; params?: Record<string, number>; timeout?: string } = {},
) {
  const {
    code = ['src/credit/**', 'requirements.lock'],
    command = 'python -m credit.train',
    params = { depth: 6 },
  } = changes;
  return ModelConfig.parse({
    name: 'credit',
    task: 'binary-classification',
    inputs: { code, data: ['data/train.lock'] },
    train: { command, params, timeout: changes.timeout ?? '6h' },
    evaluate: { data: 'data/holdout.lock', key: 'id', label: 'late', predict: { output: 'probabilities' } },
  });
}

const BASE = { tree: TREE, model: model(), locks: LOCKS };
const before = inputDigest(BASE);

test('the digest is fixed for good: another release finds the same candidate', () => {
  // Worked out with Python: sha256 over json.dumps(…, sort_keys=True, separators=(',', ':')).
  assert.equal(before.digest, 'sha256:0f5673e109d93affb2cb830c45c684a29f769eeb735473bfe6097d55fdfe6954');
});

for (const { name, inputs } of [
  { name: 'a file that no glob matches', inputs: { ...BASE, tree: [...TREE, file('docs/new.md')] } },
  { name: 'the order of the files', inputs: { ...BASE, tree: TREE.toReversed() } },
  {
    name: 'the order of the globs, or one that matches the same again',
    inputs: { ...BASE, model: model({ code: ['requirements.lock', 'src/credit/**', 'src/**/train.py'] }) },
  },
  { name: "the training's time limit", inputs: { ...BASE, model: model({ timeout: '1h' }) } },
  {
    name: "the place of a data lock's file",
    inputs: { ...BASE, locks: { 'data/train.lock': { uri: 'store:t.parquet', sha256: '1'.repeat(64) } } },
  },
]) {
  test(`${name} does not change the digest`, () => {
    const after = inputDigest(inputs);

    assert.equal(after.digest, before.digest);
    assert.deepEqual(inputChanges(before.parts, after.parts).map(changeText), []);
  });
}

for (const { name, inputs, change } of [
  {
    name: 'a changed file',
    inputs: { ...BASE, tree: [...TREE.slice(0, 3), file('src/credit/train.py', 'other')] },
    change: ['code src/credit/train.py: changed'],
  },
  {
    name: 'a new file',
    inputs: { ...BASE, tree: [...TREE, file('src/credit/more.py')] },
    change: ['code src/credit/more.py: added'],
  },
  {
    name: 'a removed file',
    inputs: { ...BASE, tree: TREE.slice(0, 3) },
    change: ['code src/credit/train.py: removed'],
  },
  {
    name: 'a file that became a symbolic link',
    inputs: {
      ...BASE,
      tree: [...TREE.slice(0, 3), file('src/credit/train.py', 'src/credit/train.py', '120000')],
    },
    change: ['code src/credit/train.py: changed'],
  },
  {
    name: 'other data',
    inputs: { ...BASE, locks: { 'data/train.lock': { uri: 'data/train.parquet', sha256: '2'.repeat(64) } } },
    change: ['data data/train.lock: changed'],
  },
  {
    name: 'another parameter',
    inputs: { ...BASE, model: model({ params: { depth: 7 } }) },
    change: ['parameter depth: 6 → 7'],
  },
  {
    name: 'another command',
    inputs: { ...BASE, model: model({ command: 'make' }) },
    change: ['command: python -m credit.train → make'],
  },
]) {
  test(`${name} changes the digest, and the report can say what`, () => {
    const after = inputDigest(inputs);

    assert.notEqual(after.digest, before.digest);
    assert.deepEqual(inputChanges(before.parts, after.parts).map(changeText), change);
  });
}

test('a glob that matches nothing is refused, with the way to name a folder', () => {
  const empty = { ...BASE, model: model({ code: ['src/credit'] }) };

  assert.throws(() => inputDigest(empty), {
    code: 'MW_INPUTS_EMPTY',
    message: /for the whole folder write "src\/credit\/\*\*"/,
  });
});

test('a data lock that is not there is refused', () => {
  assert.throws(() => inputDigest({ ...BASE, locks: {} }), {
    code: 'MW_CONFIG_MISSING',
    message: /data\/train\.lock/,
  });
});

test('a glob beyond the limits is refused as configuration', () => {
  const costly = { ...BASE, model: model({ code: ['{a,b}'.repeat(9)] }) };

  assert.throws(() => inputDigest(costly), { code: 'MW_CONFIG_INVALID' });
});

test('whatever order git lists the tree in, the digest is the same', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(TREE, { minLength: TREE.length }), (tree) => {
      assert.equal(inputDigest({ ...BASE, tree }).digest, before.digest);
    }),
  );
});

const FEATURES = {
  service: `sha256:${'a'.repeat(64)}`,
  time: 'departs_at',
  sources: { 'data/weather.lock': `sha256:${'3'.repeat(64)}`, 'data/carriers.csv': '100644 abc' },
  defaults: { temp: 10 },
};
const featured = inputDigest({ ...BASE, features: FEATURES });

test('with features the digest is another one, and fixed for good too', () => {
  // Worked out with Python, as above.
  assert.equal(featured.digest, 'sha256:d44ac99cd129b863f79f7d6a20f73bf27723707e18783593a17acfb6bc3c93f3');
});

for (const { name, features, change } of [
  {
    name: 'another service',
    features: { ...FEATURES, service: `sha256:${'b'.repeat(64)}` },
    change: ['feature service: changed'],
  },
  {
    name: 'another column of the event time',
    features: { ...FEATURES, time: 'arrives_at' },
    change: ['feature event time: changed'],
  },
  {
    name: 'other data of a source',
    features: { ...FEATURES, sources: { ...FEATURES.sources, 'data/carriers.csv': '100644 def' } },
    change: ['feature source data/carriers.csv: changed'],
  },
  {
    name: 'one source less',
    features: { ...FEATURES, sources: { 'data/carriers.csv': '100644 abc' } },
    change: ['feature source data/weather.lock: removed'],
  },
  {
    name: 'another default',
    features: { ...FEATURES, defaults: { temp: 11 } },
    change: ['default temp: 10 → 11'],
  },
  {
    name: 'no features any more',
    features: undefined,
    change: [
      'feature event time: removed',
      'feature service: removed',
      'feature source data/carriers.csv: removed',
      'feature source data/weather.lock: removed',
      'default temp: removed (10)',
    ],
  },
]) {
  test(`${name} changes the digest, and the report can say what`, () => {
    const after = inputDigest({ ...BASE, features });

    assert.notEqual(after.digest, featured.digest);
    assert.deepEqual(inputChanges(featured.parts, after.parts).map(changeText), change);
  });
}
