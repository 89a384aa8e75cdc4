import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { lnBeta, lnGamma, lnUpperTail } from '#core/rollout/beta.ts';
import {
  type ErrorSplit,
  lnEvidenceDifferent,
  lnEvidenceWorse,
  rateRatioInterval,
} from '#core/rollout/error-rate.ts';

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);
}

// Worked out with mpmath at 40 digits, by the series DLMF 8.17.8.
for (const { name, actual, expected } of [
  { name: 'ln Γ(0.05)', actual: lnGamma(0.05), expected: 2.968879201051731 },
  { name: 'ln Γ(100.5)', actual: lnGamma(100.5), expected: 361.4355404677776 },
  { name: 'ln Γ(10⁶)', actual: lnGamma(1e6), expected: 12815504.56914761 },
  { name: 'ln B(0.5, 9.5)', actual: lnBeta(0.5, 9.5), expected: -0.540129116359501 },
  { name: 'ln P(Beta(0.5, 9.5) > 0.05)', actual: lnUpperTail(0.05, 0.5, 9.5), expected: -1.109036024768852 },
  { name: 'ln P(Beta(2, 3) > 0.9)', actual: lnUpperTail(0.9, 2, 3), expected: -5.599422459331958 },
  {
    name: 'ln P(Beta(0.5, 1009.5) > 0.5), a chance of 1e-306',
    actual: lnUpperTail(0.5, 0.5, 1009.5),
    expected: -703.4170933651393,
  },
  {
    name: 'ln P(Beta(500.5, 9509.5) > 0.05)',
    actual: lnUpperTail(0.05, 500.5, 9509.5),
    expected: -0.7041854960314848,
  },
]) {
  test(`${name} is exact to ten digits`, () => {
    near(actual, expected, 1e-10 * Math.max(1, Math.abs(expected)));
  });
}

// Published vectors of arXiv 2011.03567's two-sided form, and of the one-sided form.
for (const { canary, total, share, priorEvents, expected } of [
  { canary: 20, total: 30, share: 0.5, priorEvents: 1, expected: -0.236425 },
  { canary: 20, total: 30, share: 0.5, priorEvents: 100, expected: 0.256219 },
  { canary: 95, total: 145, share: 0.5, priorEvents: 1, expected: 4.383399 },
  { canary: 12, total: 20, share: 0.5, priorEvents: 2, expected: -0.925378 },
  { canary: 30, total: 100, share: 0.1, priorEvents: 10, expected: 12.607603 },
]) {
  test(`two-sided ln E of ${canary} in ${total} at ${share}, k = ${priorEvents} is ${expected}`, () => {
    near(lnEvidenceDifferent({ canary, total, share, priorEvents }), expected, 5e-7);
  });
}

// The first two are published; the others were worked out with mpmath at 40 digits.
for (const { expected, ...split } of [
  { canary: 12, total: 20, share: 0.5, priorEvents: 2, expected: -0.444997 },
  { canary: 30, total: 100, share: 0.1, expected: 13.555848 },
  { canary: 0, total: 1, share: 0.05, expected: -0.078204 },
  { canary: 0, total: 2000, share: 0.05, expected: -4.950567 },
  { canary: 1000, total: 1000, share: 0.05, expected: 2943.402114 },
  { canary: 12, total: 40, share: 0.25, tolerance: 0.5, expected: -0.851441 },
  { canary: 4, total: 10, share: 0.05, expected: 3.58528 },
  { canary: 0, total: 0, share: 0.05, expected: 0 },
] as readonly (ErrorSplit & { expected: number })[]) {
  test(`one-sided ln E of ${split.canary} in ${split.total} at ${split.share} is ${expected}`, () => {
    near(lnEvidenceWorse(split), expected, 5e-7);
  });
}

// At 5 % weight and with a champion without errors: E of n canary errors (mpmath).
for (const { errors, e, rejectsAlone, rejectsAmongThree } of [
  { errors: 3, e: 34.21, rejectsAlone: false, rejectsAmongThree: false },
  { errors: 4, e: 185.31, rejectsAlone: true, rejectsAmongThree: false },
  { errors: 5, e: 1192.29, rejectsAlone: true, rejectsAmongThree: true },
]) {
  test(`${errors} errors of a 5 % canary beside a clean champion are E = ${e}`, () => {
    const actual = Math.exp(lnEvidenceWorse({ canary: errors, total: errors, share: 0.05 }));

    near(actual, e, 0.01);
    assert.equal(actual >= 1 / 0.01, rejectsAlone, 'α = .01 for one guard');
    assert.equal(actual >= 3 / 0.01, rejectsAmongThree, 'α = .01 over three guards');
  });
}

for (const { share, truth, alpha, atMost } of [
  { share: 0.05, truth: 0.05, alpha: 0.05, atMost: 0.05 },
  { share: 0.5, truth: 0.5, alpha: 0.05, atMost: 0.05 },
  { share: 0.25, truth: 0.15, alpha: 0.05, atMost: 0.01 },
]) {
  test(`looking after each of 300 events, a canary with ${truth} of them at weight ${share} is rejected at most ${atMost} of the time`, () => {
    const random = seededRandom(`A/A ${share} ${truth}`);
    const paths = 1500;
    const rejected = Array.from({ length: paths }).filter(() => {
      let canary = 0;
      for (let total = 1; total <= 300; total++) {
        if (random.next() < truth) canary++;
        if (lnEvidenceWorse({ canary, total, share }) >= Math.log(1 / alpha)) return true;
      }
      return false;
    }).length;

    assert.ok(rejected / paths <= atMost, `${rejected} of ${paths}`);
  });
}

test('the interval of the rate ratio covers the truth at every look', () => {
  const random = seededRandom('coverage');
  const [share, ratio, alpha, paths] = [0.1, 3, 0.05, 300];
  const truth = (share * ratio) / (share * ratio + 1 - share);

  const missed = Array.from({ length: paths }).filter(() => {
    let canary = 0;
    for (let total = 1; total <= 200; total++) {
      if (random.next() < truth) canary++;
      const { low, high = Number.POSITIVE_INFINITY } = rateRatioInterval({ canary, total, share, alpha });
      if (ratio < low || ratio > high) return true;
    }
    return false;
  }).length;

  assert.ok(missed / paths <= alpha, `${missed} of ${paths}`);
});

test('the interval of the rate ratio shrinks onto the ratio of the rates', () => {
  const { low, high } = rateRatioInterval({ canary: 25_000, total: 100_000, share: 0.1, alpha: 0.01 });

  // 25,000 errors on a tenth of the traffic against 75,000 on nine tenths: three times the rate.
  near(low, 3, 0.15);
  near(high ?? 0, 3, 0.15);
  assert.ok(low < 3 && (high ?? 0) > 3);
});

test('an arm without errors leaves the ratio open on its side', () => {
  assert.equal(rateRatioInterval({ canary: 0, total: 50, share: 0.1, alpha: 0.01 }).low, 0);
  assert.equal(rateRatioInterval({ canary: 5, total: 5, share: 0.1, alpha: 0.01 }).high, undefined);
});
