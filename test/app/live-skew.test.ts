/** Skew of live traffic: what the App says of windows whose features were served right, wrong, or by sources that are not there yet. */

import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Workspace } from '#core/flows/workspace.ts';
import { type Fault, HOUR } from '#test/support/skew.ts';
import { writeParquet } from '#test/support/parquet.ts';
import { LOCKED_DEFINITIONS, modelText, overallOf, skewOf, skewWorld } from '#test/support/skew-world.ts';

/** Later than every row of the log. */
const ALL = '2013-06-12';

test('windows whose features were served as training computes them pass, and nothing is said', async (t) => {
  const { line, tick, arrive, windows } = await skewWorld(t, {});
  await arrive(ALL);

  await tick();

  const judged = await windows();
  assert.deepEqual(judged.map(skewOf), [[], []]);
  assert.deepEqual(
    judged.map((window) => [
      overallOf(window)?.verdict,
      overallOf(window)?.statistic,
      window.result.sources?.until,
    ]),
    [
      ['pass', 0, '2013-06-04T00:00:00Z'],
      ['pass', 0, '2013-06-09T00:00:00Z'],
    ],
  );
  assert.deepEqual(line.forge.issues, []);
});

const FAULTS: readonly {
  readonly name: string;
  readonly fault: Fault;
  readonly columns: readonly string[];
  readonly cause: RegExp;
}[] = [
  {
    name: 'a store that is filled at midnight only',
    fault: { arrivalsAsOf: (at) => Math.floor(at / (24 * HOUR)) * 24 * HOUR },
    columns: ['mean_delay', 'per_mile'],
    cause: /late: (follows from mean_delay: )?served the row of 2013-06-0\dT/,
  },
  {
    name: 'a default that serving fills differently',
    fault: { defaults: { gust: 25 } },
    columns: ['gust'],
    cause: /transformation: a default is filled differently: served 25 where a null becomes 0/,
  },
  {
    name: 'a clock of another time zone',
    fault: { clock: -4 },
    columns: ['hour', 'evening'],
    cause: /time zone: served what was right 4 h earlier: a clock of another time zone/,
  },
];

for (const { name, fault, columns, cause } of FAULTS) {
  test(`${name} alarms, and the issue names column and cause`, async (t) => {
    const { line, tick, arrive, windows } = await skewWorld(t, fault);
    await arrive(ALL);

    await tick();

    const [issue] = line.forge.issues;
    assert.equal(issue?.title, 'flights: training-serving skew');
    const rows = issue?.body.split('\n').filter((text) => /^\| .*❌/.test(text)) ?? [];
    assert.deepEqual(
      rows.map((text) => text.split(' | ')[0]?.slice(2)).toSorted(),
      ['v1', ...columns].toSorted(),
    );
    for (const text of rows.filter((one) => !one.startsWith('| v1'))) assert.match(text, cause);
    const failing = (await windows()).map((window) => skewOf(window).length);
    assert.deepEqual(failing, [1 + columns.length, 1 + columns.length]);
  });
}

test('a window that a source does not reach could not tell, and is judged again when it does, however old it is', async (t) => {
  const { line, tick, arrive, windows } = await skewWorld(t, { defaults: { gust: 25 } });
  await arrive('2013-06-03T12:00:00');
  await arrive(ALL, 'arrivals');

  await tick();
  const before = await windows();
  await arrive(ALL);
  await tick();

  assert.deepEqual(before.map(skewOf), [['v1: inconclusive'], ['v1: inconclusive']]);
  assert.equal(
    overallOf(before[1] ?? assert.fail())?.reason,
    'data/weather.lock ends at 2013-06-03T11:00:00.001Z, the window at 2013-06-09T00:00:00Z: its rows until then would settle it',
  );
  assert.equal(before[0]?.result.sources?.until, '2013-06-03T11:00:00.001Z');
  assert.deepEqual((await windows()).map(skewOf), [
    ['v1: fail', 'gust: fail'],
    ['v1: fail', 'gust: fail'],
  ]);
  assert.equal(line.forge.issues.length, 1);
});

test('a source that lacks the last hour of a window is near enough, and the rest is judged when it comes', async (t) => {
  const { tick, arrive, windows } = await skewWorld(t, {});
  const reached = async () => {
    await tick();
    const [, newest] = await windows();
    const check = newest && overallOf(newest);
    return [
      check?.verdict,
      newest?.result.sources?.until,
      /; compared until (.*)$/.exec(check?.reason ?? '')?.[1],
    ];
  };
  await arrive('2013-06-08T23:00:00');

  assert.deepEqual(await reached(), [
    'pass',
    '2013-06-08T22:00:00.001Z',
    '2013-06-08T22:00:00.001Z, where data/weather.lock ends',
  ]);
  await arrive(ALL);
  assert.deepEqual(await reached(), ['pass', '2013-06-09T00:00:00Z', undefined]);
});

