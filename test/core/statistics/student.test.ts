import assert from 'node:assert/strict';
import { test } from 'node:test';
import { studentAbove, studentLimit, welchFreedom } from '#core/statistics/student.ts';

// Tables of Student's t; 3.0902 is the normal's thousandth. With one degree of freedom ½ − arctan(t)/π.
for (const [t, freedom, expected] of [
  [2.262157, 9, 0.025],
  [4.780913, 9, 0.0005],
  [-2.262157, 9, 0.975],
  [3, 1, 0.5 - Math.atan(3) / Math.PI],
  [3.090232, 1e9, 0.001],
  [0, 5, 0.5],
  [Number.POSITIVE_INFINITY, 5, 0],
] as const) {
  test(`P(T > ${t}) with ${freedom} degrees of freedom is ${expected}`, () => {
    assert.ok(Math.abs(studentAbove(t, freedom) - expected) < 2e-7, String(studentAbove(t, freedom)));
  });
}

// (4 + 1)² / (16/9 + 1/19) = 13.66.
test('degrees of freedom of a difference by Welch and Satterthwaite', () => {
  const freedom = welchFreedom([
    { error: 2, freedom: 9 },
    { error: 1, freedom: 19 },
  ]);

  assert.ok(Math.abs(freedom - 25 / (16 / 9 + 1 / 19)) < 1e-12);
  assert.equal(welchFreedom([{ error: 0, freedom: 9 }]), 1);
});

// Tables of Student's t (scipy.stats.t.ppf).
for (const [tail, freedom, expected] of [
  [0.025, 9, 2.2621571628],
  [0.025, 1, 12.7062047362],
  [0.001, 30, 3.3851848668],
] as const) {
  test(`${tail} of Student's t with ${freedom} degrees of freedom lie above ${expected}`, () => {
    assert.ok(Math.abs(studentLimit(tail, freedom) - expected) < 1e-7);
  });
}
