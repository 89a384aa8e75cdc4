import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStepCounters } from '#serving/counters.ts';

const GOOD = { failed: false, slow: false };

test('when the memory for keys is full, known keys stay known and new ones are reported, not counted', () => {
  const counters = createStepCounters(2);

  for (const key of ['a', 'b', 'c', 'a', 'd']) counters.record('canary', key, GOOD);
  counters.record('canary', undefined, GOOD);

  assert.equal(counters.read().canary.units, 3);
  assert.equal(counters.uncounted(), 2);
});

test('a reading does not change afterwards', () => {
  const counters = createStepCounters();
  const before = counters.read();

  counters.record('champion', undefined, { failed: true, slow: true });

  assert.deepEqual(before.champion, { units: 0, errors: 0, slow: 0 });
  assert.deepEqual(counters.read().champion, { units: 1, errors: 1, slow: 1 });
});
