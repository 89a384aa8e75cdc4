/** Fine bins: equal shares, point masses alone, and deciles out of them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  between,
  binsOf,
  coarser,
  decileEdges,
  floatBelow,
  shortened,
  shortest,
} from '#core/profile/bins.ts';
import { profileOfCounts, profileOfNumbers } from '#core/profile/numbers.ts';

const ROWS = (rows: number) => ({ rows, missing: 0, below: 0, above: 0 });

test('a thousand different numbers make 200 bins of five, each closed above', () => {
  const profile = profileOfNumbers(Float64Array.from({ length: 1000 }, (_, index) => index));

  assert.equal(profile.kind, 'number');
  if (profile.kind !== 'number') return;
  assert.deepEqual(profile.edges.slice(0, 3), [4, 9, 14]);
  assert.equal(profile.edges.length, 199);
  assert.ok(profile.counts.every((count) => count === 5));
  assert.deepEqual([profile.lowest, profile.highest, profile.distinct], [0, 999, 1000]);
});

// 0 … 298 once each, 300 six hundred times, 301 … 401 once each.
test('a value that many rows have gets a bin of its own', () => {
  const values = Array.from({ length: 402 }, (_, index) => index).filter((value) => value !== 299);
  const counts = values.map((value) => (value === 300 ? 600 : 1));

  const profile = profileOfCounts({ values, counts }, ROWS(1000));

  assert.ok(profile.kind === 'number');
  const bin = profile.counts.indexOf(600);
  assert.equal(profile.edges[bin], 300);
  assert.equal(Math.fround(profile.edges[bin - 1] ?? 0), floatBelow(300));
});

test('numbers of at most ten different values are counted by value, the most frequent first', () => {
  const profile = profileOfNumbers(Float64Array.of(2, 0.1, 2, 2, 0.1, Number.NaN));

  assert.deepEqual(profile, {
    kind: 'category',
    of: 'number',
    rows: 6,
    missing: 1,
    distinct: 2,
    values: [
      { value: '2', rows: 3 },
      { value: '0.1', rows: 2 },
    ],
    others: 0,
  });
});

test('infinite scores lie in the outer bins and are counted', () => {
  const numbers = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const profile = profileOfNumbers(
    Float64Array.from([...numbers, ...Array.from({ length: 20 }, (_, i) => i)]),
  );

  assert.ok(profile.kind === 'number');
  assert.deepEqual([profile.below, profile.above, profile.lowest, profile.highest], [1, 2, 0, 19]);
  assert.deepEqual([profile.counts[0], profile.counts.at(-1)], [2, 3]);
});

test('deciles are the first edges that have so many tenths up to them, repeated ones once', () => {
  assert.deepEqual(decileEdges([10, 10, 10, 10, 10, 10, 10, 10, 10, 10]), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(decileEdges([55, 5, 5, 5, 30]), [0, 1, 3]);
  assert.deepEqual(between([1, 2, 3, 4, 5], [1, 3]), [3, 7, 5]);
});

test('coarser bins keep every row and the point mass', () => {
  const bins = binsOf(
    Array.from({ length: 200 }, (_, index) => ({ value: index, rows: 5, upTo: 5 * (index + 1) })),
    1000,
  );

  const ten = coarser(bins, 10);

  assert.deepEqual(ten.edges, [19, 39, 59, 79, 99, 119, 139, 159, 179]);
  assert.ok(ten.counts.every((count) => count === 100));
  const heavy = coarser({ edges: [1, 2, 3], counts: [10, 70, 10, 10] }, 5);
  assert.deepEqual(heavy, { edges: [1, 2], counts: [10, 70, 20] });
});

test('the float below, and the fewest digits that name a float', () => {
  assert.equal(floatBelow(1), 1 - 2 ** -24);
  assert.equal(floatBelow(0), -(2 ** -149));
  assert.equal(floatBelow(-1), -(1 + 2 ** -23));
  assert.equal(shortened(0.1), 0.100000001);
  assert.equal(shortest(0.1), 0.1);
  assert.equal(Math.fround(shortened(1 / 3)), Math.fround(1 / 3));
});
