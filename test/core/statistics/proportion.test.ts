import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareInterval } from '#core/statistics/proportion.ts';

// Without hits, and with nothing else, by hand: 1 − (α/2)^(1/n) and (α/2)^(1/n). The others from tables of the exact interval.
for (const { hits, trials, low, high } of [
  { hits: 0, trials: 100, low: 0, high: 1 - 0.025 ** (1 / 100) },
  { hits: 10, trials: 10, low: 0.025 ** (1 / 10), high: 1 },
  { hits: 0, trials: 0, low: 0, high: 1 },
  { hits: 1, trials: 20, low: 0.0012651, high: 0.2487328 },
  { hits: 5, trials: 10, low: 0.187086, high: 0.812914 },
]) {
  test(`${hits} of ${trials} is a share of ${low.toFixed(4)} to ${high.toFixed(4)}`, () => {
    const interval = shareInterval(hits, trials);

    assert.ok(
      Math.abs(interval.low - low) < 1e-7 && Math.abs(interval.high - high) < 1e-7,
      JSON.stringify(interval),
    );
  });
}

test('a smaller alpha widens the interval', () => {
  const [usual, strict] = [shareInterval(5, 1000), shareInterval(5, 1000, 0.0005)];

  assert.ok(strict.low < usual.low && strict.high > usual.high);
});
