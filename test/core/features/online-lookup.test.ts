/** Lookups of a service in a memory store: worked cases of values, statuses, ttl, cut-off, keys and expressions. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryOnlineStore } from '#adapters/memory/online-store.ts';
import type { Value } from '#core/expression/types.ts';
import { createLookup, type LookupRow } from '#core/features/online-lookup.ts';
import { onlineView } from '#core/features/online-view.ts';
import type { FeatureService } from '#core/features/service.ts';
import type { OnlineRow, OnlineStore } from '#core/ports/online-store.ts';
import { serviceFrom } from '#test/support/features.ts';

const HOUR = 3_600_000_000n;
const AT = 10n * HOUR;

const DEFINITIONS = `
entities:
  - {name: airport, join_keys: [origin]}
  - {name: route, join_keys: [origin, dest]}
feature_views:
  - name: weather
    entities: [airport]
    source: {path: weather.parquet, timestamp_field: time}
    ttl: 2h
    schema: [{name: wind, dtype: Int64}, {name: sky, dtype: String}, {name: temp, dtype: Float64}]
  - name: delays
    entities: [route]
    source: {path: delays.parquet, timestamp_field: landed, created_timestamp_field: written}
    schema: [{name: mean, dtype: Float64}, {name: seen, dtype: UnixTimestamp}]
request_fields: [{name: distance, dtype: Float64}, {name: departs, dtype: UnixTimestamp}, {name: seats, dtype: Int64}]
on_demand:
  - {name: slow, expr: 'mean.orValue(0.0) / distance', dtype: Float64}
  - {name: windy, expr: 'wind > 20 ? seats : -seats', dtype: Int64}
  - {name: hour, expr: 'departs.getHours()', dtype: Int64}
  - {name: year, expr: 'seen.getFullYear()', dtype: Int64}
feature_services:
  - {name: v1, features: ['weather:temp', 'weather:wind', slow, 'delays:mean', windy, hour]}
  - {name: open, features: [delays], filter_by_created_timestamp: false}
  - {name: full, features: [weather, delays], full_feature_names: true}
  - {name: hidden, features: [year]}
`;

const V1 = serviceFrom(DEFINITIONS);

/** A store with rows of the service's views, by the view's name: the whole schema, in its order. */
async function storeWith(
  service: FeatureService,
  rows: Readonly<Record<string, readonly OnlineRow[]>>,
): Promise<OnlineStore> {
  const store = memoryOnlineStore();
  for (const view of service.views) await store.write(onlineView(view), rows[view.name] ?? []);
  return store;
}

const JFK = { key: ['JFK'], event: 9n * HOUR, created: null, values: [25n, 'clear', -1.5] };
const SFO = { key: ['JFK', 'SFO'], event: 5n * HOUR, created: 6n * HOUR, values: [7, 8n * HOUR] };
const REQUEST: LookupRow = {
  origin: 'JFK',
  dest: 'SFO',
  distance: 100,
  departs: '2013-06-01T17:30:00Z',
  seats: 150,
};

test('features, request fields and expressions come together in the order of the service', async () => {
  const lookup = createLookup(V1, await storeWith(V1, { weather: [JFK], delays: [SFO] }));

  const [row] = await lookup([REQUEST], AT);

  assert.deepEqual(Object.entries(row?.values ?? {}), [
    ['temp', -1.5],
    ['wind', 25n],
    ['slow', 0.07],
    ['mean', 7],
    ['windy', 150n],
    ['hour', 17n],
  ]);
  assert.deepEqual(row?.statuses, { temp: 'PRESENT', wind: 'PRESENT', mean: 'PRESENT' });
});

