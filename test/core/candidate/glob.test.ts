import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { globMatcher } from '#core/candidate/glob.ts';

for (const { glob, yes, no } of [
  {
    glob: 'requirements.lock',
    yes: ['requirements.lock'],
    no: ['a/requirements.lock', 'requirements.lock.bak'],
  },
  {
    glob: 'src/*.py',
    yes: ['src/a.py', 'src/.py', 'src/.hidden.py'],
    no: ['src/a/b.py', 'src/a.pyc', 'a.py'],
  },
  { glob: 'src/**', yes: ['src/a.py', 'src/a/b/c.py', 'src/.env'], no: ['src2/a.py', 'a/src/b.py'] },
  { glob: '**/*.py', yes: ['a.py', 'a/b.py', 'a/b/c.py'], no: ['a.pyc'] },
  {
    glob: 'src/**/test/*.py',
    yes: ['src/test/a.py', 'src/x/y/test/a.py'],
    no: ['src/x/a.py', 'src/test/x/a.py'],
  },
  { glob: '**', yes: ['a', 'a/b'], no: [] },
  { glob: 'a?.py', yes: ['ab.py'], no: ['a.py', 'abc.py', 'a/.py'] },
  { glob: '*.{py,lock}', yes: ['a.py', 'a.lock'], no: ['a.{py,lock}', 'a.txt'] },
  { glob: '{src,lib/{a,b}}/x', yes: ['src/x', 'lib/a/x', 'lib/b/x'], no: ['lib/x'] },
  { glob: './src/a.py', yes: ['src/a.py'], no: ['./src/a.py'] },
  { glob: 'a[b].py', yes: ['a[b].py'], no: ['ab.py'] },
  { glob: 'a{b.py', yes: ['a{b.py'], no: ['ab.py'] },
  { glob: '{a}.py', yes: ['{a}.py'], no: ['a.py'] },
  { glob: 'a*b*c', yes: ['abc', 'aXbYc', 'abbc', 'abcbc'], no: ['ab', 'acb'] },
  { glob: 'src/**/**/a', yes: ['src/a', 'src/x/a'], no: ['a'] },
]) {
  test(`${glob} matches ${yes.join(', ')} and not ${no.join(', ') || 'less'}`, () => {
    const matches = globMatcher(glob);

    assert.deepEqual(yes.filter(matches), yes);
    assert.deepEqual(no.filter(matches), []);
  });
}

for (const glob of ['{a,b}'.repeat(9), 'a'.repeat(1001)]) {
  test(`${glob.slice(0, 20)}… is refused: it costs too much`, () => {
    assert.throws(() => globMatcher(glob), RangeError);
  });
}

test('no glob makes matching slow: stars against a long name, within 100 ms', () => {
  const matches = globMatcher(`${'*a'.repeat(40)}b/${'**/'.repeat(40)}c`);
  const started = performance.now();

  assert.equal(matches(`${'a'.repeat(200)}/${'x/'.repeat(100)}y`), false);
  assert.ok(performance.now() - started < 100);
});

test('a path without special characters is a glob for itself alone', () => {
  const path = fc
    .stringMatching(/^[a-z._-]{1,8}(\/[a-z._-]{1,8}){0,4}$/)
    .filter((one) => !one.startsWith('./'));

  fc.assert(
    fc.property(path, path, (one, other) => {
      assert.equal(globMatcher(one)(one), true);
      assert.equal(globMatcher(one)(other), one === other);
    }),
  );
});
