import assert from 'node:assert/strict';
import { test } from 'node:test';
import { githubAnnotatedTags, type TagCache } from '#adapters/github/annotated-tags.ts';
import type { GitHubClient } from '#adapters/github/client.ts';
import { annotatedTagsContract } from '#test/contracts/annotated-tags.ts';
import { git } from '#test/support/git.ts';
import { gitHub } from '#test/support/github.ts';

const NAME = { owner: 'acme', repo: 'risk' };
const TAGGER = { name: 'Mergeway', email: 'mergeway@example.com' };
const AT = Date.UTC(2026, 0, 2);

annotatedTagsContract('GitHub', async (t) => {
  const { app, push } = await gitHub(t);
  const first = await push('main', { a: '1' });
  const second = await push('main', { a: '2' });
  return { tags: githubAnnotatedTags(app, NAME, { tagger: TAGGER }), commits: [first, second] };
});

test('lightweight tags are left out, and a tag made in a clone is listed', async (t) => {
  const { app, push, clone: cloned, github } = await gitHub(t);
  await push('main', { a: '1' });
  const clone = await cloned();
  await git(clone, 'tag', 'light');
  await git(clone, 'tag', '--annotate', '--message=made by hand', 'credit@v0.0.1');
  await git(clone, 'push', '--quiet', 'origin', '--tags');
  await github.pushed({ repository: 'acme/risk' });

  const tags = await githubAnnotatedTags(app, NAME, { tagger: TAGGER }).list();

  assert.deepEqual(
    tags.map(({ name, by, message }) => ({ name, by, message })),
    [{ name: 'credit@v0.0.1', by: 'Ada <ada@example.com>', message: 'made by hand' }],
  );
});

test('more tags than a page holds are listed, and their objects are fetched once', async (t) => {
  const { app, push } = await gitHub(t);
  const commit = await push('main', { a: '1' });
  const cache: TagCache = new Map();
  const { client, asked } = counting(app);
  const tags = githubAnnotatedTags(client, NAME, { tagger: TAGGER, cache });
  for (let i = 0; i < 35; i++) await tags.create({ name: `credit@v0.0.${i}`, commit, message: 'm', at: AT });

  assert.equal((await tags.list()).length, 35);
  assert.equal((await githubAnnotatedTags(client, NAME, { tagger: TAGGER, cache }).list()).length, 35);

  assert.equal(asked.filter((route) => route.includes('/git/tags/{tag_sha}')).length, 35);
});

test('a tag at a commit that GitHub lacks is refused, and nothing is listed', async (t) => {
  const { app, push } = await gitHub(t);
  await push('main', { a: '1' });
  const tags = githubAnnotatedTags(app, NAME, { tagger: TAGGER });

  await assert.rejects(tags.create({ name: 'lost', commit: '1'.repeat(40), message: 'm', at: AT }), {
    code: /MW_FORGE_(INVALID|NOT_FOUND)/,
  });
  assert.deepEqual(await tags.list(), []);
});

function counting(client: GitHubClient): {
  readonly client: GitHubClient;
  readonly asked: readonly string[];
} {
  const asked: string[] = [];
  return {
    asked,
    client: {
      request(route, parameters) {
        asked.push(route);
        return client.request(route, parameters);
      },
    },
  };
}
