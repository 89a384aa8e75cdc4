/** Bare names give Evidently's numbers: computed by evidently 0.7.23 with scipy 1.17.1 on the same rows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bucket } from '#core/drift/aligned-histograms.ts';
import { evidentlyChoice } from '#core/drift/evidently/choice.ts';
import { type DriftMeasureName, driftMeasures, measureNamed } from '#core/drift/index.ts';
import type { CountPair, DriftMeasure, SamplePair } from '#core/drift/measure.ts';
import { tfdvDivergence } from '#core/drift/tfdv.ts';
import { lehmer, pairFrom } from '#test/support/samples.ts';

const continuous = pairFrom(
  lehmer(1, 400).map((u) => 10 * u),
  lehmer(2, 300).map((u) => 10 * u ** 1.3),
);
const whole = pairFrom(
  lehmer(3, 500).map((u) => Math.floor(u * 40)),
  lehmer(4, 500).map((u) => Math.floor(u * 44)),
  true,
);
const fewValues = pairFrom(
  lehmer(3, 500).map((u) => Math.floor(u * 4)),
  lehmer(4, 500).map((u) => Math.floor(u ** 1.2 * 4)),
  true,
);
const many = lehmer(5, 12_000).map((u) => 10 * u);
const large = pairFrom(
  many,
  lehmer(6, 11_000).map((u) => 10 * u ** 1.02),
);
const largeMoved = pairFrom(
  many,
  lehmer(6, 11_000).map((u) => 10 * u ** 1.1),
);
const largeShifted = pairFrom(
  many,
  lehmer(6, 11_000).map((u) => 10 * u ** 1.1 - 0.5),
);
const largeAndSmall = pairFrom(
  many,
  lehmer(6, 150).map((u) => 10 * u ** 1.1),
);
const equalSize = pairFrom(
  lehmer(7, 250).map((u) => 10 * u),
  lehmer(8, 250).map((u) => 10 * u ** 1.2),
);

const small = pairFrom(
  lehmer(7, 8).map((u) => 10 * u),
  lehmer(8, 30).map((u) => 10 * u ** 1.2),
);
const tiny = pairFrom(
  lehmer(7, 12).map((u) => 10 * u),
  lehmer(8, 15).map((u) => 10 * u ** 1.2),
);
// Of Evidently's own test.
const eight = pairFrom(
  [38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0],
  [39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8],
);

const moved = categories([50, 30, 20], [40, 40, 20]);
const replaced = categories([50, 30, 20, 0], [40, 40, 0, 20]);
const binary = categories([60, 40], [30, 45]);
const binaryEqual = categories([60, 40], [45, 55]);
const seven = categories([500, 250, 125, 60, 40, 20, 5], [480, 270, 105, 80, 45, 10, 10]);

for (const [method, what, pair, expected] of [
  ['psi', 'numbers', continuous, 0.10796991815408391],
  ['psi', 'whole numbers', whole, 0.6942196622618911],
  ['psi', 'few values, a bin each', fewValues, 0.01810646916614403],
  ['kl_div', 'numbers', continuous, 0.05437056187584166],
  ['kl_div', 'whole numbers', whole, 0.11337465281122365],
  ['jensenshannon', 'numbers', continuous, 0.11544071459692443],
  ['jensenshannon', 'whole numbers', whole, 0.19421036699487704],
  ['hellinger', 'numbers', continuous, 0.11580444993015404],
  ['hellinger', 'whole numbers', whole, 0.09071631763531711],
  ['hellinger', 'few values', fewValues, 0.03726967061723377],
  ['wasserstein', 'numbers', continuous, 0.2180077550198506],
  ['wasserstein', 'whole numbers', whole, 0.1919680571421487],
  ['ed', 'numbers', continuous, 0.3230231069013382],
  ['ks', '400 and 300 rows, exactly', continuous, 0.014261387052429037],
  ['ks', 'two times 250 rows, exactly', equalSize, 0.4665404259526072],
  ['ks', '12,000 and 11,000 rows, asymptotically', large, 0.48759337841649597],
  ['ks', '12,000 rows far apart', largeMoved, 8.814411704821063e-7],
  ['ks', '12,000 and 150 rows', largeAndSmall, 0.6012010166641446],
  ['t_test', 'numbers', continuous, 0.005302493777415472],
  ['t_test', '12,000 rows far apart', largeMoved, 5.634879446359721e-9],
  ['mannw', 'numbers', continuous, 0.998363807254369],
  ['mannw', 'whole numbers, many of them tied', whole, 0.002999501922926015],
  ['mannw', '8 and 30 rows, exactly', small, 0.5765333485796882],
  ['mannw', 'twice 8 rows, exactly', eight, 0.9675213675213675],
  ['anderson', 'numbers', continuous, 0.002446282753645558],
  ['anderson', 'whole numbers beyond the end of the table', whole, 0.001],
  ['anderson', '12,000 rows before its start', large, 0.25],
  ['anderson', "Evidently's own test", eight, 0.0635146772876083],
  ['cramer_von_mises', 'numbers', continuous, 0.003323706263367421],
  ['cramer_von_mises', 'whole numbers, many of them tied', whole, 0.007578641321208668],
  ['cramer_von_mises', '12,000 and 11,000 rows', large, 0.4996004275535296],
  // scipy.stats.cramervonmises_2samp(method='exact'); Evidently counts these in half or single precision.
  ['cramer_von_mises', '12 and 15 rows, exactly', tiny, 0.7553278155714553],
  ['cramer_von_mises', 'twice 8 rows, exactly', eight, 0.06433566433566433],
  ['es', 'numbers', continuous, 0.025503521754778567],
  ['es', 'whole numbers', whole, 7.857706215369181e-8],
  ['es', '12 and 15 rows, corrected', tiny, 0.9218941246677657],
] as const) {
  test(`${method} of ${what} is ${expected}`, () => {
    assertClose(scoreOfSamples(driftMeasures[method], pair), expected);
  });
}

for (const [method, what, pair, expected] of [
  ['psi', 'moved shares', moved, 0.05108256237659909],
  ['psi', 'a new and a vanished category', replaced, 3.089923365701524],
  ['kl_div', 'moved shares', moved, 0.025267153921570557],
  ['kl_div', 'a new and a vanished category', replaced, 1.5445331022738058],
  ['jensenshannon', 'a new and a vanished category', replaced, 0.38078423607862855],
  ['hellinger', 'moved shares', moved, 0.07985138061590795],
  ['hellinger', 'a new and a vanished category', replaced, 0.4542865208062711],
  ['chisquare', 'moved shares', moved, 0.0694834512228015],
  ['chisquare', 'a new category, which is certain drift', replaced, 0],
  ['chisquare', 'seven categories', seven, 0.000833586031068954],
  ['z', 'two categories', binary, 0.008801123765284746],
  ['g_test', 'moved shares', moved, 0.07565733789483609],
  ['g_test', 'seven categories', seven, 0.0010308189957906745],
  ['fisher_exact', 'two categories', binaryEqual, 0.04716548538301931],
] as const) {
  test(`${method} of ${what} is ${expected}`, () => {
    assertClose(scoreOfCounts(driftMeasures[method], pair), expected);
  });
}

// Of tests/stattests/test_stattests.py in Evidently.
for (const [method, pair, expected] of [
  ['chisquare', categories([16, 18, 16, 14, 12, 12], [16, 16, 16, 16, 16, 8]), 0.6730876006966301],
  ['chisquare', categories([32, 36, 32, 28, 24, 24], [16, 16, 16, 16, 16, 8]), 0.6730876006966301],
  ['hellinger', categories([16, 18, 16, 14, 12, 12], [16, 16, 16, 16, 16, 8]), 0.06812774370983345],
  ['g_test', categories([5, 5, 8], [4, 6, 8]), 0.817622013379844],
  ['fisher_exact', categories([6, 0], [0, 6]), 0.0021645021645021645],
] as const) {
  test(`${method} of ${pair.reference} against ${pair.current} is ${expected}`, () => {
    assertClose(scoreOfCounts(driftMeasures[method], pair), expected);
  });
}

test("TVD draws the permutations of numpy with seed 0, so that its p-value is Evidently's", () => {
  const threeValues = {
    categories: 3,
    reference: lehmer(9, 60).map((u) => Math.floor(u * 3)),
    current: lehmer(10, 45).map((u) => Math.floor(u ** 1.3 * 3)),
  };
  const twoValues = {
    categories: 2,
    reference: [...new Array<number>(60).fill(0), ...new Array<number>(40).fill(1)],
    current: [...new Array<number>(30).fill(0), ...new Array<number>(45).fill(1)],
  };

  assert.equal(decided(driftMeasures.TVD, driftMeasures.TVD.rows?.(threeValues)), 0.691);
  assert.equal(decided(driftMeasures.TVD, driftMeasures.TVD.rows?.(twoValues)), 0.005);
});

// NannyML 0.13.1 on the same rows.
for (const [method, what, pair, expected] of [
  ['nannyml.jensenshannon', 'numbers', continuous, 0.14241714940943695],
  ['nannyml.hellinger', 'numbers', continuous, 0.12103164871516642],
  ['nannyml.kolmogorov_smirnov', 'numbers', continuous, 0.11916666666666667],
  ['nannyml.wasserstein', 'numbers', continuous, 0.6253186719293727],
  ['nannyml.kolmogorov_smirnov', '12,000 rows in bins', largeShifted, 0.08491666666666897],
  ['nannyml.wasserstein', '12,000 rows in bins', largeShifted, 0.725172482568271],
] as const) {
  test(`${method} of ${what} is ${expected}`, () => {
    assertClose(scoreOfSamples(driftMeasures[method], pair), expected);
  });
}

// scipy.spatial.distance.jensenshannon(p, q, base=2), its square, and largest differences, on p = [.5, .3, .2], q = [.4, .4, .2];
// NannyML 0.13.1; the other TFDV values are of its own anomalies/metrics_test.cc.
for (const [method, pair, expected] of [
  ['nannyml.jensenshannon', moved, 0.09584323377689244],
  ['tfdv.jensenshannon', moved, 0.009185925460812056],
  ['nannyml.l_infinity', moved, 0.1],
  ['tfdv.l_infinity', categories([0, 90, 10], [30, 0, 70]), 0.9],
  ['tfdv.l_infinity', categories([10, 90], [30, 70]), 0.2],
  ['tfdv.l_infinity', categories([0, 90, 10], [30, 70, 0]), 0.3],
  ['tfdv.normalized_absolute_difference', categories([1, 5], [10, 50]), 45 / 66],
  ['tfdv.normalized_absolute_difference', categories([10, 90], [30, 70]), 0.1],
  ['nannyml.chi2', replaced, 3.0820084564380333e-9],
  ['nannyml.chi2', binary, 0.013630011664755123],
  ['nannyml.hellinger', replaced, 0.454286520806271],
  ['nannyml.jensenshannon', replaced, 0.4573684788666705],
] as const satisfies readonly (readonly [DriftMeasureName, CountPair, number])[]) {
  test(`${method} is ${expected}`, () => {
    assert.ok(Math.abs(scoreOfCounts(driftMeasures[method], pair) - expected) < 1e-9);
  });
}

test("NannyML's left-over bin holds what lies outside the reference", () => {
  const inside = pairFrom([1, 2, 3, 4, 5, 6, 7, 8], [2, 3, 4, 5]);
  const outside = pairFrom([1, 2, 3, 4, 5, 6, 7, 8], [20, 30, 40, 50]);

  assert.ok(scoreOfSamples(driftMeasures['nannyml.jensenshannon'], inside) < 0.5);
  assert.equal(scoreOfSamples(driftMeasures['nannyml.jensenshannon'], outside), 1);
});

// Of TFDV's anomalies/metrics_test.cc.
for (const { name, reference, current, expected } of [
  {
    name: 'other bounds, which are laid over each other',
    reference: [bucket(1, 2, 2), bucket(2, 3, 2)],
    current: [bucket(2, 4, 2), bucket(4, 6, 2)],
    expected: 0.65563906222,
  },
  {
    name: 'nothing in common',
    reference: [bucket(0, 1, 2), bucket(1, 2, 2)],
    current: [bucket(3, 4, 2), bucket(4, 6, 2)],
    expected: 1,
  },
  {
    name: 'one value, which meets no bucket',
    reference: [bucket(1, 1, 4)],
    current: [bucket(2, 4, 2), bucket(4, 6, 2)],
    expected: 1,
  },
  {
    name: 'one value within a bucket, which it does not meet',
    reference: [bucket(3, 3, 4)],
    current: [bucket(2, 4, 2)],
    expected: 1,
  },
  { name: 'the same', reference: [bucket(1, 2, 4)], current: [bucket(1, 2, 3)], expected: 0 },
]) {
  test(`TFDV's divergence of histograms with ${name} is ${expected}`, () => {
    assert.ok(Math.abs(tfdvDivergence(reference, current) - expected) < 1e-10);
  });
}

test('TFDV compares numbers in ten buckets of each side', () => {
  const score = scoreOfSamples(driftMeasures['tfdv.jensenshannon'], pairFrom([0, 10], [0, 5, 10]));

  // Shares .5, 0, 0, 0, 0, 0, 0, 0, 0, .5 and ⅓, 0, 0, 0, 0, ⅓, 0, 0, 0, ⅓.
  const m = (0.5 + 1 / 3) / 2;
  const expected =
    (2 * 0.5 * Math.log2(0.5 / m) + 2 * (1 / 3) * Math.log2(1 / 3 / m) + (1 / 3) * Math.log2(2)) / 2;
  assertClose(score, expected);
});

for (const { rows, distinct, numeric, expected } of [
  { rows: 1000, distinct: 2, numeric: true, expected: 'z' },
  { rows: 1000, distinct: 5, numeric: true, expected: 'chisquare' },
  { rows: 1000, distinct: 6, numeric: true, expected: 'ks' },
  { rows: 1001, distinct: 5, numeric: true, expected: 'jensenshannon' },
  { rows: 1001, distinct: 6, numeric: true, expected: 'wasserstein' },
  { rows: 1000, distinct: 2, numeric: false, expected: 'z' },
  { rows: 1000, distinct: 300, numeric: false, expected: 'chisquare' },
  { rows: 1001, distinct: 2, numeric: false, expected: 'jensenshannon' },
]) {
  test(`of ${rows} ${numeric ? 'numbers' : 'categories'} with ${distinct} values Evidently takes ${expected}`, () => {
    assert.equal(evidentlyChoice({ rows, distinct, numeric }), expected);
  });
}

test("Evidently's function names are known too", () => {
  assert.equal(measureNamed('wasserstein_distance_norm')?.name, 'wasserstein');
  assert.equal(measureNamed('toString'), undefined);
});

test('tests for samples of equal size say so instead of guessing', () => {
  assert.deepEqual(driftMeasures.fisher_exact.counts?.(binary), {
    undefined: 'it needs as many current as reference rows',
  });
});

function bucket(low: number, high: number, rows: number): Bucket {
  return { low, high, rows };
}

function categories(reference: readonly number[], current: readonly number[]): CountPair {
  return { keys: reference.map((_, index) => String(index)), reference, current };
}

function scoreOfSamples(measure: DriftMeasure, pair: SamplePair): number {
  return decided(measure, measure.samples?.(pair));
}

function scoreOfCounts(measure: DriftMeasure, pair: CountPair): number {
  return decided(measure, measure.counts?.(pair));
}

function decided(
  measure: DriftMeasure,
  score: ReturnType<NonNullable<DriftMeasure['counts']>> | undefined,
): number {
  assert.ok(score && 'statistic' in score);
  return measure.drift.of === 'p-value' ? (score.pValue ?? Number.NaN) : score.statistic;
}

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual} is not ${expected}`);
}
