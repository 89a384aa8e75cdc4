import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gitAnnotatedTags } from '#adapters/git/annotated-tags.ts';
import { annotatedTagsContract } from '#test/contracts/annotated-tags.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { commit, git, repository, trap } from '#test/support/git.ts';

const TAGGER = { name: 'Mergeway', email: 'mergeway@example.com' };
const AT = Date.UTC(2026, 0, 2);

annotatedTagsContract('git', async (t) => {
  const { folder, commits } = await twoCommits(t);
  return { tags: gitAnnotatedTags(folder, { tagger: TAGGER }), commits };
});

annotatedTagsContract('git with a remote', async (t) => {
  const { folder, commits } = await twoCommits(t);
  await origin(t, folder);
  return { tags: gitAnnotatedTags(folder, { tagger: TAGGER, remote: 'origin' }), commits };
});

test('the tag is an ordinary annotated tag, made at the given instant', async (t) => {
  const { folder, commits } = await twoCommits(t);
  const message = 'Registering\n\n# kept\n';
  await gitAnnotatedTags(folder, { tagger: TAGGER }).create({
    name: 'credit@v0.0.1',
    commit: commits[0],
    message,
    at: AT,
  });

  assert.equal(
    await git(folder, 'cat-file', '-p', 'credit@v0.0.1'),
    `object ${commits[0]}\ntype commit\ntag credit@v0.0.1\ntagger Mergeway <mergeway@example.com> ${AT / 1000} +0000\n\n${message.trim()}`,
  );
});

test('lightweight tags, and tags of trees, are left out', async (t) => {
  const { folder } = await twoCommits(t);
  await git(folder, 'tag', 'light');
  await git(folder, 'tag', '--annotate', '--message=tree', 'tree', 'HEAD^{tree}');
  await git(folder, 'tag', '--annotate', '--message=real', 'real');

  const tags = await gitAnnotatedTags(folder, { tagger: TAGGER }).list();

  assert.deepEqual(
    tags.map(({ name, by, message }) => ({ name, by, message })),
    [{ name: 'real', by: 'Ada <ada@example.com>', message: 'real' }],
  );
});

test('a message as long as a ledger entry may be comes back whole', async (t) => {
  const { folder, commits } = await twoCommits(t);
  const tags = gitAnnotatedTags(folder, { tagger: TAGGER });
  const message = 'x'.repeat(300_000);

  await tags.create({ name: 'long', commit: commits[0], message, at: AT });

  assert.equal((await tags.list())[0]?.message, message);
});

for (const name of [
  '--force',
  '-d',
  'a b',
  'a..b',
  'x.lock',
  'a~1',
  'a^',
  'a:b',
  'a/',
  'a@{1}',
  '',
  'a\nb',
]) {
  test(`'${name.replace('\n', '\\n')}' is no name for a tag`, async (t) => {
    const { folder, commits } = await twoCommits(t);
    const tags = gitAnnotatedTags(folder, { tagger: TAGGER });

    await assert.rejects(tags.create({ name, commit: commits[0], message: 'm', at: AT }), {
      code: 'MW_GIT_FAILED',
    });
    assert.equal(await git(folder, 'tag', '--list'), '');
  });
}

test('a tag at a commit that the clone lacks is refused', async (t) => {
  const { folder } = await twoCommits(t);
  const tags = gitAnnotatedTags(folder, { tagger: TAGGER });

  const lost = tags.create({ name: 'lost', commit: '1'.repeat(40), message: 'm', at: AT });

  await assert.rejects(lost, { code: 'MW_GIT_FAILED' });
  assert.deepEqual(await tags.list(), []);
});

test('what one clone tags, the other lists', async (t) => {
  const { folder, commits } = await twoCommits(t);
  const other = await origin(t, folder);
  await gitAnnotatedTags(folder, { tagger: TAGGER, remote: 'origin' }).create({
    name: 'credit@v0.0.1',
    commit: commits[0],
    message: 'm',
    at: AT,
  });

  const tags = await gitAnnotatedTags(other, { tagger: TAGGER, remote: 'origin' }).list();

  assert.deepEqual(
    tags.map(({ name }) => name),
    ['credit@v0.0.1'],
  );
});

test('of two clones that take the same name one is refused, and keeps no tag of its own', async (t) => {
  const { folder, commits } = await twoCommits(t);
  const other = await origin(t, folder);
  const create = (place: string, message: string) =>
    gitAnnotatedTags(place, { tagger: TAGGER, remote: 'origin' }).create({
      name: 'credit@v0.0.1',
      commit: commits[0],
      message,
      at: AT,
    });
  await create(folder, 'first');

  await assert.rejects(create(other, 'second'), { code: 'MW_TAG_EXISTS' });

  const [tag] = await gitAnnotatedTags(other, { tagger: TAGGER, remote: 'origin' }).list();
  assert.equal(tag?.message, 'first');
});

test('a tag that can not be pushed is not kept', async (t) => {
  const { folder, commits } = await twoCommits(t);
  await git(folder, 'remote', 'add', 'origin', join(folder, 'gone'));
  const tags = gitAnnotatedTags(folder, { tagger: TAGGER, remote: 'origin' });

  await assert.rejects(tags.create({ name: 'lonely', commit: commits[0], message: 'm', at: AT }), {
    code: 'MW_GIT_FAILED',
    message: /pushing the tag lonely to origin/,
  });
  assert.equal(await git(folder, 'tag', '--list'), '');
});

test('hooks do not run, and helper protocols are refused', async (t) => {
  const { folder, commits } = await twoCommits(t);
  await origin(t, folder);
  const witness = join(await temporaryFolder(t), 'hooked');
  for (const hook of ['pre-push', 'reference-transaction']) await trap(folder, hook, witness);
  const tag = { name: 'quiet', commit: commits[0], message: 'm', at: AT };
  await gitAnnotatedTags(folder, { tagger: TAGGER, remote: 'origin' }).create(tag);
  await git(folder, 'remote', 'add', 'evil', `ext::touch ${witness}`);

  await assert.rejects(gitAnnotatedTags(folder, { tagger: TAGGER, remote: 'evil' }).list(), {
    code: 'MW_GIT_FAILED',
  });
  await assert.rejects(gitAnnotatedTags(folder, { tagger: TAGGER, remote: '--upload-pack=x' }).list(), {
    code: 'MW_GIT_FAILED',
  });

  await assert.rejects(access(witness), { code: 'ENOENT' });
});

async function twoCommits(t: TestContext): Promise<{ folder: string; commits: readonly [string, string] }> {
  const folder = await repository(t);
  return { folder, commits: [await commit(folder, { a: '1' }), await commit(folder, { a: '2' })] };
}

/** Gives the clone an origin; returns another clone of it. */
async function origin(t: TestContext, folder: string): Promise<string> {
  const bare = await temporaryFolder(t);
  await git(folder, 'clone', '--quiet', '--bare', '.', bare);
  await git(folder, 'remote', 'add', 'origin', bare);
  const other = await temporaryFolder(t);
  await git(folder, 'clone', '--quiet', bare, other);
  return other;
}
