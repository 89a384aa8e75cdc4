import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsForPowerWithSeeds, seedSpread, widenBySeeds } from '#core/statistics/seeds.ts';

const NORMAL = { point: 0, low: -1.959963984540054, high: 1.959963984540054 };

test('three runs at .78, .80 and .82 deviate by .02', () => {
  const { deviation, runs } = seedSpread([0.78, 0.8, 0.82]);

  assert.ok(Math.abs(deviation - 0.02) < 1e-12);
  assert.equal(runs, 3);
});

for (const { name, deviation, runs, freedom, half } of [
  // ν = (1 + s²)² / (s⁴ / (k − 1)), t(.975, ν)·√(1 + s²); t from R's qt
  { name: 'seeds as uncertain as the rows, five runs', deviation: 1, runs: 5, freedom: 16, half: 2.9980086 },
  { name: 'seeds twice as uncertain, three runs', deviation: 2, runs: 3, freedom: 3.125, half: 6.9575 },
]) {
  test(`an interval holds both parts of the error: ${name}`, () => {
    const wide = widenBySeeds(NORMAL, { deviation, runs });

    assert.ok(Math.abs((wide.freedom ?? 0) - freedom) < 1e-9, `${wide.freedom}`);
    assert.ok(Math.abs(wide.high - half) < 5e-3, `${wide.high}`);
    assert.equal(wide.low, -wide.high);
  });
}

test('seeds that all agree leave an interval as it is', () => {
  const interval = { point: 0.8, low: 0.7, high: 0.85, freedom: 12 };

  assert.deepEqual(widenBySeeds(interval, { deviation: 0, runs: 3 }), { low: 0.7, high: 0.85, freedom: 12 });
});

test('a lopsided interval stays so', () => {
  const wide = widenBySeeds({ point: 0.95, low: 0.9, high: 0.97 }, { deviation: 0.01, runs: 5 });

  assert.ok(0.95 - wide.low > wide.high - 0.95);
  assert.ok(wide.low < 0.9 && wide.high > 0.97);
});

test('more rows tell a distance beyond what seeds differ by, and none tells one within it', () => {
  const asked = { rows: 1000, error: Math.hypot(0.01, 0.002), tail: 0.025 };
  const spread = { deviation: 0.002, runs: 5 };

  const needed = rowsForPowerWithSeeds({ ...asked, distance: 0.02 }, spread);

  assert.ok(needed > 1000 && needed < 5000, `${needed}`);
  assert.equal(rowsForPowerWithSeeds({ ...asked, distance: 0.004 }, spread), Number.POSITIVE_INFINITY);
});
