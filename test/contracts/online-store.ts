/** What every online store promises. `make` gives a store on the same place each time, so that two of them are two writers. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import type { Value } from '#core/expression/types.ts';
import type { EntityKey, OnlineRow, OnlineStore, OnlineView } from '#core/ports/online-store.ts';

/** A place that is empty, and as many stores on it as are asked for; they are closed after the test. */
export type MakeStores = (t: TestContext) => Promise<() => OnlineStore>;

export const WEATHER: OnlineView = { name: 'weather', digest: `sha256:${'a'.repeat(64)}` };
const DELAYS: OnlineView = { name: 'delays', digest: `sha256:${'b'.repeat(64)}` };

export function rowOf(key: EntityKey, event: bigint, ...values: readonly Value[]): OnlineRow {
  return { key, event, created: null, values };
}

export function onlineStoreContract(name: string, makeStores: MakeStores): void {
  const makeStore = async (t: TestContext) => (await makeStores(t))();

  test(`${name}: rows are found by view and key, in the order of the request, and nothing where there is none`, async (t) => {
    const store = await makeStore(t);
    const [jfk, lga, route] = [rowOf(['JFK'], 1n, 4.5), rowOf(['LGA'], 2n, -1), rowOf(['JFK', 7n], 3n, true)];

    assert.equal(await store.write(WEATHER, [jfk, lga]), 2);
    assert.equal(await store.write(DELAYS, [route]), 1);

    const found = await store.read([
      { view: WEATHER, keys: [['LGA'], ['EWR'], ['JFK'], ['LGA']] },
      { view: WEATHER, keys: [] },
      { view: DELAYS, keys: [['JFK', 7n], ['JFK'], ['JFK', 8n]] },
    ]);
    assert.deepEqual(found, [[lga, undefined, jfk, lga], [], [route, undefined, undefined]]);
    assert.deepEqual(await store.read([]), []);
  });

  test(`${name}: only the values that are asked for are there`, async (t) => {
    const store = await makeStore(t);
    await store.write(WEATHER, [rowOf(['JFK'], 1n, 'zero', 1n, null, 3.5, true, 'five')]);

    const [all] = await store.read([{ view: WEATHER, keys: [['JFK']], places: [0, 2, 5] }]);
    const [none] = await store.read([{ view: WEATHER, keys: [['JFK']], places: [] }]);

    assert.deepEqual(all?.[0]?.values, ['zero', null, 'five']);
    assert.deepEqual(none?.[0]?.values, []);
  });

  test(`${name}: every value comes back as it was`, async (t) => {
    const store = await makeStore(t);

    await store.write(WEATHER, [{ key: ['JFK'], event: -1n, created: 2n ** 62n, values: VALUES }]);

    const [found] = await store.read([{ view: WEATHER, keys: [['JFK']] }]);
    assert.deepEqual(found?.[0], { key: ['JFK'], event: -1n, created: 2n ** 62n, values: VALUES });
  });

  test(`${name}: keys that look alike are different entities`, async (t) => {
    const store = await makeStore(t);
    const rows = KEYS.map((key, place) => rowOf(key, 1n, BigInt(place)));

    assert.equal(await store.write(WEATHER, rows), KEYS.length);

    const [found] = await store.read([{ view: WEATHER, keys: KEYS }]);
    assert.deepEqual(
      found?.map((row) => row?.values[0]),
      KEYS.map((_, place) => BigInt(place)),
    );
  });

  for (const { what, before, after, wins } of REPLACEMENTS) {
    test(`${name}: ${what}`, async (t) => {
      const store = await makeStore(t);
      await store.write(WEATHER, [{ key: ['JFK'], ...before }]);

      const written = await store.write(WEATHER, [{ key: ['JFK'], ...after }]);

      const [found] = await store.read([{ view: WEATHER, keys: [['JFK']] }]);
      assert.deepEqual(found?.[0], { key: ['JFK'], ...(wins ? after : before) });
      assert.equal(written, wins ? 1 : 0);
    });
  }

  test(`${name}: in one write the latest row of a key wins, wherever it stands`, async (t) => {
    const store = await makeStore(t);

    await store.write(WEATHER, [rowOf(['JFK'], 2n, 'b'), rowOf(['JFK'], 3n, 'c'), rowOf(['JFK'], 1n, 'a')]);

    const [found] = await store.read([{ view: WEATHER, keys: [['JFK']] }]);
    assert.deepEqual(found?.[0], rowOf(['JFK'], 3n, 'c'));
  });

  test(`${name}: of two writers with rows in any order the latest row of every key is left`, async (t) => {
    const make = await makeStores(t);
    const [one, other] = [make(), make()];
    const random = seededRandom('writers');
    const rows = Array.from({ length: 3000 }, (_, n) =>
      rowOf(
        [BigInt(n % 50)],
        BigInt(Math.floor(random.next() * 1000)),
        BigInt(Math.floor(random.next() * 3)),
      ),
    );
    const batches = Array.from({ length: 30 }, (_, n) => rows.slice(100 * n, 100 * n + 100));

    await Promise.all(batches.map((batch, n) => (n % 2 ? one : other).write(WEATHER, batch)));

    const keys = Array.from({ length: 50 }, (_, n) => [BigInt(n)]);
    for (const store of [one, other]) {
      const [found] = await store.read([{ view: WEATHER, keys }]);
      assert.deepEqual(
        found,
        keys.map(([key]) => rows.filter((row) => row.key[0] === key).reduce(later)),
      );
    }
  });

  test(`${name}: what one store has written the others see at once`, async (t) => {
    const make = await makeStores(t);
    const [writer, reader] = [make(), make()];
    assert.deepEqual(await reader.read([{ view: WEATHER, keys: [['JFK']] }]), [[undefined]]);

    for (let event = 1n; event <= 20n; event++) {
      await writer.write(WEATHER, [rowOf(['JFK'], event, 'x')]);

      const [found] = await reader.read([{ view: WEATHER, keys: [['JFK']] }]);
      assert.equal(found?.[0]?.event, event);
    }
  });

  test(`${name}: a thousand rows are written and read at a time`, async (t) => {
    const store = await makeStore(t);
    const rows = Array.from({ length: 1234 }, (_, n) =>
      rowOf([BigInt(n), `key ${n}`], 1n, n / 7, `value ${n}`),
    );

    assert.equal(await store.write(WEATHER, rows), rows.length);
    assert.equal(await store.write(WEATHER, []), 0);

    const [found] = await store.read([{ view: WEATHER, keys: rows.map(({ key }) => key) }]);
    assert.deepEqual(found, rows);
  });

  test(`${name}: a watermark moves forward only, for its view alone`, async (t) => {
    const make = await makeStores(t);
    const store = make();
    assert.equal(await store.watermark(WEATHER), undefined);

    await store.advance(WEATHER, -5n);
    assert.equal(await store.watermark(WEATHER), -5n);
    await store.advance(WEATHER, 1_370_044_800_123_456n);
    await store.advance(WEATHER, 7n);

    assert.equal(await make().watermark(WEATHER), 1_370_044_800_123_456n);
    assert.equal(await store.watermark(DELAYS), undefined);
  });
}

