import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { weightedMean } from '#core/metrics/metric.ts';
import { drawBinomial, drawMultinomial } from '#core/statistics/binomial.ts';
import { bootstrap } from '#core/statistics/bootstrap.ts';
import { bcaInterval } from '#core/statistics/interval.ts';
import { quantileRatioWithInterval, quantileWithInterval } from '#core/statistics/latency.ts';
import { normalBelow, normalQuantile } from '#core/statistics/normal.ts';
import { quantile } from '#core/statistics/quantile.ts';
import { wouldSettle } from '#core/statistics/rows-needed.ts';
import { uniform } from '#test/support/numbers.ts';

// scipy.stats.norm.cdf
for (const { z, expected } of [
  { z: -3, expected: 0.0013498980316300933 },
  { z: -1.96, expected: 0.024997895148220435 },
  { z: -0.5, expected: 0.3085375387259869 },
  { z: 0, expected: 0.5 },
  { z: 1.2, expected: 0.8849303297782918 },
]) {
  test(`a normal number is below ${z} with chance ${expected}`, () => {
    assert.ok(Math.abs(normalBelow(z) - expected) < 2e-7);
  });
}

// scipy.stats.norm.ppf
for (const { p, expected } of [
  { p: 0.001, expected: -3.090232306167813 },
  { p: 0.02, expected: -2.053748910631823 },
  { p: 0.3, expected: -0.5244005127080409 },
  { p: 0.975, expected: 1.959963984540054 },
]) {
  test(`the normal quantile of ${p} is ${expected}`, () => {
    assert.ok(Math.abs(normalQuantile(p) - expected) < 1e-8);
  });
}

// numpy.quantile
for (const { values, share, expected } of [
  { values: [4, 1, 3, 2], share: 0.5, expected: 2.5 },
  { values: [1, 2, 3, 4, 5], share: 0.9, expected: 4.6 },
  { values: [7], share: 0.99, expected: 7 },
  { values: [], share: 0.5, expected: Number.NaN },
]) {
  test(`the ${share} quantile of [${values}] is ${expected}`, () => {
    assert.equal(quantile(values, share), expected);
  });
}

for (const { trials, p, expected } of [
  { trials: 0, p: 0.5, expected: 0 },
  { trials: 10, p: 0, expected: 0 },
  { trials: 10, p: 1, expected: 10 },
]) {
  test(`binomial draws of ${trials} at ${p} are ${expected}`, () => {
    assert.equal(drawBinomial(trials, p, seededRandom('x')), expected);
  });
}

for (const { trials, p } of [
  { trials: 20, p: 0.1 },
  { trials: 500, p: 0.3 },
  { trials: 5000, p: 0.001 },
  { trials: 10_000, p: 0.9 },
]) {
  test(`binomial draws of ${trials} at ${p} have the right mean and spread`, () => {
    const random = seededRandom('binomial');
    const draws = Array.from({ length: 4000 }, () => drawBinomial(trials, p, random));

    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    const expected = trials * p * (1 - p);
    // Four standard errors of mean and variance.
    assert.ok(Math.abs(mean - trials * p) < 4 * Math.sqrt(expected / 4000));
    assert.ok(Math.abs(variance / expected - 1) < 4 * Math.sqrt(2 / 4000) + 0.02);
  });
}

test('a multinomial draw keeps the total and never fills an empty cell', () => {
  const random = seededRandom('multinomial');

  for (let draw = 0; draw < 200; draw++) {
    const cells = drawMultinomial(1000, [5, 0, 3, 2], random);
    assert.equal(
      cells.reduce((sum, count) => sum + count, 0),
      1000,
    );
    assert.equal(cells[1], 0);
  }
});

test('the BCa interval of a mean holds the truth in about 95 of 100 samples', () => {
  const random = seededRandom('coverage of a mean');
  let held = 0;
  for (let sample = 0; sample < 300; sample++) {
    // Exponential with mean 1: skewed, as losses are.
    const values = Float64Array.from({ length: 60 }, () => -Math.log(1 - random.next()));
    const measure = weightedMean(values);
    const weights = new Float64Array(60).fill(1);
    const [spread] = bootstrap({ weights, replicates: 400 }, [measure], random);
    const interval = spread && bcaInterval({ point: Number(measure(weights)), ...spread, units: 60 });
    if (interval && interval.low <= 1 && interval.high >= 1) held++;
  }

  // 300 samples at 93 to 95 %: 265 is four standard errors below.
  assert.ok(held >= 265 && held < 300, `${held} of 300`);
});

test('one seed gives one interval; another seed gives another', () => {
  const measure = weightedMean(Float64Array.from(uniform(3, 100)));
  const weights = new Float64Array(100).fill(1);
  const run = (seed: string) => bootstrap({ weights, replicates: 200 }, [measure], seededRandom(seed));

  assert.deepEqual(run('digest'), run('digest'));
  assert.notDeepEqual(run('digest'), run('other digest'));
});

test('too many undefined resamples leave no interval', () => {
  const replicates = Float64Array.from({ length: 100 }, (_, index) => (index < 6 ? Number.NaN : index));

  assert.equal(bcaInterval({ point: 50, replicates, jackknife: new Float64Array(), units: 100 }), undefined);
});

test('a percentile of latencies has its point between its ends', () => {
  const series = uniform(8, 500).map((u) => 100 + 50 * u);

  const estimate = quantileWithInterval(series, 0.9, { random: seededRandom('p90') });

  assert.equal(estimate?.point, quantile(series, 0.9));
  assert.ok(estimate && estimate.low < estimate.point && estimate.high > estimate.point);
});

test('latencies that drift together widen the interval of a percentile', () => {
  const noise = uniform(9, 1000);
  const wave = noise.map((u, index) => u + (Math.floor(index / 50) % 2) * 2);
  const shuffled = [...wave].sort((a, b) => ((a * 7919) % 1) - ((b * 7919) % 1));
  const width = (series: readonly number[]) => {
    const estimate = quantileWithInterval(series, 0.5, { random: seededRandom('width') });
    return estimate ? estimate.high - estimate.low : Number.NaN;
  };

  assert.ok(width(wave) > width(shuffled));
});

test('pairs that share their noise have a narrow ratio', () => {
  const under = uniform(10, 600).map((u) => 100 + 400 * u);
  const over = under.map((value) => value * 1.5);

  const estimate = quantileRatioWithInterval({ over, under }, 0.9, { random: seededRandom('ratio') });

  assert.ok(estimate && Math.abs(estimate.low - 1.5) < 1e-9 && Math.abs(estimate.high - 1.5) < 1e-9);
});

test('what would settle it: an interval twice too wide asks for four times the rows', () => {
  const text = wouldSettle({ point: 0.8, low: 0.76, high: 0.84 }, 0.78, { now: 1000, name: 'holdout rows' });

  assert.match(text, /^about 4,000 holdout rows instead of 1,000/);
});

test('what would settle it: on the limit itself more rows hardly can', () => {
  const text = wouldSettle({ point: 0.78, low: 0.76, high: 0.8 }, 0.78, { now: 1000, name: 'holdout rows' });

  assert.match(text, /hardly can/);
});
