import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachesFurther, reachInto } from '#core/skew/reach.ts';

const HOUR = 3_600_000;
/** A day: a twentieth of it is 72 minutes. */
const DAY = { from: 0, to: 24 * HOUR };

for (const { name, sources, expected } of [
  { name: 'sources that nobody knows', sources: undefined, expected: 'behind' },
  { name: 'sources that end before it', sources: -HOUR, expected: 'behind' },
  { name: 'sources that end at 22:00', sources: 22 * HOUR, expected: 'behind' },
  { name: 'sources that end just before 22:48', sources: 22.8 * HOUR - 1, expected: 'behind' },
  { name: 'sources that end at 22:48', sources: 22.8 * HOUR, expected: 'near' },
  { name: 'sources that end just before midnight', sources: 24 * HOUR - 1, expected: 'near' },
  { name: 'sources that end at midnight', sources: 24 * HOUR, expected: 'whole' },
  { name: 'sources that never end', sources: Number.POSITIVE_INFINITY, expected: 'whole' },
]) {
  test(`for a day, ${name} are ${expected}`, () => {
    assert.equal(reachInto(DAY, sources), expected);
  });
}

for (const { name, before, now, expected } of [
  { name: 'sources that came near', before: 10 * HOUR, now: 23 * HOUR, expected: true },
  { name: 'sources that came beyond the end', before: 23 * HOUR, now: 25 * HOUR, expected: true },
  { name: 'sources that were found', before: undefined, now: 25 * HOUR, expected: true },
  {
    name: 'an hour more of sources that are still behind',
    before: 10 * HOUR,
    now: 11 * HOUR,
    expected: false,
  },
  { name: 'minutes more of sources that were near', before: 23 * HOUR, now: 23.5 * HOUR, expected: false },
  { name: 'sources that reached the end', before: 24 * HOUR, now: 48 * HOUR, expected: false },
  { name: 'sources that are gone', before: 24 * HOUR, now: undefined, expected: false },
]) {
  test(`${name} ${expected ? 'tell' : 'do not tell'} more of a window`, () => {
    assert.equal(reachesFurther(DAY, { before, now }), expected);
  });
}
