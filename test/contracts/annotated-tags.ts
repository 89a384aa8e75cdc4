/** What every place of annotated tags promises. `make` gives one without tags, and a commit that tags may point at. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AnnotatedTags } from '#core/ports/annotated-tags.ts';

export interface TagsFixture {
  readonly tags: AnnotatedTags;
  /** Two commits that exist, 40 hex digits each. */
  readonly commits: readonly [string, string];
}

const NOON = Date.UTC(2026, 0, 2, 12, 0, 0);

export function annotatedTagsContract(
  name: string,
  make: (t: TestContext) => TagsFixture | Promise<TagsFixture>,
): void {
  test(`${name}: nothing is there at first`, async (t) => {
    const { tags } = await make(t);

    assert.deepEqual(await tags.list(), []);
  });

  test(`${name}: a tag comes back with commit, message, time and tagger`, async (t) => {
    const { tags, commits } = await make(t);
    const message = 'Canary credit v0.0.1\n\nKey: {"text":"ümlaut, \\"quotes\\" and $(no) `commands`"}';

    await tags.create({ name: 'credit@v0.0.1', commit: commits[0], message, at: NOON });

    const [tag, ...others] = await tags.list();
    assert.equal(others.length, 0);
    assert.equal(tag?.name, 'credit@v0.0.1');
    assert.equal(tag?.commit, commits[0]);
    assert.equal(tag?.message.trimEnd(), message);
    assert.equal(tag?.at, NOON);
    assert.ok(tag?.by);
  });

  for (const name_ of [
    'credit#canary#2',
    'credit#canary!#3',
    'credit@v0.0.1!',
    'some/folder=credit@v1.2.3-rc.1+b7',
  ]) {
    test(`${name}: the name ${name_} is possible`, async (t) => {
      const { tags, commits } = await make(t);

      await tags.create({ name: name_, commit: commits[0], message: 'a tag', at: NOON });

      assert.deepEqual(
        (await tags.list()).map((tag) => tag.name),
        [name_],
      );
    });
  }

  test(`${name}: a name that is taken is refused and the tag stays where it was`, async (t) => {
    const { tags, commits } = await make(t);
    await tags.create({ name: 'credit@v0.0.1', commit: commits[0], message: 'the first', at: NOON });

    const second = tags.create({
      name: 'credit@v0.0.1',
      commit: commits[1],
      message: 'the second',
      at: NOON,
    });

    await assert.rejects(second, { code: 'MW_TAG_EXISTS' });
    const [tag] = await tags.list();
    assert.equal(tag?.commit, commits[0]);
    assert.equal(tag?.message.trimEnd(), 'the first');
  });

  test(`${name}: lines that git takes for comments are kept`, async (t) => {
    const { tags, commits } = await make(t);
    const message = 'a sentence\n\n# not a comment\nlast line';

    await tags.create({ name: 'credit@v0.0.1', commit: commits[0], message, at: NOON });

    assert.equal((await tags.list())[0]?.message.trimEnd(), message);
  });

  test(`${name}: times are whole seconds and may lie in the past`, async (t) => {
    const { tags, commits } = await make(t);
    await tags.create({ name: 'credit@v0.0.1', commit: commits[0], message: 'one', at: NOON + 999 });
    await tags.create({ name: 'credit@v0.0.2', commit: commits[1], message: 'two', at: NOON - 86_400_000 });

    const times = new Map((await tags.list()).map((tag) => [tag.name, tag.at]));

    assert.equal(times.get('credit@v0.0.1'), NOON);
    assert.equal(times.get('credit@v0.0.2'), NOON - 86_400_000);
  });
}