test('looking again changes nothing, and neither does an App that dies before it has filed a window', async (t) => {
  const { line, started, tick, arrive, windows } = await skewWorld(t, { defaults: { gust: 25 } });
  await arrive(ALL);
  const { store } = line.workspace;
  const monitors = { ...store.monitors, save: () => Promise.reject(new Error('killed')) };
  await assert.rejects(tick(started({ store: { ...store, monitors } as Workspace['store'] })), /killed/);
  assert.deepEqual(await windows(), []);

  await tick();
  const first = { windows: await windows(), issues: structuredClone(line.forge.issues) };
  line.clock.advance(HOUR);
  await tick();
  await tick();

  assert.deepEqual({ windows: await windows(), issues: line.forge.issues }, first);
});

test('what a version is served by is said by the commit that it was registered at, not by the newest', async (t) => {
  const { line, tick, arrive, windows } = await skewWorld(t, {});
  await arrive(ALL);
  line.source.change(line.base, { 'models/flights/model.yaml': modelText({ gust: 25 }) });

  await tick();

  assert.deepEqual((await windows()).map(skewOf), [[], []]);
});

test('a restricted column is neither compared nor shown', async (t) => {
  const files = {
    'models/flights/model.yaml': modelText({ contract: 'data/flights.odcs.yaml' }),
    'data/flights.odcs.yaml': CONTRACT,
  };
  const { line, tick, arrive, windows } = await skewWorld(t, { defaults: { gust: 25 }, clock: 1 }, { files });
  await arrive(ALL);

  await tick();

  const [, newest] = await windows();
  assert.deepEqual(newest && skewOf(newest), ['v1: fail', 'hour: fail', 'evening: fail', 'gust: skipped']);
  assert.match(
    line.forge.issues[0]?.body ?? '',
    /\| gust \| – \| .* not compared \| restricted by the contract/,
  );
  assert.doesNotMatch(line.forge.issues[0]?.body ?? '', /served 25/);
});

const CONTRACT = `apiVersion: v3.0.2
kind: DataContract
id: flights
version: 1.0.0
status: active
schema:
  - name: flights
    properties: [{name: gust, logicalType: number, classification: restricted}]
`;

test('without a data store skew could not tell, which is no pass, and the reason is given', async (t) => {
  const { tick, windows } = await skewWorld(t, {}, { dataStore: 'none' });

  await tick();

  const [first] = await windows();
  assert.deepEqual(first && skewOf(first), ['features: inconclusive']);
  assert.match((first && overallOf(first)?.reason) ?? '', /MERGEWAY_DATA_STORE would settle it/);
  assert.equal(first?.result.sources, undefined);
});

test('data that is not what its lock promises could not tell; the reason names no folder, and it is judged when put right', async (t) => {
  const { folder, tick, arrive, windows, said } = await skewWorld(t, {});
  await arrive(ALL);
  const file = join(folder, 'training/arrivals.parquet');
  await rename(file, `${file}.away`);
  await writeFile(file, 'other rows');

  await tick();
  const [broken] = await windows();
  await rename(`${file}.away`, file);
  await tick();

  const reason = (broken && overallOf(broken)?.reason) ?? '';
  assert.match(reason, /could not be computed offline \(MW_DATA_MISMATCH\)\. Restore the file/);
  assert.ok(!reason.includes(folder));
  assert.match(
    said[0] ?? '',
    /^skew of flights v0\.0\.1 can't be told: training:arrivals\.parquet has digest/,
  );
  assert.deepEqual((await windows()).map(skewOf), [[], []]);
});

test('sources that do not fit their definitions could not tell, and are not asked again and again', async (t) => {
  const files = {
    'features/flights.yaml': LOCKED_DEFINITIONS.replaceAll('{name: temp,', '{name: temperature,'),
  };
  const { line, tick, arrive, windows } = await skewWorld(t, {}, { files });
  await arrive(ALL);

  await tick();
  const first = await windows();
  line.clock.advance(HOUR);
  await tick();

  assert.match(
    (first[0] && overallOf(first[0])?.reason) ?? '',
    /\(MW_COLUMN_MISSING\)|\(MW_FEATURES_MISMATCH\)/,
  );
  assert.deepEqual(await windows(), first);
});

test('rows of one key that come after those of the others look like skew until they are there', async (t) => {
  const { line, folder, tick, arrive, windows } = await skewWorld(t, {});
  await arrive(ALL);
  const part = join(folder, 'store/weather', `${ALL}.weather.parquet`);
  const whole = join(folder, 'whole.parquet');
  await rename(part, whole);
  await writeParquet(part, `SELECT * FROM '${whole}' WHERE origin <> 'JFK'`);

  await tick();
  const before = (await windows()).map(skewOf);
  assert.deepEqual(before[1], ['v1: fail', 'temp: fail', 'runway: fail', 'gust: fail']);
  assert.equal(line.forge.issues[0]?.state, 'open');
  await rename(whole, join(folder, 'store/weather/later.parquet'));
  await tick();

  assert.deepEqual((await windows()).map(skewOf), [before[0], []]);
  assert.equal(line.forge.issues[0]?.state, 'closed');
});
