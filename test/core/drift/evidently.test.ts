/** Bare names give Evidently's numbers: computed by evidently 0.7.23 with scipy 1.17.1 on the same rows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DriftMeasureName, driftMeasures, measureNamed } from '#core/drift/index.ts';
import type { CountPair, DriftMeasure, SamplePair } from '#core/drift/measure.ts';
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
const largeAndSmall = pairFrom(
  many,
  lehmer(6, 150).map((u) => 10 * u ** 1.1),
);
const equalSize = pairFrom(
  lehmer(7, 250).map((u) => 10 * u),
  lehmer(8, 250).map((u) => 10 * u ** 1.2),
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

// scipy.spatial.distance.jensenshannon(p, q, base=2), its square, and largest differences, on p = [.5, .3, .2], q = [.4, .4, .2];
// the other TFDV values are of its own anomalies/metrics_test.cc.
for (const [method, pair, expected] of [
  ['nannyml.jensenshannon', moved, 0.09584323377689244],
  ['tfdv.jensenshannon', moved, 0.009185925460812056],
  ['nannyml.l_infinity', moved, 0.1],
  ['tfdv.l_infinity', categories([0, 90, 10], [30, 0, 70]), 0.9],
  ['tfdv.l_infinity', categories([10, 90], [30, 70]), 0.2],
  ['tfdv.normalized_absolute_difference', categories([1, 5], [10, 50]), 54 / 66],
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

test("Evidently's function names are known too", () => {
  assert.equal(measureNamed('wasserstein_distance_norm')?.name, 'wasserstein');
  assert.equal(measureNamed('toString'), undefined);
});

test('tests for samples of equal size say so instead of guessing', () => {
  assert.deepEqual(driftMeasures.fisher_exact.counts?.(binary), {
    undefined: 'it needs as many current as reference rows',
  });
});

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
