import assert from 'node:assert/strict';
import { test } from 'node:test';
import { githubSourceTree } from '#adapters/github/source-tree.ts';
import { FIRST, LINK, SECOND, sourceTreeContract } from '#test/contracts/source-tree.ts';
import { gitHub } from '#test/support/github.ts';

const NAME = { owner: 'acme', repo: 'risk' };

sourceTreeContract('GitHub', async (t) => {
  const { app, push } = await gitHub(t);
  const first = await push('main', FIRST);
  const second = await push('main', SECOND, LINK);
  return { tree: githubSourceTree(app, NAME), commits: [first, second] };
});

test('a tree that GitHub cuts short is walked folder by folder', async () => {
  const commit = 'c'.repeat(40);
  const blob = (path: string) => ({ path, mode: '100644', type: 'blob', sha: `blob-${path}`, size: 1 });
  const folder = (path: string) => ({ path, mode: '040000', type: 'tree', sha: `tree-${path}` });
  const trees: Record<string, unknown> = {
    [`${commit} recursive`]: { truncated: true, tree: [blob('a')] },
    [commit]: { truncated: false, tree: [blob('a'), folder('big'), folder('small')] },
    'tree-big recursive': { truncated: true, tree: [] },
    'tree-big': { truncated: false, tree: [blob('b'), folder('deep')] },
    'tree-deep recursive': { truncated: false, tree: [blob('c/d'), folder('c')] },
    'tree-small recursive': { truncated: false, tree: [blob('e')] },
  };
  const client = {
    request: async (_: string, { tree_sha, recursive }: Record<string, unknown> = {}) => ({
      status: 200,
      headers: {},
      data: trees[`${tree_sha}${recursive ? ' recursive' : ''}`],
    }),
  };

  const entries = await githubSourceTree(client, NAME).list(commit);

  assert.deepEqual(
    entries.map(({ path }) => path),
    ['a', 'big/b', 'big/deep/c/d', 'small/e'],
  );
});

test('a file above the limit is refused before it is fetched', async (t) => {
  const { app, push } = await gitHub(t);
  const commit = await push('main', { big: 'x'.repeat(101) });

  await assert.rejects(githubSourceTree(app, NAME, { maxBytes: 100 }).read(commit, 'big'), {
    code: 'MW_ARTIFACT_TOO_LARGE',
    message: 'big: 101 bytes; the limit is 100',
  });
});