for (const { name, at = AT, weather, delays, request = {}, values, statuses } of [
  {
    name: 'an age of exactly the ttl counts',
    at: 11n * HOUR,
    weather: JFK,
    values: { temp: -1.5 },
    statuses: { temp: 'PRESENT' },
  },
  {
    name: 'a microsecond more than the ttl does not',
    at: 11n * HOUR + 1n,
    weather: JFK,
    values: { temp: null, wind: null, windy: null },
    statuses: { temp: 'OUTSIDE_MAX_AGE', wind: 'OUTSIDE_MAX_AGE' },
  },
  {
    name: 'without a ttl any age does',
    at: 10_000n * HOUR,
    delays: SFO,
    values: { mean: 7 },
    statuses: { mean: 'PRESENT' },
  },
  {
    name: 'a row of the very time counts',
    at: 9n * HOUR,
    weather: JFK,
    values: { temp: -1.5 },
    statuses: { temp: 'PRESENT' },
  },
  {
    name: 'a row from after the time is not found',
    at: 9n * HOUR - 1n,
    weather: JFK,
    values: { temp: null },
    statuses: { temp: 'NOT_FOUND' },
  },
  {
    name: 'a row that was not written yet is not found',
    at: 6n * HOUR - 1n,
    delays: SFO,
    values: { mean: null },
    statuses: { mean: 'NOT_FOUND' },
  },
  {
    name: 'a row written at the very time counts',
    at: 6n * HOUR,
    delays: SFO,
    values: { mean: 7 },
    statuses: { mean: 'PRESENT' },
  },
  {
    name: 'a null in the store is a null value',
    weather: { ...JFK, values: [null, null, 0] },
    values: { temp: 0, wind: null, windy: null },
    statuses: { temp: 'PRESENT', wind: 'NULL_VALUE' },
  },
  {
    name: 'another entity is not found',
    weather: JFK,
    delays: SFO,
    request: { origin: 'LGA' },
    values: { temp: null, mean: null, slow: 0 },
    statuses: { temp: 'NOT_FOUND', mean: 'NOT_FOUND' },
  },
  {
    name: 'a null key matches nothing, whichever views need it',
    weather: JFK,
    delays: { ...SFO, key: ['JFK', null] },
    request: { dest: null },
    values: { temp: -1.5, mean: null },
    statuses: { temp: 'PRESENT', mean: 'NOT_FOUND' },
  },
  {
    name: 'request fields that are null are null to expressions',
    weather: JFK,
    delays: SFO,
    request: { distance: null, departs: null, seats: null },
    values: { slow: null, windy: null, hour: null, mean: 7 },
    statuses: { mean: 'PRESENT' },
  },
] as readonly Case[]) {
  test(name, async () => {
    const store = await storeWith(V1, { weather: weather ? [weather] : [], delays: delays ? [delays] : [] });

    const [row] = await createLookup(V1, store)([{ ...REQUEST, ...request }], at);

    assert.deepEqual(picked(row?.values, values), values);
    assert.deepEqual(picked(row?.statuses, statuses), statuses);
  });
}

interface Case {
  readonly name: string;
  readonly at?: bigint;
  readonly weather?: OnlineRow;
  readonly delays?: OnlineRow;
  readonly request?: LookupRow;
  readonly values: Readonly<Record<string, Value>>;
  readonly statuses: Readonly<Record<string, string>>;
}

function picked(all: Readonly<Record<string, unknown>> = {}, like: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.keys(like).map((name) => [name, all[name]]));
}

test('with filter_by_created_timestamp: false a row counts before it was written', async () => {
  const service = serviceFrom(DEFINITIONS, 'open');

  const [row] = await createLookup(service, await storeWith(service, { delays: [SFO] }))(
    [REQUEST],
    5n * HOUR,
  );

  assert.deepEqual(row?.values, { mean: 7, seen: 8n * HOUR });
});

test('full_feature_names keeps views apart', async () => {
  const service = serviceFrom(DEFINITIONS, 'full');

  const [row] = await createLookup(service, await storeWith(service, { weather: [JFK] }))([REQUEST], AT);

  assert.deepEqual(row?.values, {
    weather__wind: 25n,
    weather__sky: 'clear',
    weather__temp: -1.5,
    delays__mean: null,
    delays__seen: null,
  });
});

