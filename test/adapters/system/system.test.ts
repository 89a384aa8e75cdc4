import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#adapters/system/clock.ts';
import { stderrProgress } from '#adapters/system/progress.ts';
import { systemRandom } from '#adapters/system/random.ts';
import { systemTimer } from '#adapters/system/timer.ts';

test('the clock tells milliseconds since 1970', () => {
  const before = Date.now();
  const now = systemClock().now();

  assert.ok(now >= before && now <= Date.now());
});

test('random numbers lie in [0, 1) and spread over it', () => {
  const random = systemRandom();
  const numbers = Array.from({ length: 10_000 }, () => random.next());
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

  assert.ok(numbers.every((number) => number >= 0 && number < 1));
  assert.equal(new Set(numbers).size, 10_000);
  // The mean of 10,000 uniform numbers has a standard error of 0.0029: this is seven of them.
  assert.ok(Math.abs(mean - 0.5) < 0.02);
});

test('the timer is not early, and does not wait for what is past', async () => {
  const timer = systemTimer();
  const due = performance.now() + 1;

  await timer.until(due);
  const woken = performance.now();
  await timer.until(due);

  assert.ok(woken >= due);
});

test('progress is a line with the time since the start', () => {
  const written: string[] = [];
  let now = 5000;
  const progress = stderrProgress('train', { write: (text) => void written.push(text), now: () => now });

  progress.say('checking out');
  now += 12_345;
  progress.say('trained\n\u001b[2Jmodel');

  assert.deepEqual(written, [
    'mergeway train    0.0 s  checking out\n',
    'mergeway train   12.3 s  trained [2Jmodel\n',
  ]);
});

test('quiet progress says nothing', () => {
  const written: string[] = [];
  stderrProgress('train', { quiet: true, write: (text) => void written.push(text) }).say('hello');

  assert.deepEqual(written, []);
});
