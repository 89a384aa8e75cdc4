/** The import rule (design: ARCHITECTURE.md, "Layers"), checked on every source file; a failure names file and line. */

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const PURE_LIBRARIES = ['zod', 'yaml', '@noble/hashes', 'croner'];

interface Import {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

type Rule = (target: string, file: string) => boolean;

/** What each layer may import: `#layer/…`, its own relative files, packages. */
const LAYERS: Readonly<Record<string, Rule>> = {
  core: (target) => within(target, ['#core']) || isLibrary(target, PURE_LIBRARIES),
  adapters: (target, file) =>
    within(target, ['#core', `#adapters/${file.split('/')[1]}`]) || isPackage(target),
  actions: (target) => within(target, ['#core', '#adapters', '#actions']) || isPackage(target),
  app: (target) => within(target, ['#core', '#adapters', '#app']) || isPackage(target),
  serving: (target) => within(target, ['#core', '#adapters', '#serving']) || isPackage(target),
  cli: (target) => isEntryPoint(target) || within(target, ['#cli']) || isPackage(target),
  docs: (target) =>
    within(target, ['#core', '#actions', '#cli', '#app', '#serving', '#docs']) || isPackage(target),
  bench: (target) => !target.startsWith('#demo'),
};

/** What `cli` may open: the registry of commands, the doors' entry points, and the words of errors and outcomes. */
const ENTRY_POINTS = [
  '#actions/index.ts',
  '#actions/command.ts',
  '#app/main.ts',
  '#serving/main.ts',
  '#core/errors.ts',
  '#core/version.ts',
];

for (const [layer, allowed] of Object.entries(LAYERS)) {
  test(`${layer} imports only what its layer may`, () => {
    const offenders = importsOf(layer).filter(({ target, file }) => !allowed(resolved(target, file), file));

    assert.deepEqual(
      offenders.map(({ file, line, target }) => `${file}:${line} imports ${target}`),
      [],
    );
  });
}

test('the rules know no clock, no chance and no environment', () => {
  const forbidden =
    /\b(Date\.now|new Date\(\)|Math\.random|process\.[a-z]|globalThis\.|setTimeout|setInterval|fetch\()/;
  const offenders = sources('core').flatMap((file) =>
    codeLines(file)
      .filter(({ text }) => forbidden.test(text))
      .map(({ line, text }) => `${file}:${line} ${text.trim()}`),
  );

  assert.deepEqual(offenders, []);
});

test('nothing imports the demo', () => {
  const offenders = [...Object.keys(LAYERS), 'test']
    .flatMap(importsOf)
    .filter(
      ({ target, file }) => resolved(target, file).startsWith('#demo') && !file.startsWith('test/demo/'),
    );

  assert.deepEqual(offenders, []);
});

function sources(layer: string): readonly string[] {
  return globSync(`${layer}/**/*.ts`).filter((file) => !file.endsWith('.d.ts'));
}

function importsOf(layer: string): readonly Import[] {
  return sources(layer).flatMap((file) =>
    codeLines(file).flatMap(({ line, text }) => {
      const target = /(?:from|import)\s*\(?\s*'([^']+)'/.exec(text)?.[1];
      return target ? [{ file, line, target }] : [];
    }),
  );
}

/** Lines that are not comments. */
function codeLines(file: string): readonly { readonly line: number; readonly text: string }[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((text, index) => ({ line: index + 1, text }))
    .filter(({ text }) => !/^\s*(\/\/|\/?\*)/.test(text));
}

/** Relative imports as `#layer/…`, so that one rule judges both spellings. */
function resolved(target: string, file: string): string {
  if (!target.startsWith('.')) return target;
  return `#${new URL(target, `file:///${file}`).pathname.slice(1)}`;
}

function within(target: string, roots: readonly string[]): boolean {
  return roots.some((root) => target === root || target.startsWith(`${root}/`));
}

function isEntryPoint(target: string): boolean {
  return ENTRY_POINTS.includes(target);
}

function isPackage(target: string): boolean {
  return !target.startsWith('#') && !target.startsWith('.');
}

function isLibrary(target: string, libraries: readonly string[]): boolean {
  return libraries.some((library) => target === library || target.startsWith(`${library}/`));
}
