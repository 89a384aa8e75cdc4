/** What is compared, of which rows, and what is said where there is nothing to compare. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SkewEvidence } from '#core/evidence/skew.ts';
import { parquetFiles } from '#test/support/features.ts';
import { compared, HOUR, type LoggedRow, partAt, serve, skewFiles } from '#test/support/skew.ts';

const START = Date.UTC(2013, 5, 1);

function leftOut({ features }: SkewEvidence): Readonly<Record<string, string>> {
  return Object.fromEntries(
    features.flatMap(({ column, leftOut: why }) => (why ? [[column, `${why.because}: ${why.detail}`]] : [])),
  );
}

/** What is unlike the usual log: gust is 99 in all rows from this hour on. */
function wrongFrom(hour: number): (row: LoggedRow) => LoggedRow {
  return (row) => {
    const wrong = row.at >= START + hour * HOUR;
    return wrong ? { ...row, features: { ...row.features, gust: 99 } } : row;
  };
}

test('a log without statuses is compared too, and causes are read from the values', async (t) => {
  const files = await skewFiles(t, serve({ withoutCarrier: 'UA' }), { statuses: false });

  const { features } = await compared(files);

  const differing = features.filter((feature) => feature.differing > 0);
  assert.deepEqual(
    differing.map(({ column, cause }) => [column, cause?.name]),
    [
      ['mean_delay', 'missing'],
      ['per_mile', 'missing'],
    ],
  );
});

test('what the contract restricts is neither compared nor shown, and what is made of it neither', async (t) => {
  const files = await skewFiles(t, serve({ defaults: { gust: 25 } }));

  const skew = await compared(files, { restricted: ['distance', 'carrier', 'Temp'] });

  assert.deepEqual(leftOut(skew), {
    temp: 'restricted: restricted by the contract: the log holds no values of it',
    mean_delay: 'restricted: needs carrier, which is restricted: the log holds no values of it',
    per_mile: 'restricted: restricted by the contract: the log holds no values of it',
  });
  assert.equal(skew.examples.length, 10);
  assert.ok(skew.examples.every(({ column, entity }) => column === 'gust' && !('carrier' in entity)));
});

test('a column that the caller leaves out is left out, with the reason', async (t) => {
  const files = await skewFiles(t, serve({ defaults: { gust: 25 } }));
  const reason = { because: 'changed', detail: 'the champion makes it otherwise' } as const;

  const skew = await compared(files, { leftOut: new Map([['gust', reason]]) });

  assert.deepEqual(leftOut(skew), { gust: 'changed: the champion makes it otherwise' });
  assert.ok(skew.features.every(({ differing }) => differing === 0));
});

test('only rows of the version that is asked for count', async (t) => {
  const files = await skewFiles(t, serve());

  const { rows, note } = await compared(files, { version: 'v2.0.0' });

  assert.equal(rows, 0);
  assert.equal(
    note,
    'the prediction log has no row of v2.0.0 before 2013-06-10T23:00:00.001Z, where weather.parquet ends',
  );
});

test('the newest rows are taken', async (t) => {
  const files = await skewFiles(t, serve({ change: wrongFrom(230) }, 2000));

  const { rows, features } = await compared(files, { mostRows: 50 });

  assert.equal(rows, 50);
  assert.equal(features.find(({ column }) => column === 'gust')?.differing, 50);
});

for (const { name, more, differing } of [
  { name: 'a window', more: { window: { from: START, to: START + 100 * HOUR } }, differing: 0 },
  {
    name: 'a window after it',
    more: { window: { from: START + 100 * HOUR, to: START + 110 * HOUR } },
    differing: 1,
  },
]) {
  test(`${name} is compared alone`, async (t) => {
    const files = await skewFiles(t, serve({ change: wrongFrom(100) }, 2000));

    const { features } = await compared(files, more);

    const share = features.map((feature) => feature.differing / feature.compared);
    assert.equal(share[1], differing);
  });
}

test('predictions after the end of a source are not held against what is not there yet', async (t) => {
  const files = await skewFiles(t, serve({ change: wrongFrom(100) }, 2000));
  const [weather, arrivals] = files.sources;
  assert.ok(weather && arrivals);
  const interval = { from: '2013-06-01T00:00:00Z', to: new Date(START + 100 * HOUR).toISOString() };

  const { to, features } = await compared(files, { sources: [{ ...weather, interval }, arrivals] });

  assert.ok(Date.parse(to ?? '') < START + 100 * HOUR);
  assert.ok(features.every(({ differing }) => differing === 0));
});

test('a log that begins after a source ends could not be compared, and the source is named', async (t) => {
  const files = await skewFiles(t, serve({}, 100));
  const [weather, arrivals] = files.sources;
  assert.ok(weather && arrivals);
  const interval = { from: '2013-05-01T00:00:00Z', to: '2013-06-01T00:00:00Z' };

  const { rows, note } = await compared(files, { sources: [{ ...weather, interval }, arrivals] });

  assert.equal(rows, 0);
  assert.equal(
    note,
    'the prediction log has no row before 2013-06-01T00:00:00.000Z, where weather.parquet ends',
  );
});

