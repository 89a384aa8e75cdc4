/** What every source tree promises. `make` gives a repository whose branch `main` has two commits. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { SourceTree } from '#core/ports/source-tree.ts';

export interface MadeTree {
  readonly tree: SourceTree;
  /** Commits of `main`, oldest first: one for each of FIRST and SECOND. */
  readonly commits: readonly [string, string];
}

/** Files of the first commit. */
export const FIRST = { 'README.md': 'hello\n' };

/** Files of the second commit, which also has the symbolic link `link` to `README.md`. */
export const SECOND = {
  'README.md': 'hello again\n',
  'models/credit/model.yaml': 'name: credit\n',
  'models/credit/übergröße ü#1?.txt': 'a path with everything\n',
  'data/bytes.bin': new Uint8Array([0, 255, 254, 10, 13, 0]),
  empty: '',
};

export const LINK = { link: 'README.md' };

export function sourceTreeContract(name: string, make: (t: TestContext) => Promise<MadeTree>): void {
  test(`${name}: branches and commits resolve to commit ids`, async (t) => {
    const { tree, commits } = await make(t);
    const [first, second] = commits;

    assert.equal(await tree.resolve('main'), second);
    assert.equal(await tree.resolve(first), first);
  });

  test(`${name}: what is no ref names nothing`, async (t) => {
    const { tree } = await make(t);

    for (const ref of [
      'nowhere',
      '--output=stolen',
      '-h',
      'main:README.md',
      '',
      'a b',
      '0'.repeat(40),
      '../main',
    ]) {
      assert.equal(await tree.resolve(ref), undefined, ref);
    }
  });

  test(`${name}: a listing has every blob with git's ids and modes, sorted by path`, async (t) => {
    const { tree, commits } = await make(t);

    const entries = await tree.list(commits[1]);

    // Ids by `git hash-object`.
    assert.deepEqual(entries, [
      { path: 'README.md', blob: '13ab7f7412573d479aa8b41ce1e29a9f9f2a62d5', mode: '100644' },
      { path: 'data/bytes.bin', blob: 'c27a403a9b08cf0c318efa733590da37bd3101be', mode: '100644' },
      { path: 'empty', blob: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', mode: '100644' },
      { path: 'link', blob: '42061c01a1c70097d1e4579f29a5adf40abdec95', mode: '120000' },
      { path: 'models/credit/model.yaml', blob: '05692ab25e3ce97036e682b0d7d6a51a5a66dac0', mode: '100644' },
      {
        path: 'models/credit/übergröße ü#1?.txt',
        blob: '4f419ca3a3b13832e7733ae785e20bd462e25550',
        mode: '100644',
      },
    ]);
  });

  test(`${name}: files are read as they were at the commit, byte for byte`, async (t) => {
    const { tree, commits } = await make(t);
    const read = async (commit: string, path: string) =>
      Buffer.from((await tree.read(commit, path)) ?? 'absent');

    assert.equal((await read(commits[0], 'README.md')).toString(), 'hello\n');
    assert.equal((await read(commits[1], 'README.md')).toString(), 'hello again\n');
    assert.deepEqual(await read(commits[1], 'data/bytes.bin'), Buffer.from(SECOND['data/bytes.bin']));
    assert.equal(
      (await read(commits[1], 'models/credit/übergröße ü#1?.txt')).toString(),
      'a path with everything\n',
    );
    assert.equal((await read(commits[1], 'empty')).byteLength, 0);
  });

  test(`${name}: folders, and paths that are not the listing's, are no files`, async (t) => {
    const { tree, commits } = await make(t);

    for (const path of [
      'absent',
      'models',
      'models/credit/',
      '../README.md',
      './README.md',
      '/etc/passwd',
      ':/',
      '',
    ]) {
      assert.equal(await tree.read(commits[1], path), undefined, path);
    }
  });

  test(`${name}: an unknown commit is an error, not an empty tree`, async (t) => {
    const { tree } = await make(t);

    for (const commit of ['1'.repeat(40), 'main', '--help']) {
      await assert.rejects(tree.list(commit), { code: 'MW_COMMIT_NOT_FOUND' });
      await assert.rejects(tree.read(commit, 'README.md'), { code: 'MW_COMMIT_NOT_FOUND' });
    }
  });
}
