import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatGtoTag, type GtoTag, parseGtoTag } from '#core/registry/gto-tag.ts';

for (const { name, tag } of [
  {
    name: 'credit@v1.2.3',
    tag: { artifact: 'credit', counter: undefined, action: 'register', version: 'v1.2.3' },
  },
  {
    name: 'credit@v1.2.3-rc.1+build.7',
    tag: { artifact: 'credit', counter: undefined, action: 'register', version: 'v1.2.3-rc.1+build.7' },
  },
  {
    name: 'credit@v1.2.3!#4',
    tag: { artifact: 'credit', counter: 4, action: 'deregister', version: 'v1.2.3' },
  },
  { name: 'credit#prod', tag: { artifact: 'credit', counter: undefined, action: 'assign', stage: 'prod' } },
  { name: 'credit#prod#12', tag: { artifact: 'credit', counter: 12, action: 'assign', stage: 'prod' } },
  { name: 'credit#prod!#13', tag: { artifact: 'credit', counter: 13, action: 'unassign', stage: 'prod' } },
  { name: 'credit@deprecated#2', tag: { artifact: 'credit', counter: 2, action: 'deprecate' } },
  {
    name: 'some/folder=credit@v0.0.1',
    tag: { artifact: 'some/folder:credit', counter: undefined, action: 'register', version: 'v0.0.1' },
  },
  { name: 'm@v0.0.1', tag: { artifact: 'm', counter: undefined, action: 'register', version: 'v0.0.1' } },
] satisfies { name: string; tag: GtoTag }[]) {
  test(`${name} is read and written`, () => {
    assert.deepEqual(parseGtoTag(name), tag);
    assert.equal(formatGtoTag(tag), name);
  });
}

for (const name of [
  'credit@v1',
  'credit@0.0.1',
  'credit@v1.2.3#',
  'credit@v01.2.3',
  'credit@created',
  'credit@deprecated!',
  'credit',
  'v1.2.3',
  '-credit@v1.2.3',
  'credit-@v1.2.3',
  'credit#',
  'credit#prod!!',
  'credit@v1.2.3\n',
  ' credit@v1.2.3',
  `${'a'.repeat(300)}@v1.2.3`,
]) {
  test(`${JSON.stringify(name.slice(0, 20))} is no GTO tag`, () => {
    assert.equal(parseGtoTag(name), undefined);
  });
}

const word = fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-/_]{0,20}[a-zA-Z0-9])?$/);
const folder = fc.stringMatching(/^[a-zA-Z0-9-_./]{1,20}$/);
const number = fc.nat({ max: 999 });
const version = fc.tuple(number, number, number).map((parts) => `v${parts.join('.')}`);
const counter = fc.option(fc.nat(), { nil: undefined });
const artifact = fc.oneof(
  word,
  fc.tuple(folder, word).map(([a, b]) => `${a}:${b}`),
);

test('what is written is read again as it was', () => {
  const tag: fc.Arbitrary<GtoTag> = fc.oneof(
    fc.record({ artifact, counter, action: fc.constantFrom('register', 'deregister'), version }),
    fc.record({ artifact, counter, action: fc.constantFrom('assign', 'unassign'), stage: word }),
    fc.record({ artifact, counter, action: fc.constant('deprecate') }),
  ) as fc.Arbitrary<GtoTag>;

  fc.assert(fc.property(tag, (one) => assert.deepEqual(parseGtoTag(formatGtoTag(one)), { ...one })));
});

test('any text is read or refused, quickly, and what is read is written as it was', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.stringMatching(/^[a-z@#!=v.0-9-]{0,250}$/),
  );

  fc.assert(
    fc.property(text, (name) => {
      const tag = parseGtoTag(name);
      if (tag && !/#0\d+$/.test(name)) assert.equal(formatGtoTag(tag), name);
    }),
  );
});
