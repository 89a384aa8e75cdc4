import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommands } from '#core/commands/parse.ts';

for (const { name, comment, expected } of [
  { name: 'a command alone', comment: '/mergeway status', expected: [['status']] },
  {
    name: 'words after the name',
    comment: '/mergeway Rollback credit now',
    expected: [['rollback', 'credit', 'now']],
  },
  {
    name: 'two commands among prose',
    comment: 'Well.\r\n/mergeway status\r\nand\r\n  /mergeway rollback\r\n',
    expected: [['status'], ['rollback']],
  },
  { name: 'no name', comment: '/mergeway', expected: [['']] },
  { name: 'a quote', comment: '> /mergeway rollback', expected: [] },
  { name: 'the middle of a line', comment: 'try /mergeway rollback', expected: [] },
  { name: 'another word', comment: '/mergewayish status', expected: [] },
  { name: 'a fence', comment: '```\n/mergeway rollback\n```', expected: [] },
  { name: 'a fence that is never closed', comment: '~~~sh\n/mergeway rollback', expected: [] },
  {
    name: 'what follows a fence',
    comment: '````\n```\n/mergeway rollback\n````\n/mergeway status',
    expected: [['status']],
  },
  { name: 'indented code', comment: '    /mergeway rollback', expected: [] },
  { name: 'an HTML comment', comment: '<!--\n/mergeway rollback\n-->', expected: [] },
  { name: 'an HTML comment that is never closed', comment: '<!--\n/mergeway rollback', expected: [] },
]) {
  test(`${name} holds ${expected.length === 0 ? 'no command' : expected.map(([word]) => word || 'a bare call').join(' and ')}`, () => {
    const parsed = parseCommands(comment).map((command) => [command.name, ...command.words]);

    assert.deepEqual(parsed, expected);
  });
}

test('a comment of a hundred commands is five', () => {
  assert.equal(parseCommands('/mergeway rollback\n'.repeat(100)).length, 5);
});