function later(a: OnlineRow, b: OnlineRow): OnlineRow {
  const order = a.event - b.event || BigInt(a.values[0] ?? 0) - BigInt(b.values[0] ?? 0);
  return order < 0n ? b : a;
}

const HUGE = `${'x'.repeat(5000)}é\u{1F600}`;

const VALUES: readonly Value[] = [
  null,
  true,
  false,
  0n,
  -1n,
  255n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  0,
  -0,
  1.5,
  -1e-300,
  5e-324,
  Number.MAX_VALUE,
  NaN,
  Infinity,
  -Infinity,
  '',
  '\0',
  'a\0\u00ff\0',
  '\ud800 half',
  'é ß \u{1F600} \u{10FFFF} \uffff',
  HUGE,
  'x'.repeat(1_000_000),
];

/** Prefixes of one another, empty, with NUL, beyond the BMP, longer than a store's keys, and equal as text. */
const KEYS: readonly EntityKey[] = [
  ['a'],
  ['a', ''],
  ['a', 'b'],
  ['ab'],
  ['a\0'],
  ['a\0b'],
  ['a\0\u00ff'],
  [''],
  ['', ''],
  ['1'],
  [1n],
  [1.5],
  ['1.5'],
  [-1n],
  [true],
  ['true'],
  [false],
  [NaN],
  [2n ** 64n],
  [String(2n ** 64n)],
  ['\u{1F600}'],
  ['\ud83d'],
  ['\ufffd'],
  [HUGE],
  [`${HUGE}!`],
  [HUGE, 'b'],
  ['mw1:'],
  ['!'],
];

