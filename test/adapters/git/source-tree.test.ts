import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { FIRST, LINK, SECOND, sourceTreeContract } from '#test/contracts/source-tree.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { commit, git, repository } from '#test/support/git.ts';

sourceTreeContract('git', async (t) => {
  const folder = await repository(t);
  const first = await commit(folder, FIRST);
  const second = await commit(folder, SECOND, LINK);
  return { tree: gitSourceTree(folder), commits: [first, second] };
});

test('what is checked out does not matter, and a bare repository is as good', async (t) => {
  const folder = await repository(t);
  const made = await commit(folder, FIRST);
  await writeFile(join(folder, 'README.md'), 'changed, not committed');
  const bare = await temporaryFolder(t);
  await git(folder, 'clone', '--quiet', '--bare', '.', bare);

  for (const place of [folder, bare]) {
    const bytes = await gitSourceTree(place).read(made, 'README.md');
    assert.equal(Buffer.from(bytes ?? []).toString(), 'hello\n');
  }
});

test('tags and expressions resolve to the commit they come to', async (t) => {
  const folder = await repository(t);
  const first = await commit(folder, FIRST);
  await commit(folder, SECOND);
  await git(folder, 'tag', '--annotate', '--message=m', 'credit@v0.0.1', first);
  const tree = gitSourceTree(folder);

  assert.equal(await tree.resolve('credit@v0.0.1'), first);
  assert.equal(await tree.resolve('HEAD~1'), first);
  assert.equal(await tree.resolve(`${first}^{tree}`), undefined);
});

test('a submodule is no file', async (t) => {
  const folder = await repository(t);
  const inner = await commit(folder, FIRST);
  await git(folder, 'update-index', '--add', '--cacheinfo', `160000,${inner},vendored`);
  await git(folder, 'commit', '--quiet', '--message=submodule');
  const outer = await git(folder, 'rev-parse', 'HEAD');

  const entries = await gitSourceTree(folder).list(outer);

  assert.deepEqual(
    entries.map(({ path }) => path),
    ['README.md'],
  );
});

test('a file above the limit is refused with its size', async (t) => {
  const folder = await repository(t);
  const made = await commit(folder, { big: 'x'.repeat(101) });

  await assert.rejects(gitSourceTree(folder, { maxBytes: 100 }).read(made, 'big'), {
    code: 'MW_ARTIFACT_TOO_LARGE',
    message: 'big: 101 bytes; the limit is 100',
  });
});

test('a folder that is no repository is an error with its name', async (t) => {
  const folder = await temporaryFolder(t);

  await assert.rejects(gitSourceTree(folder).resolve('main'), {
    code: 'MW_GIT_FAILED',
    message: new RegExp(folder),
  });
  await assert.rejects(gitSourceTree(join(folder, 'none')).resolve('main'), { code: 'MW_GIT_FAILED' });
  assert.deepEqual(await readdir(folder), []);
});

test('replace refs do not show other contents under a commit', async (t) => {
  const folder = await repository(t);
  const honest = await commit(folder, FIRST);
  const other = await commit(folder, { 'README.md': 'forged\n' });
  await git(folder, 'replace', honest, other);

  const bytes = await gitSourceTree(folder).read(honest, 'README.md');

  assert.equal(Buffer.from(bytes ?? []).toString(), 'hello\n');
});
