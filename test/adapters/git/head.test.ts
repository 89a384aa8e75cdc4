import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gitHead, gitIdentity } from '#adapters/git/head.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { commit, git, repository } from '#test/support/git.ts';

test('HEAD is a commit and the branch it is on', async (t) => {
  const folder = await repository(t);
  const made = await commit(folder, { a: '1' });

  assert.deepEqual(await gitHead(folder), { commit: made, branch: 'main' });

  await git(folder, 'checkout', '--quiet', '--detach');
  assert.deepEqual(await gitHead(folder), { commit: made });
});

test('a repository without a commit, and a folder that is none, have no HEAD', async (t) => {
  await assert.rejects(gitHead(await repository(t)), { code: 'MW_GIT_FAILED' });
  await assert.rejects(gitHead(await temporaryFolder(t)), { code: 'MW_GIT_FAILED' });
});

test("the identity is the repository's", async (t) => {
  const folder = await repository(t);
  await git(folder, 'config', 'user.name', 'Grace');
  await git(folder, 'config', 'user.email', 'grace@example.com');

  assert.deepEqual(await gitIdentity(folder), { name: 'Grace', email: 'grace@example.com' });
});
