import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { binomial } from '#core/rollout/sampling.ts';

for (const { trials, chance } of [
  { trials: 20, chance: 0.3 },
  { trials: 5000, chance: 0.001 },
  { trials: 6000, chance: 0.05 },
  { trials: 100, chance: 0.9 },
]) {
  test(`${trials} trials at ${chance} have the binomial's mean and variance`, () => {
    const random = seededRandom(`${trials} ${chance}`);
    const runs = 20_000;
    const drawn = Array.from({ length: runs }, () => binomial(random, trials, chance));

    const mean = drawn.reduce((sum, one) => sum + one, 0) / runs;
    const variance = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / runs;
    const expected = trials * chance * (1 - chance);
    assert.ok(Math.abs(mean - trials * chance) < 4 * Math.sqrt(expected / runs), `mean ${mean}`);
    assert.ok(Math.abs(variance / expected - 1) < 0.05, `variance ${variance}, not ${expected}`);
    assert.ok(drawn.every((one) => Number.isInteger(one) && one >= 0 && one <= trials));
  });
}

for (const { trials, chance, expected } of [
  { trials: 0, chance: 0.5, expected: 0 },
  { trials: 10, chance: 0, expected: 0 },
  { trials: 10, chance: 1, expected: 10 },
]) {
  test(`${trials} trials at ${chance} are ${expected}`, () => {
    assert.equal(binomial(seededRandom('x'), trials, chance), expected);
  });
}
