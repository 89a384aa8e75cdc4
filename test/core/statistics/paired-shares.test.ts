import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Z_95 } from '#core/statistics/interval.ts';
import { pairedShareInterval } from '#core/statistics/paired-shares.ts';
import { wilsonInterval } from '#core/statistics/wilson.ts';

// 1 and 7 of 21: airway hyper-responsiveness before and after transplantation (Bentur 2009), as Fagerland, Lydersen and Laake (2014) give
// Tango's interval. 14 and 9 of 200: by scipy, the score test with its likelihood maximised numerically.
for (const { counts, low, high } of [
  { counts: { rows: 21, ours: 1, theirs: 7 }, low: -0.51723, high: -0.026 },
  { counts: { rows: 200, ours: 14, theirs: 9 }, low: -0.0235288, high: 0.0757203 },
  { counts: { rows: 50, ours: 0, theirs: 0 }, low: -0.0713476, high: 0.0713476 },
]) {
  test(`${counts.ours} and ${counts.theirs} of ${counts.rows} rows that only one has right differ by ${low} to ${high}`, () => {
    const interval = pairedShareInterval(counts, Z_95);

    assert.ok(Math.abs(interval.low - low) < 1e-5, String(interval.low));
    assert.ok(Math.abs(interval.high - high) < 1e-5, String(interval.high));
  });
}

// McNemar's (b − c)² / (b + c): 16 / 4 for 4 and 0 is above 1.96², 9 / 3 for 3 and 0 below.
for (const { ours, told } of [
  { ours: 4, told: true },
  { ours: 3, told: false },
]) {
  test(`the interval leaves 0 out exactly when McNemar's test does: ${ours} to 0 rows`, () => {
    const { low } = pairedShareInterval({ rows: 100, ours, theirs: 0 }, Z_95);

    assert.equal(low > 0, told);
  });
}

// statsmodels' proportion_confint(81, 263, method='wilson'), which is Newcombe's (1998) example.
test("Wilson's interval of 81 in 263", () => {
  const { low, high } = wilsonInterval(81 / 263, 263);

  assert.ok(Math.abs(low - 0.2552885198782742) < 1e-9);
  assert.ok(Math.abs(high - 0.36620957698280004) < 1e-9);
});