test('parts whose names say that they are of another time are not opened', async (t) => {
  const files = await skewFiles(t, serve({}, 100));
  const later = { ...partAt('/nowhere.parquet'), from: START + 1000 * HOUR, to: START + 1001 * HOUR };

  const { rows } = await compared(files, { parts: [...files.parts, later] });

  assert.ok(rows > 90);
});

test('no parts at all is said', async (t) => {
  const files = await skewFiles(t, serve({}, 10));

  assert.equal((await compared(files, { parts: [] })).note, 'the prediction log has no rows of this model');
});

test('a log of other columns says what it lacks; a file that is no log is refused', async (t) => {
  const files = await skewFiles(t, serve({}, 10));
  const other = await parquetFiles(t, {
    log: `SELECT TIMESTAMP '2013-06-02 12:00:00' AS event_time, 'JFK' AS "entity.origin", 1.5 AS "feature.temp", TIMESTAMP '2013-06-02 12:00:00' AS "feature.gust"`,
    none: 'SELECT now() AS event_tim',
  });

  const skew = await compared(files, { parts: [partAt(join(other, 'log.parquet'))] });

  assert.deepEqual(leftOut(skew), {
    gust: 'incomparable: Float64, and the log holds it as TIMESTAMP',
    runway: 'not logged: the log has no column feature.runway',
    mean_delay: 'not logged: the log has no column feature.mean_delay',
    hour: 'not logged: the log has no column feature.hour',
    evening: 'not logged: the log has no column feature.evening',
    per_mile: 'not logged: the log has no column feature.per_mile',
  });
  assert.equal(skew.rows, 1);
  await assert.rejects(compared(files, { parts: [partAt(join(other, 'none.parquet'))] }), {
    code: 'MW_COLUMN_MISSING',
    message: /no column event_time; did you mean `event_tim`/,
  });
});

test('a value that the request brought itself is told from one that was looked up', async (t) => {
  const given = (row: LoggedRow): LoggedRow => {
    const { temp: _, ...status } = row.status;
    return { ...row, features: { ...row.features, temp: 99 }, status };
  };
  const log = serve({}, 200).map((row, index) => (index > 0 ? given(row) : row));
  const files = await skewFiles(t, log);

  const { features } = await compared(files);

  const temp = features.find(({ column }) => column === 'temp');
  assert.equal(temp?.cause?.name, 'transformation');
  assert.match(temp?.cause?.detail ?? '', /^the request brought a value of its own/);
});

for (const { name, sql } of [
  { name: 'microseconds', sql: 'epoch_us("request.departs")' },
  { name: 'ISO 8601 text', sql: `strftime("request.departs", '%Y-%m-%dT%H:%M:%S.%gZ')` },
]) {
  test(`an instant that was sent as ${name} is logged so, and read so`, async (t) => {
    const files = await skewFiles(t, serve({}, 500));
    const folder = await parquetFiles(t, {
      log: `SELECT * REPLACE (${sql} AS "request.departs") FROM '${join(files.folder, 'log.parquet')}'`,
    });

    const { rows, features } = await compared(files, { parts: [partAt(join(folder, 'log.parquet'))] });

    assert.equal(rows, 500);
    assert.deepEqual(
      features.map(({ column, differing, leftOut: why }) => [column, differing, why]),
      ['temp', 'gust', 'runway', 'mean_delay', 'hour', 'evening', 'per_mile'].map((column) => [
        column,
        0,
        undefined,
      ]),
    );
  });
}

test('a row that a newer one had replaced when the prediction was served is said to be one', async (t) => {
  const files = await skewFiles(t, serve({ withoutCarrier: 'UA' }, 500));
  const folder = await parquetFiles(t, {
    log: `SELECT *, event_time + INTERVAL 1 DAY AS served_at FROM '${join(files.folder, 'log.parquet')}'`,
  });

  const { features } = await compared(files, { parts: [partAt(join(folder, 'log.parquet'))] });

  const delay = features.find(({ column }) => column === 'mean_delay');
  assert.equal(delay?.cause?.name, 'missing');
  assert.match(
    delay?.cause?.detail ?? '',
    /or a newer row had replaced it: it was served 1 d after its event time$/,
  );
});

test('of too many rows some of the whole time are drawn, the same ones each time', async (t) => {
  const files = await skewFiles(t, serve({ defaults: { gust: 25 } }));
  const draw = () => compared(files, { mostRows: 400, pick: 'spread' });

  const drawn = await draw();
  const newest = await compared(files, { mostRows: 400 });

  assert.equal(drawn.rows, 400);
  assert.deepEqual([drawn.from?.slice(0, 10), drawn.to?.slice(0, 10)], ['2013-06-01', '2013-06-10']);
  assert.equal(newest.from?.slice(0, 10), '2013-06-09');
  assert.deepEqual(await draw(), drawn);
});
