/** What the documents say of the tree is true of the tree. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { mergeway } from '#test/support/command-line.ts';

const PLACES = /`((?:core|adapters|actions|app|serving|cli|templates|test|bench|demo|docs)\/[\w./-]+)`/g;

for (const document of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/app.md', 'docs/threat-model.md']) {
  test(`every file that ${document} names is there`, () => {
    const named = [...readFileSync(document, 'utf8').matchAll(PLACES)].map(([, path]) => path ?? '');
    const missing = named.filter((path) => path !== 'adapters/x' && !existsSync(path));

    assert.ok(named.length > 0);
    assert.deepEqual(missing, []);
  });
}

test('every npm script that README.md and CONTRIBUTING.md name exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const text = readFileSync('README.md', 'utf8') + readFileSync('CONTRIBUTING.md', 'utf8');
  const named = [...text.matchAll(/npm (?:run )?(test(?::long)?|check|demo|bench|generate)\b/g)].map(
    ([, name]) => name ?? '',
  );

  assert.deepEqual(
    named.filter((name) => !(name in scripts)),
    [],
  );
});

test('every link to a file in the documents leads somewhere', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    const links = [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, path]) => path ?? '',
    );

    assert.deepEqual(
      links.filter((path) => !existsSync(path)),
      [],
      document,
    );
  }
});

const README = readFileSync('README.md', 'utf8');
const plainFiles = /## Try one part[\s\S]+?```sh\n([\s\S]+?)```/.exec(README)?.[1] ?? '';
const commands = plainFiles
  .replaceAll('$quickstart', /^quickstart=(.+)$/m.exec(plainFiles)?.[1] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('mergeway '))
  .map((line) => line.split(' ').slice(1));

test('README.md has commands for plain files', () => assert.ok(commands.length >= 5));

for (const args of commands.filter(([name]) => name !== 'serve')) {
  test(`\`mergeway ${args.slice(0, 2).join(' ')}\` of README.md runs as it is written`, async () => {
    const { code, stderr } = await mergeway(args);

    assert.notEqual(code, 2, stderr);
    assert.notEqual(code, 4, stderr);
  });
}
