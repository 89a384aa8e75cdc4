import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantText, intervalName, parseInstant } from '#core/intervals/instant.ts';

for (const { text, expected } of [
  { text: '2013-05-01T04:00:00Z', expected: '2013-05-01T04:00:00Z' },
  { text: '2013-05-01 00:00-04:00', expected: '2013-05-01T04:00:00Z' },
  { text: '2013-05-01T04:00:00.250+00:00', expected: '2013-05-01T04:00:00.250Z' },
  { text: '2013-05-01', expected: undefined },
  { text: '2013-05-01T04:00:00', expected: undefined },
  { text: '2013-13-01T04:00:00Z', expected: undefined },
  { text: 'tomorrow', expected: undefined },
  { text: '', expected: undefined },
]) {
  test(`${JSON.stringify(text)} is ${expected ?? 'no instant'}`, () => {
    const instant = parseInstant(text);

    assert.equal(instant === undefined ? undefined : instantText(instant), expected);
  });
}

test('names of intervals sort by time and hold no character that a file system refuses', () => {
  const name = intervalName({
    from: Date.parse('2013-05-01T04:00:00Z'),
    to: Date.parse('2013-05-16T04:00:00.5Z'),
  });

  assert.equal(name, '20130501T040000Z_20130516T040000.500Z');
});
