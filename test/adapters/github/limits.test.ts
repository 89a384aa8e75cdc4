import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shorten, shortenLine } from '#adapters/github/limits.ts';

const NOTE = '\n\n**Shortened:** the text is longer than GitHub allows; what is missing stood below.';

test('a text within the limit is left as it is', () => {
  assert.equal(shorten('x'.repeat(65_536), 65_536), 'x'.repeat(65_536));
});

for (const { name, text, limit, expected } of [
  {
    name: 'between lines',
    text: `${'a'.repeat(60)}\n${'b'.repeat(60)}\n${'c'.repeat(60)}\n${'d'.repeat(60)}`,
    limit: 220,
    expected: `${'a'.repeat(60)}\n${'b'.repeat(60)}${NOTE}`,
  },
  {
    name: 'inside a long line, never through a character',
    text: '😀'.repeat(200),
    limit: NOTE.length + 2 + 11,
    expected: `${'😀'.repeat(5)}${NOTE}`,
  },
  {
    name: 'inside a code block, which is closed',
    text: `text\n\`\`\`\n${'code\n'.repeat(100)}\`\`\`\n`,
    limit: NOTE.length + 2 + 24,
    expected: `text\n\`\`\`\ncode\ncode\n\`\`\`${NOTE}`,
  },
  {
    name: 'inside a fold, which is closed',
    text: `<details><summary>s</summary>\n\n${'row\n'.repeat(200)}</details>`,
    limit: NOTE.length + 2 + 60,
    expected: `<details><summary>s</summary>\n\nrow\nrow\nrow\nrow\n\n</details>${NOTE}`,
  },
]) {
  test(`a text is cut ${name}`, () => {
    const shortened = shorten(text, limit);

    assert.equal(shortened, expected);
    assert.ok(shortened.length <= limit);
  });
}

test('a marker that was cut off is put at the end', () => {
  const marker = '<!-- mergeway:credit -->';
  const shortened = shorten(`${'line\n'.repeat(1000)}${marker}`, 500, marker);

  assert.ok(shortened.endsWith(`below.\n${marker}`));
  assert.ok(shortened.length <= 500);
});

test('every limit from small to large is kept, with blocks and folds open anywhere', () => {
  const text = '<details>\n```json\n{"a": 1}\n```\n<details>\nmore 😀\n</details>\n</details>\n'.repeat(30);

  for (let limit = 200; limit < text.length; limit += 7) {
    assert.ok(shorten(text, limit, '<!-- m -->').length <= limit, `limit ${limit}`);
  }
});

test('a line is one line, and ends in an ellipsis when it is too long', () => {
  assert.equal(shortenLine('  promoted\n after 60 min ', 140), 'promoted after 60 min');
  assert.equal(shortenLine('x'.repeat(141), 140), `${'x'.repeat(139)}…`);
  assert.equal(shortenLine('x'.repeat(140), 140), 'x'.repeat(140));
});
