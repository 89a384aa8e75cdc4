/** Seeded faults of a made-up server are found in the right columns, with their cause; a server without one is found clean. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compared, type Fault, HOUR, serve, skewFiles } from '#test/support/skew.ts';

const DAY = 24 * HOUR;

const FAULTS: readonly {
  readonly name: string;
  readonly fault: Fault;
  /** Differing columns and their causes. */
  readonly found: Readonly<Record<string, string>>;
  readonly detail?: RegExp;
}[] = [
  {
    name: 'a default filled differently',
    fault: { defaults: { gust: 25 } },
    found: { gust: 'transformation' },
    detail: /^a default is filled differently: served 25 where a null becomes 0$/,
  },
  {
    name: 'a stale feature: arrivals are materialised at midnight only',
    fault: { arrivalsAsOf: (at) => Math.floor(at / DAY) * DAY },
    found: { mean_delay: 'late', per_mile: 'late' },
    detail:
      /^(follows from mean_delay: )?served the row of 2013-06-\d\dT.*Z, [\d.]+ (h|min) before the right one$/,
  },
  {
    name: 'a time-zone slip: the server reckons hours of the day in New York',
    fault: { clock: -4 },
    found: { hour: 'time zone', evening: 'time zone' },
    detail: /^served what was right 4 h earlier: a clock of another time zone/,
  },
  {
    name: 'a time-zone slip: the weather is looked up four hours off',
    fault: { weatherAt: (at) => at + 4 * HOUR },
    found: { temp: 'time zone', gust: 'time zone', runway: 'time zone' },
    detail: /^served what was right 4 h later/,
  },
  {
    name: 'a carrier that was never materialised',
    fault: { withoutCarrier: 'UA' },
    found: { mean_delay: 'missing', per_mile: 'missing' },
    detail: /it was not materialised$/,
  },
  {
    name: 'a ttl that serving forgets',
    fault: { withoutTtl: true },
    found: { temp: 'expired', gust: 'expired', runway: 'expired' },
    detail: /^served a row [\d.]+ h old; its ttl is 3 h$/,
  },
  {
    name: 'another unit',
    fault: {
      change: (row) => {
        const { temp } = row.features;
        return { ...row, features: { ...row.features, temp: temp == null ? null : Number(temp) * 1.8 + 32 } };
      },
    },
    found: { temp: 'transformation' },
    detail: /^no row of the source has the served value$/,
  },
  {
    name: 'an expression that divides otherwise',
    fault: {
      change: (row) => ({
        ...row,
        features: { ...row.features, per_mile: Number(row.features.per_mile) * 1.609 },
      }),
    },
    found: { per_mile: 'transformation' },
    detail: /^its inputs are the same, the result of the expression is not$/,
  },
  {
    name: 'rows one behind: the newest of the source is not seen',
    fault: { weatherAt: (at) => at - HOUR },
    found: { temp: 'late', gust: 'late', runway: 'late' },
  },
];

for (const { name, fault, found, detail } of FAULTS) {
  test(`${name} is found, and why`, async (t) => {
    const files = await skewFiles(t, serve(fault));

    const { features, examples } = await compared(files);

    const differing = features.filter((feature) => feature.differing > 0);
    const causes = differing.map(({ column, cause }) => [column, cause?.name]);
    assert.deepEqual(Object.fromEntries(causes), found);
    if (detail) for (const { cause } of differing) assert.match(cause?.detail ?? '', detail);
    assert.equal(examples.length, 10);
    assert.ok(examples.every(({ column, cause }) => found[column] === cause));
  });
}

test('a server without a fault is found clean: float32, ties, corrections, nulls, ttl and late rows', async (t) => {
  const files = await skewFiles(t, serve());

  const { rows, features, examples } = await compared(files, { tolerance: 0 });

  assert.ok(rows > 3900, `${rows} rows`);
  assert.deepEqual(
    features.map(({ column, differing }) => [column, differing]),
    ['temp', 'gust', 'runway', 'mean_delay', 'hour', 'evening', 'per_mile'].map((column) => [column, 0]),
  );
  assert.deepEqual(examples, []);
});
