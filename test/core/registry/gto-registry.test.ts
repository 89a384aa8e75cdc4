import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryTags } from '#adapters/memory/annotated-tags.ts';
import { digestOf } from '#core/digest.ts';
import type { AnnotatedTags } from '#core/ports/annotated-tags.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { modelRegistryContract } from '#test/contracts/model-registry.ts';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const DIGEST = digestOf('a model');
const NOON = Date.UTC(2026, 0, 2, 12, 0, 0);

modelRegistryContract('GTO tags in memory', () => ({
  registry: gtoRegistry(memoryTags()),
  commits: [A, B],
}));

async function names(tags: AnnotatedTags): Promise<readonly string[]> {
  return (await tags.list()).map(({ name }) => name);
}

test('the tags of a canary that goes to production are the ones gto would write', async () => {
  const tags = memoryTags();
  const registry = gtoRegistry(tags);

  await registry.register({ model: 'credit', commit: A, digest: DIGEST, at: NOON });
  for (const stage of ['canary', 'production'] as const) {
    await registry.assign({ model: 'credit', version: 'v0.0.1', stage, at: NOON });
    await registry.assign({ model: 'credit', version: 'v0.0.1', stage, at: NOON });
  }
  await registry.unassign({ model: 'credit', version: 'v0.0.1', stage: 'canary', at: NOON });

  assert.deepEqual(await names(tags), [
    'credit@v0.0.1',
    'credit#canary#1',
    'credit#production#2',
    'credit#canary!#3',
  ]);
});

test('every new tag is a second younger, so that no tool sees two events at once', async () => {
  const tags = memoryTags();
  const registry = gtoRegistry(tags);

  await registry.register({ model: 'credit', commit: A, digest: DIGEST, at: NOON });
  await registry.assign({ model: 'credit', version: 'v0.0.1', stage: 'canary', at: NOON - 5000 });

  assert.deepEqual(
    (await tags.list()).map(({ at }) => at),
    [NOON, NOON + 1000],
  );
});

test('a note that claims another digest does not win over the registered one', async () => {
  const registry = gtoRegistry(memoryTags());
  const note = `innocent\nMergeway-Digest: ${digestOf('an evil model')}`;

  await registry.register({ model: 'credit', commit: A, digest: DIGEST, at: NOON, note });

  assert.equal((await registry.state('credit')).versions[0]?.digest, DIGEST);
});

test('a name that another writer takes first is not the end', async () => {
  const tags = memoryTags();
  let stolen = false;
  const racing: AnnotatedTags = {
    list: tags.list,
    async create(tag) {
      if (!stolen) {
        stolen = true;
        await tags.create({ ...tag, commit: B });
      }
      return tags.create(tag);
    },
  };

  const version = await gtoRegistry(racing).register({
    model: 'credit',
    commit: A,
    digest: DIGEST,
    at: NOON,
  });

  assert.equal(version.version, 'v0.0.2');
  assert.deepEqual(await names(tags), ['credit@v0.0.1', 'credit@v0.0.2']);
});

test('a name that is always taken is reported after a few tries', async () => {
  let tries = 0;
  const stubborn: AnnotatedTags = {
    list: async () => [],
    create: async (tag) => {
      tries++;
      const there = memoryTags();
      await there.create(tag);
      await there.create(tag);
    },
  };

  const registered = gtoRegistry(stubborn).register({ model: 'credit', commit: A, digest: DIGEST, at: NOON });

  await assert.rejects(registered, { code: 'MW_TAG_EXISTS' });
  assert.equal(tries, 5);
});
