import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wilsonInterval } from '#core/statistics/wilson.ts';

// R: prop.test(hits, rows, correct = FALSE)
for (const { hits, rows, low, high } of [
  { hits: 0, rows: 10, low: 0, high: 0.277533 },
  { hits: 3, rows: 10, low: 0.107791, high: 0.603222 },
  { hits: 10, rows: 10, low: 0.722467, high: 1 },
]) {
  test(`Wilson's interval of ${hits} in ${rows} is ${low} to ${high}`, () => {
    const interval = wilsonInterval(hits / rows, rows);

    assert.ok(Math.abs(interval.low - low) < 1e-6, String(interval.low));
    assert.ok(Math.abs(interval.high - high) < 1e-6, String(interval.high));
  });
}

test('of no rows, a share may be anything', () => {
  assert.deepEqual(wilsonInterval(0, 0), { low: 0, high: 1 });
});
