import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockLength } from '#core/statistics/block-length.ts';
import { uniform } from '#test/support/numbers.ts';

/** x₍ₜ₎ = φ x₍ₜ₋₁₎ + noise. */
function autoregressive(phi: number, length: number): Float64Array {
  let value = 0;
  return Float64Array.from(uniform(3, length), (u) => {
    value = phi * value + u - 0.5;
    return value;
  });
}

// For an AR(1) series the optimum is known: b = (2 G² / D)^⅓ n^⅓ with 2 G² / D = 3/2 (2φ / (1 − φ²))²: 22.0 for φ = .5, 49.1 for φ = .8.
for (const { phi, low, high } of [
  { phi: 0, low: 1, high: 4 },
  { phi: 0.5, low: 0.6 * 22, high: 1.6 * 22 },
  { phi: 0.8, low: 0.6 * 49.1, high: 1.6 * 49.1 },
]) {
  test(`blocks of an AR(1) series of 4,000 values with φ = ${phi} are ${low.toFixed(0)} to ${high.toFixed(0)} long`, () => {
    const length = blockLength(autoregressive(phi, 4000));

    assert.ok(length >= low && length <= high, `${length}`);
  });
}

test('a constant series and a short one have blocks of 1', () => {
  assert.equal(blockLength(new Float64Array(100).fill(5)), 1);
  assert.equal(blockLength(Float64Array.of(1, 2, 3)), 1);
});