test('what only an expression reads is looked up and left out; instants that no date has are null to it', async () => {
  const service = serviceFrom(DEFINITIONS, 'hidden');
  const of = async (seen: bigint) => {
    const store = await storeWith(service, { delays: [{ ...SFO, values: [7, seen] }] });
    return createLookup(service, store)([REQUEST], AT);
  };

  assert.deepEqual(await of(8n * HOUR), [{ values: { year: 1970n }, statuses: {} }]);
  assert.deepEqual(await of(2n ** 62n), [{ values: { year: null }, statuses: {} }]);
});

test('a batch is one read, equal keys are read once, and every row gets its own answer', async () => {
  const inner = await storeWith(V1, { weather: [JFK], delays: [SFO] });
  const reads: number[][] = [];
  const store: OnlineStore = {
    ...inner,
    read(requests) {
      reads.push(requests.map(({ keys }) => keys.length));
      return inner.read(requests);
    },
  };
  const rows = [REQUEST, { ...REQUEST, origin: 'LGA' }, { ...REQUEST, origin: null }, REQUEST];

  const answers = await createLookup(V1, store)(rows, AT);

  assert.deepEqual(
    answers.map(({ values }) => values.temp),
    [-1.5, null, null, -1.5],
  );
  assert.deepEqual(reads, [[2, 2]]);
});

test('a whole number finds its row whether it came as a number or a 64-bit integer', async () => {
  const store = await storeWith(V1, { weather: [{ ...JFK, key: [7n] }] });

  const answers = await createLookup(V1, store)([{ origin: 7 }, { origin: 7n }, { origin: '7' }], AT);

  assert.deepEqual(
    answers.map(({ statuses }) => statuses.temp),
    ['PRESENT', 'PRESENT', 'NOT_FOUND'],
  );
});

test('a project has rows of its own in a store', async () => {
  const store = await storeWith(V1, { weather: [JFK] });

  const [row] = await createLookup(V1, store, 'acme/flights')([REQUEST], AT);

  assert.equal(row?.statuses.temp, 'NOT_FOUND');
});

for (const { field, value, says } of [
  { field: 'distance', value: 'far', says: 'row 2, field distance: "far" is no Float64' },
  { field: 'seats', value: 1.5, says: 'row 2, field seats: 1.5 is no Int64' },
  { field: 'seats', value: 2n ** 63n, says: 'row 2, field seats: 9223372036854775808 is no Int64' },
  { field: 'departs', value: '2013-02-30', says: 'row 2, field departs: "2013-02-30" is no UnixTimestamp' },
]) {
  test(`a request field that is ${String(value)} where it must not be is refused by name`, async () => {
    const lookup = createLookup(V1, await storeWith(V1, {}));

    await assert.rejects(lookup([REQUEST, { ...REQUEST, [field]: value }], AT), {
      code: 'MW_REQUEST_INVALID',
      message: says,
    });
  });
}

test('two services over one view share its rows; another source, schema, key or cut-off has its own', () => {
  const digestOf = (text: string, name: string, index = 0) => {
    const view = serviceFrom(text, name).views[index];
    assert.ok(view);
    return onlineView(view).digest;
  };
  const weather = digestOf(DEFINITIONS, 'v1');

  assert.equal(digestOf(DEFINITIONS, 'full'), weather, 'the service chooses');
  assert.equal(
    digestOf(DEFINITIONS.replace('ttl: 2h', 'ttl: 3h'), 'v1'),
    weather,
    'the reader applies the ttl',
  );
  assert.notEqual(digestOf(DEFINITIONS.replace('weather.parquet', 'w.parquet'), 'v1'), weather);
  assert.notEqual(digestOf(DEFINITIONS.replace('sky, dtype: String', 'sky, dtype: Int64'), 'v1'), weather);
  assert.notEqual(digestOf(DEFINITIONS.replaceAll('[origin]', '[dest]'), 'v1'), weather);
  assert.notEqual(digestOf(DEFINITIONS, 'open'), digestOf(DEFINITIONS, 'full', 1), 'rows not written yet');
});
