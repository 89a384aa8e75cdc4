import assert from 'node:assert/strict';
import { access, lstat, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitCheckout } from '#adapters/git/checkout.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { commit, git, repository, trap } from '#test/support/git.ts';

const FILES = { 'train.py': 'print(1)\n', 'data/train.csv': 'id\n1\n' };

test("a commit's files are checked out, whatever the clone has checked out", async (t) => {
  const folder = await repository(t);
  const made = await commit(folder, FILES, { link: 'data/train.csv' });
  await commit(folder, { 'other.py': '' });
  await writeFile(join(folder, 'untracked'), 'x');
  const target = join(await temporaryFolder(t), 'made', 'here');

  await gitCheckout(folder, made, target);

  assert.deepEqual((await readdir(target)).sort(), ['.git', 'data', 'link', 'train.py']);
  assert.equal(await readFile(join(target, 'train.py'), 'utf8'), 'print(1)\n');
  assert.equal(await readlink(join(target, 'link')), 'data/train.csv');
  assert.equal(await git(target, 'rev-parse', 'HEAD'), made);
  assert.equal(await git(target, 'status', '--porcelain'), '');
});

test('what happens to the checkout does not reach the clone', async (t) => {
  const folder = await repository(t);
  const made = await commit(folder, FILES);
  const target = await temporaryFolder(t);
  await gitCheckout(folder, made, target);

  await commit(target, { 'train.py': 'print(2)\n' });
  await git(target, 'branch', 'mine');

  assert.equal(await git(folder, 'rev-parse', 'HEAD'), made);
  assert.equal(await git(folder, 'branch', '--list', 'mine'), '');
});

test('a shallow clone is enough', async (t) => {
  const origin = await repository(t);
  await commit(origin, FILES);
  const second = await commit(origin, { ...FILES, 'train.py': 'print(2)\n' });
  const shallow = await temporaryFolder(t);
  await git(origin, 'clone', '--quiet', '--depth=1', `file://${origin}`, shallow);
  const target = await temporaryFolder(t);

  await gitCheckout(shallow, second, target);

  assert.equal(await readFile(join(target, 'train.py'), 'utf8'), 'print(2)\n');
  assert.equal(await git(target, 'rev-list', '--count', 'HEAD'), '1');
});

test('neither hooks nor filters of the clone run', async (t) => {
  const folder = await repository(t);
  const witness = join(await temporaryFolder(t), 'hooked');
  const made = await commit(folder, { ...FILES, '.gitattributes': '*.csv filter=evil\n' });
  await trap(folder, 'post-checkout', witness);
  await git(folder, 'config', 'filter.evil.smudge', `touch ${witness}; cat`);
  const target = await temporaryFolder(t);

  await gitCheckout(folder, made, target);

  await assert.rejects(access(witness), { code: 'ENOENT' });
  assert.equal(await readFile(join(target, 'data/train.csv'), 'utf8'), 'id\n1\n');
  assert.deepEqual(await readdir(join(target, '.git')).then((names) => names.includes('hooks')), false);
});

for (const [path, link] of [
  ['secrets', '/etc/passwd'],
  ['data/up', '../../outside'],
  ['up', '..'],
  ['config', '.git/config'],
] as const) {
  test(`a link from ${path} to ${link} is refused before anything is checked out`, async (t) => {
    const folder = await repository(t);
    const made = await commit(folder, FILES, { [path]: link });
    const target = await temporaryFolder(t);

    await assert.rejects(gitCheckout(folder, made, target), {
      code: 'MW_CHECKOUT_REFUSED',
      message: `${path} is a symbolic link out of the repository, to ${link}`,
    });
    assert.deepEqual(await readdir(target), []);
  });
}

test('a folder with files in it is not written to', async (t) => {
  const folder = await repository(t);
  const made = await commit(folder, FILES);
  const target = await temporaryFolder(t);
  await writeFile(join(target, 'precious'), 'x');

  await assert.rejects(gitCheckout(folder, made, target), { code: 'MW_CHECKOUT_REFUSED' });
  assert.deepEqual(await readdir(target), ['precious']);
});

test('a commit that the clone lacks is named, and an option is no commit', async (t) => {
  const folder = await repository(t);
  await commit(folder, FILES);
  const target = await temporaryFolder(t);

  for (const wrong of ['1'.repeat(40), '--orphan=x', 'main']) {
    await assert.rejects(gitCheckout(folder, wrong, target), { code: 'MW_COMMIT_NOT_FOUND' });
  }
});

test('submodules are not fetched', async (t) => {
  const folder = await repository(t);
  const inner = await commit(folder, FILES);
  await writeFile(join(folder, '.gitmodules'), '[submodule "v"]\n\tpath = v\n\turl = ext::touch /tmp/x\n');
  await git(folder, 'add', '.gitmodules');
  await git(folder, 'update-index', '--add', '--cacheinfo', `160000,${inner},v`);
  await git(folder, 'commit', '--quiet', '--message=submodule');
  const target = await temporaryFolder(t);

  await gitCheckout(folder, await git(folder, 'rev-parse', 'HEAD'), target);

  assert.ok((await lstat(join(target, 'v'))).isDirectory());
  assert.deepEqual(await readdir(join(target, 'v')), []);
  assert.ok((await stat(join(target, 'train.py'))).isFile());
});