interface Replacement {
  readonly what: string;
  readonly before: Omit<OnlineRow, 'key'>;
  readonly after: Omit<OnlineRow, 'key'>;
  readonly wins: boolean;
}

const row = (event: bigint, created: bigint | null, ...values: readonly Value[]) => ({
  event,
  created,
  values,
});

const REPLACEMENTS: readonly Replacement[] = [
  {
    what: 'a newer row replaces an older one',
    before: row(1n, null, 9n),
    after: row(2n, null, 1n),
    wins: true,
  },
  {
    what: 'a late, older row replaces nothing',
    before: row(2n, null, 1n),
    after: row(1n, 99n, 9n),
    wins: false,
  },
  {
    what: 'an event before 1970 is older',
    before: row(-1n, null, 1n),
    after: row(-2n, null, 9n),
    wins: false,
  },
  { what: 'an event after 1970 is newer', before: row(-1n, null, 9n), after: row(1n, null, 1n), wins: true },
  {
    what: 'a correction of the same event, created later, wins',
    before: row(5n, 1n, 9n),
    after: row(5n, 2n, 1n),
    wins: true,
  },
  {
    what: 'a row of the same event, created earlier, loses',
    before: row(5n, 2n, 1n),
    after: row(5n, 1n, 9n),
    wins: false,
  },
  {
    what: 'a row whose created time is known wins over one where it is not',
    before: row(5n, null, 9n),
    after: row(5n, -9n, 1n),
    wins: true,
  },
  {
    what: 'a row whose created time is not known loses',
    before: row(5n, -9n, 1n),
    after: row(5n, null, 9n),
    wins: false,
  },
  {
    what: 'the same row again changes nothing',
    before: row(5n, 1n, 'a'),
    after: row(5n, 1n, 'a'),
    wins: false,
  },
  {
    what: 'of equal times the greater whole number wins',
    before: row(5n, 1n, -300n),
    after: row(5n, 1n, 2n),
    wins: true,
  },
  {
    what: 'of equal times the smaller number loses',
    before: row(5n, 1n, -1.5),
    after: row(5n, 1n, -2.5),
    wins: false,
  },
  { what: 'NaN is above every number', before: row(5n, 1n, Infinity), after: row(5n, 1n, NaN), wins: true },
  {
    what: 'null is below every value',
    before: row(5n, 1n, null, 9n),
    after: row(5n, 1n, -Infinity, 1n),
    wins: true,
  },
  {
    what: 'text goes by code points',
    before: row(5n, 1n, '\uffff'),
    after: row(5n, 1n, '\u{1F600}'),
    wins: true,
  },
  {
    what: 'text that goes on is greater',
    before: row(5n, 1n, 'a', 'z'),
    after: row(5n, 1n, 'a\0', 'a'),
    wins: true,
  },
  { what: 'true is above false', before: row(5n, 1n, true), after: row(5n, 1n, false), wins: false },
  {
    what: 'the first value that differs decides',
    before: row(5n, 1n, 1n, 9n),
    after: row(5n, 1n, 2n, 0n),
    wins: true,
  },
];
