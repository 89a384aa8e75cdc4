import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { MergewayError } from '#core/errors.ts';
import { affectedModels } from '#core/flows/affected-models.ts';
import { policyOf, servingTarget } from '#core/flows/policy.ts';
import { baseFiles, modelYaml, SERVING_URL } from '#test/support/line.ts';

const PATH = 'models/credit/model.yaml';

test("gates are the base's and the training is the head's", async () => {
  const source = memorySourceTree();
  const base = source.commit(baseFiles());
  const loosened = modelYaml({ gates: '{}' }).replace('train.py', 'trees.py');
  const head = source.commit(baseFiles({ [PATH]: loosened }), { branch: 'feature' });

  const { config, from } = await policyOf(source, { model: 'credit', base, head });

  assert.equal(from, 'base');
  assert.equal(config.gates.benchmark[0]?.min, 0.75);
  assert.equal(config.train.command, 'python trees.py');
});

test('how many seeds gates ask for is policy: a pull request trains fewer, and is asked for as many', async () => {
  const source = memorySourceTree();
  const seeds = (runs: number) => modelYaml().replace('train.py}', `train.py, seeds: ${runs}}`);
  const base = source.commit(baseFiles({ [PATH]: seeds(5) }));
  const head = source.commit(baseFiles({ [PATH]: seeds(1) }), { branch: 'feature' });

  const { config } = await policyOf(source, { model: 'credit', base, head });

  assert.equal(config.train.seeds, 5);
  assert.deepEqual(await affectedModels(source, { base, head }), []);
});

for (const { name, url } of [
  { name: 'eu', url: SERVING_URL },
  { name: 'us', url: undefined },
  { name: 'constructor', url: undefined },
  { name: '__proto__', url: undefined },
]) {
  test(`the serving target ${name} is ${url ?? 'nowhere'}`, async () => {
    const source = memorySourceTree();
    const commit = source.commit(baseFiles());

    assert.equal((await servingTarget(source, name, [commit]))?.url, url);
  });
}

test('a base whose configuration is broken counts every model as changed', async () => {
  const source = memorySourceTree();
  const base = source.commit(baseFiles({ [PATH]: 'name: [' }));
  const head = source.commit(baseFiles(), { branch: 'feature' });

  const affected = await affectedModels(source, { base, head });

  assert.deepEqual(
    affected.map(({ model }) => model),
    ['credit'],
  );
});

test('a base that can not be reached is trouble, not a change', async () => {
  const source = memorySourceTree();
  const base = source.commit(baseFiles());
  const head = source.commit(baseFiles({ 'README.md': 'words' }), { branch: 'feature' });
  const away = {
    ...source,
    read: async (commit: string, path: string) => {
      if (commit === base) throw new MergewayError('MW_FORGE_UNREACHABLE', 'GitHub did not answer');
      return source.read(commit, path);
    },
  };

  await assert.rejects(affectedModels(away, { base, head }), { code: 'MW_FORGE_UNREACHABLE' });
});
