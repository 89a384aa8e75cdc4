import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { marked } from 'marked';
import { commentJson, escapeMarkdown } from '#core/report/escape.ts';

for (const { name, text, expected } of [
  {
    name: 'a metric and its interval stay readable',
    text: 'roc_auc is 0.80 [0.78, 0.82]',
    expected: 'roc_auc is 0.80 [0.78, 0.82]',
  },
  { name: 'a mention notifies nobody', text: 'ask @security', expected: 'ask @&#8203;security' },
  { name: 'a reference links nothing', text: 'see #12', expected: 'see #&#8203;12' },
  { name: 'the other reference neither', text: 'see GH-12', expected: 'see GH-&#8203;12' },
  { name: 'an address is no link', text: 'https://evil.example', expected: 'https:&#8203;//evil.example' },
  { name: 'nor one without a scheme', text: 'www.evil.example', expected: 'www&#8203;.evil.example' },
  { name: 'a cell does not end', text: 'a|b', expected: 'a&#124;b' },
  { name: 'a line does not end', text: 'a\n\n## Passed', expected: 'a #&#8203;#&#8203; Passed' },
  { name: 'text does not turn around', text: 'a\u202Eb', expected: 'a b' },
  { name: 'a link is text', text: '[x](y)', expected: '[x&#93;(y)' },
  { name: 'a symbol is no verdict', text: ':white_check_mark:', expected: ':&#8203;white_check_mark:' },
  { name: 'a long text is cut visibly', text: 'x'.repeat(400), expected: `${'x'.repeat(299)}…` },
]) {
  test(name, () => {
    assert.equal(escapeMarkdown(text), expected);
  });
}

const hostile = fc.array(
  fc.constantFrom(
    '<script>',
    '<!--',
    '-->',
    '[a]',
    '(http://e.x)',
    '![i](j)',
    '`',
    '``',
    '**',
    '_',
    '~~',
    '|',
    '\\',
    '\n',
    '\n\n',
    '# ',
    '> ',
    '- ',
    '@me',
    'https://e.x',
    'www.e.x',
    '<a href=x>',
    '&lt;',
    '&#64;',
    '$$',
    'a',
    ' ',
    '[^1]',
    '::',
    'me@e.x',
    'http:',
    '//',
    'ww',
    'w.',
  ),
  { maxLength: 12 },
);

test('whatever is written, Markdown makes plain text of it, in one table cell', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const html = marked.parse(`| a |\n| --- |\n| x ${escapeMarkdown(parts.join(''))} y |`, {
        gfm: true,
      }) as string;

      const tags = [...html.matchAll(/<(\/?[a-z]+)/g)].map(([, tag]) => tag);
      assert.deepEqual(
        tags.filter((tag) => !/^\/?(table|thead|tbody|tr|th|td)$/.test(String(tag))),
        [],
        html,
      );
      assert.equal(tags.filter((tag) => tag === 'td').length, 1, html);
    }),
    { numRuns: 500 },
  );
});

test('no value ends an HTML comment, and JSON reads it back', () => {
  fc.assert(
    fc.property(fc.string(), hostile, (text, parts) => {
      const value = { model: text + parts.join('') };

      const written = commentJson(value);

      assert.doesNotMatch(written, /[<>]|--/);
      assert.deepEqual(JSON.parse(written), value);
    }),
  );
});
