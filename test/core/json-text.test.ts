import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStrictJson } from '#core/json-text.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

for (const text of [
  '{"a":{"a":1},"b":[{"a":"a"},{"a":"b"}]}',
  '[1e308, -0.5E-3, 0, true, null, "\\ud83d\\ude00"]',
  '{"a":"{\\"a\\":1,","b":"\\\\"}',
  '"text"',
  ` ${'['.repeat(64)}${']'.repeat(64)} `,
]) {
  test(`JSON that everybody reads alike is read: ${text.slice(0, 40)}`, () => {
    assert.deepEqual(parseStrictJson(utf8(text)), JSON.parse(text));
  });
}

for (const { name, text, why } of [
  { name: 'a key twice', text: '{"b":{"a":1,"a":2}}', why: /"a" is there twice/ },
  { name: 'a key twice in two spellings', text: '{"a":1,"\\u0061":2}', why: /"a" is there twice/ },
  { name: 'a key twice around a list', text: '{"a":[{"a":1},[]],"a":2}', why: /twice/ },
  { name: '__proto__', text: '[{"__proto__":null}]', why: /__proto__/ },
  { name: '__proto__ in another spelling', text: '{"__pr\\u006fto__":1}', why: /__proto__/ },
  { name: 'a number that overflows', text: '[1,-1e999]', why: /-1e999/ },
  { name: 'half of a character', text: '["\\udc00"]', why: /half of a character/ },
  { name: 'half of a character in a key', text: '{"\\ud83d":1}', why: /half of a character/ },
  { name: 'nesting of 65', text: `${'['.repeat(65)}${']'.repeat(65)}`, why: /deeper than 64/ },
  { name: 'nesting of 500,000', text: `${'{"a":'.repeat(5e5)}1${'}'.repeat(5e5)}`, why: /deeper than 64/ },
  { name: 'a byte order mark', text: '\ufeff{}', why: /./ },
  { name: 'NaN', text: '[NaN]', why: /./ },
  { name: 'text behind it', text: '{} {}', why: /./ },
]) {
  test(`JSON with ${name} is refused`, () => {
    assert.throws(() => parseStrictJson(utf8(text)), { name: 'SyntaxError', message: why });
  });
}

test('bytes that are no UTF-8 are refused', () => {
  assert.throws(() => parseStrictJson(Uint8Array.of(0x22, 0xff, 0x22)));
});
