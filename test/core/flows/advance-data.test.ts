/** Data that moves on by intervals, over real files: what each lock then names, and that nothing moves when something is wrong. */

import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDataLock } from '#core/config/load.ts';
import { ERRORS } from '#core/errors.ts';
import {
  type Advance,
  type Advanced,
  type AdvancePorts,
  advanceData,
  dueInterval,
} from '#core/flows/advance-data.ts';
import type { Interval } from '#core/intervals/schedule.ts';
import {
  type DataProject,
  dataProject,
  hour,
  hourSql,
  LOCKS,
  labelsSql,
  modelText,
} from '#test/support/data-project.ts';
import { writeParquet } from '#test/support/parquet.ts';

/** Day `n` of 2026, the first is 0, as an interval. */
function day(n: number): Interval {
  return { from: hour(24 * n), to: hour(24 * (n + 1)) };
}

async function advance(
  project: DataProject,
  now: number,
  more: { readonly target?: 'latest' | Interval; readonly ports?: AdvancePorts; readonly mode?: 'try' } = {},
): Promise<Advance> {
  const { target = 'next', ports = project.ports, mode } = more;
  return advanceData(ports, { config: await project.config(), now, target, ...(mode && { mode }) });
}

/** Advances and commits. */
async function advanced(project: DataProject, now: number, target?: 'latest'): Promise<Advanced> {
  const result = await advance(project, now, target ? { target } : {});
  assert.equal(result.status, 'advanced', JSON.stringify(result));
  await project.commit(result.locks);
  return result;
}

/** Hours that a lock's rows have, as `first-last (count)`. */
async function hoursOf(project: DataProject, text: string | undefined): Promise<string> {
  const [found = {}] = await project.rows(
    text ?? '',
    `SELECT epoch(min("at")) AS first, epoch(max("at")) AS last, count(*) AS n FROM data`,
  );
  const hours = [found.first, found.last].map((seconds) => (Number(seconds) * 1000 - hour(0)) / 3_600_000);
  return `${hours.join('-')} (${found.n})`;
}

/** The lock of the training data, without the number of its rows. */
const UNCOUNTED = LOCKS['data/train.lock'].replace('rows: 48\n', '');

test('training ends where the holdout begins: a row exactly at a boundary belongs to what begins there', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 50 });
  await project.labels('labels/2.parquet', { from: 50, to: 98 });

  const { interval, locks, rows } = await advanced(project, hour(96));

  assert.deepEqual(interval, day(3));
  assert.equal(await hoursOf(project, locks['data/train.lock']), '0-71 (72)');
  assert.equal(await hoursOf(project, locks['data/holdout.lock']), '72-95 (24)');
  assert.deepEqual(rows, { 'data/train.lock': 72, 'data/holdout.lock': 24 });
  const {
    uri,
    interval: written,
    source,
  } = parseDataLock({ path: '', text: locks['data/train.lock'] ?? '' });
  assert.match(uri, /^training:data\/train\/20260101T000000Z_20260104T000000Z-[0-9a-f]{12}\.parquet$/);
  assert.deepEqual(written, { from: '2026-01-01T00:00:00Z', to: '2026-01-04T00:00:00Z' });
  assert.deepEqual(source, { parts: 'store:labels', time: 'at' });
});

test('comments and order of a lock stay', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 98 });

  const { locks } = await advanced(project, hour(96));

  const lines = (locks['data/train.lock'] ?? '')
    .split('\n')
    .map((line) => line.replace(/[0-9a-f]{12,}/, '…'));
  assert.deepEqual(lines, [
    '# what training reads',
    'uri: training:data/train/20260101T000000Z_20260104T000000Z-….parquet',
    'sha256: … # of the file',
    'rows: 72',
    'interval: {from: 2026-01-01T00:00:00Z, to: 2026-01-04T00:00:00Z} # to is not included',
    'source: {parts: "store:labels", time: at}',
    '',
  ]);
});

for (const { what, hours, now, settle, expected } of [
  { what: 'before its end', hours: 97, now: hour(96) - 1, expected: 'not-due' },
  { what: 'at its end, with a row there', hours: 97, now: hour(96), expected: 'advanced' },
  { what: 'at its end, when the last row is before it', hours: 96, now: hour(96), expected: 'waiting' },
  {
    what: 'long after its end, when the last row is before it',
    hours: 96,
    now: hour(500),
    expected: 'waiting',
  },
  { what: 'before rows have settled', hours: 97, now: hour(98) - 1, settle: '2h', expected: 'not-due' },
  { what: 'when rows have settled', hours: 97, now: hour(98), settle: '2h', expected: 'advanced' },
]) {
  test(`an interval ${what} is ${expected}`, async (t) => {
    const intervals = `{every: 1d, timezone: UTC${settle ? `, settle: ${settle}` : ''}}`;
    const project = await dataProject(t, { 'models/hours/model.yaml': modelText({ intervals }) });
    await project.labels('labels/1.parquet', { from: 0, to: hours });

    const due = await dueInterval(project.ports, { config: await project.config(), now, target: 'next' });
    const result = await advance(project, now);

    assert.equal(result.status, expected);
    assert.equal(due.status, expected === 'advanced' ? 'due' : expected);
    assert.deepEqual(result.interval, day(3));
    if (result.status === 'waiting') {
      assert.equal(result.reason, 'labels reaches 2026-01-04T23:00:00Z');
      assert.equal(result.wouldSettle, 'a row of labels at or after 2026-01-05T00:00:00Z');
    }
  });
}

for (const { what, from, refused } of [
  { what: 'all of them', from: 0, refused: false },
  { what: 'nine in ten', from: 4, refused: false },
  { what: 'fewer', from: 5, refused: true },
  { what: 'none', from: 48, refused: true },
]) {
  test(`of the 48 rows that training has, the parts hold ${what}: ${refused ? 'refused' : 'goes on'}`, async (t) => {
    const project = await dataProject(t);
    await project.labels('labels/1.parquet', { from, to: 98 });

    const advancing = advance(project, hour(96));

    if (!refused) assert.equal((await advancing).status, 'advanced');
    else {
      await assert.rejects(advancing, {
        code: 'MW_DATA_MISSING',
        message:
          /^data\/train\.lock has 48 rows before 2026-01-03T00:00:00Z, and labels holds \d+ of that time: put the earlier data there too/,
      });
    }
  });
}

test('a row of the future is no sign that the present has come', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 90 });
  await project.labels('labels/2.parquet', { from: 9000, to: 9001 });

  assert.equal((await advance(project, hour(97))).status, 'waiting');
});

test('where no part has come, it is waited for', async (t) => {
  const project = await dataProject(t);

  const result = await advance(project, hour(97));

  assert.equal(result.status === 'waiting' && result.reason, 'labels holds no row yet');
});

test('days are those of the time zone, 23 hours in March', async (t) => {
  const intervals = '{every: 1d, timezone: America/New_York}';
  const holdout = LOCKS['data/holdout.lock'].replace(
    /interval: .*/,
    'interval: {from: 2026-03-07T05:00:00Z, to: 2026-03-08T05:00:00Z}',
  );
  const project = await dataProject(t, {
    'models/hours/model.yaml': modelText({ intervals }),
    'data/holdout.lock': holdout,
  });
  const march8 = (Date.UTC(2026, 2, 8, 5) - hour(0)) / 3_600_000;
  await project.labels('labels/1.parquet', { from: 0, to: march8 + 24 });

  const { interval, rows } = await advanced(project, hour(march8 + 23));

  assert.deepEqual(interval, { from: hour(march8), to: hour(march8 + 23) });
  assert.equal(rows['data/holdout.lock'], 23);
});

test('an interval without a row is passed over, and its empty hours lie between training and holdout', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 72 });
  await project.labels('labels/2.parquet', { from: 100, to: 121 });

  const { interval, locks } = await advanced(project, hour(120));

  assert.deepEqual(interval, day(4));
  assert.equal(await hoursOf(project, locks['data/train.lock']), '0-71 (72)');
  assert.equal(await hoursOf(project, locks['data/holdout.lock']), '100-119 (20)');
});

test('latest goes to the newest complete interval; training takes all that lies between', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 230 });

  const { interval, locks } = await advanced(project, hour(300), 'latest');

  assert.deepEqual(interval, day(8));
  assert.equal(await hoursOf(project, locks['data/train.lock']), '0-191 (192)');
  assert.equal((await advance(project, hour(300), { target: 'latest' })).status, 'waiting');
  assert.equal((await advance(project, hour(239), { target: 'latest' })).status, 'not-due');
});

test('a holdout that has no interval yet begins with the newest complete one', async (t) => {
  const holdout = LOCKS['data/holdout.lock'].replace(/interval: .*\n/, '');
  const train = LOCKS['data/train.lock'].replace(/interval: .*\n/, '');
  const project = await dataProject(t, { 'data/holdout.lock': holdout, 'data/train.lock': train });
  await project.labels('labels/1.parquet', { from: 5, to: 230 });

  const { interval, locks } = await advanced(project, hour(230));

  assert.deepEqual(interval, day(8));
  assert.deepEqual(parseDataLock({ path: '', text: locks['data/train.lock'] ?? '' }).interval, {
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-09T00:00:00Z',
  });
});

test('training never reaches back beyond where its lock begins', async (t) => {
  const train = UNCOUNTED.replace('from: 2026-01-01T00', 'from: 2026-01-01T06');
  const project = await dataProject(t, { 'data/train.lock': train });
  await project.labels('labels/1.parquet', { from: 0, to: 97 });

  const { locks } = await advanced(project, hour(96));

  assert.equal(await hoursOf(project, locks['data/train.lock']), '6-71 (66)');
});

test('half of the ticks dropped, others doubled: the same intervals, the same locks', async (t) => {
  const regular = await dataProject(t);
  const irregular = await dataProject(t);
  const ticks = Array.from({ length: 10 }, (_, index) => hour(90 + 12 * index));
  for (const project of [regular, irregular]) {
    await project.labels('labels/1.parquet', { from: 0, to: 300 });
  }

  const every = await ticked(regular, ticks);
  const some = await ticked(
    irregular,
    ticks
      .flatMap((tick, index) => [[], [tick, tick], [], [tick], []][index % 5] ?? [])
      .concat(ticks.at(-1) ?? 0),
  );

  assert.equal(every.length, 5);
  assert.deepEqual(some, every);
  for (const path of Object.keys(LOCKS)) assert.equal(await irregular.read(path), await regular.read(path));
});

/** Locks at each interval, when every tick advances as long as something is due. */
async function ticked(project: DataProject, ticks: readonly number[]): Promise<readonly Advanced[]> {
  const results: Advanced[] = [];
  for (const now of ticks) {
    for (;;) {
      const result = await advance(project, now);
      if (result.status !== 'advanced') break;
      await project.commit(result.locks);
      results.push(result);
    }
  }
  return results;
}

test('a part that comes too late changes no lock; the next training has its rows', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 80 });
  await project.labels('labels/2.parquet', { from: 84, to: 130 });
  const before = await advanced(project, hour(96));
  await project.labels('labels/late.parquet', { from: 80, to: 84 });

  assert.equal((await advance(project, hour(97))).status, 'not-due');
  assert.equal(await project.read('data/holdout.lock'), before.locks['data/holdout.lock']);
  assert.equal(await hoursOf(project, before.locks['data/holdout.lock']), '72-95 (20)');
  const after = await advanced(project, hour(121));
  assert.equal(await hoursOf(project, after.locks['data/train.lock']), '0-95 (96)');
});

test('a part delivered twice, or cut in other places, gives the same bytes', async (t) => {
  const [one, many] = [await dataProject(t), await dataProject(t)];
  await one.labels('labels/1.parquet', { from: 0, to: 97 });
  for (const [index, hours] of [
    { from: 40, to: 97 },
    { from: 0, to: 60 },
    { from: 40, to: 97 },
  ].entries()) {
    await many.labels(`labels/year=2026/${index}.parquet`, hours);
  }

  assert.deepEqual(await advanced(many, hour(96)), await advanced(one, hour(96)));
});

test('any rows in any parts: training and holdout together are all rows up to the end, each once', async (t) => {
  const row = fc.record({ hour: fc.integer({ min: 0, max: 130 }), part: fc.integer({ min: 0, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      const project = await dataProject(t, {
        'models/hours/model.yaml': modelText({ gates: '{}' }),
        'data/train.lock': UNCOUNTED,
      });
      await project.labels('labels/ends.parquet', { from: 120, to: 131 });
      await project.labels('labels/begins.parquet', { from: 0, to: 1 });
      for (const [index, { hour: at, part }] of rows.entries()) {
        await project.labels(`labels/${part}/${index}.parquet`, { from: at, to: at + 1 });
      }

      const result = await advance(project, hour(135));

      const known = new Set([0, ...rows.map(({ hour: at }) => at), 120]);
      const { interval } = result;
      assert.equal(result.status, [...known].some((at) => at >= 72 && at < 120) ? 'advanced' : 'not-due');
      if (result.status !== 'advanced') return;
      const expected = (from: number, to: number) => [...known].filter((at) => at >= from && at < to).length;
      const [begin, end] = [interval.from, interval.to].map((at) => (at - hour(0)) / 3_600_000);
      assert.deepEqual(result.rows, {
        'data/train.lock': expected(0, begin ?? 0),
        'data/holdout.lock': expected(begin ?? 0, end ?? 0),
      });
    }),
    { numRuns: 5 },
  );
});

test('later parts may have other types and further columns: no value is rounded', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 80 });
  const later = labelsSql({ from: 80, to: 97, columns: ', true AS new' }).replace(
    'n % 7 AS x',
    'n % 7 + 0.5::DOUBLE AS x',
  );
  await writeParquet(join(project.dataStore, 'labels/2.parquet'), later);

  const result = await advance(project, hour(96), { mode: 'try' });

  assert.equal(result.status, 'quarantined', 'the contract wants whole numbers, and they are none any more');
  await project.write('models/hours/model.yaml', modelText({ gates: '{}' }));
  const { locks } = await advanced(project, hour(96));
  assert.deepEqual(
    await project.rows(
      locks['data/holdout.lock'] ?? '',
      `SELECT x, "new" FROM data WHERE id IN ('h79', 'h80') ORDER BY id`,
    ),
    [
      { x: 2, new: null },
      { x: 3.5, new: true },
    ],
  );
});

test('rows without a time are left out, and that is said', async (t) => {
  const project = await dataProject(t);
  const said: string[] = [];
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  const lost = labelsSql({ from: 200, to: 203 }).replace(hourSql('n'), 'NULL::TIMESTAMPTZ');
  await writeParquet(join(project.dataStore, 'labels/2.parquet'), lost);

  const result = await advance(project, hour(96), {
    ports: { ...project.ports, progress: { say: (line) => said.push(line) } },
  });

  assert.equal(result.status, 'advanced');
  assert.equal(said[0], '3 rows of labels have no at: left out');
});

test('sources of features go up to the end of the holdout, past the end of training', async (t) => {
  const features = `entities: [{name: airport, join_keys: [origin]}]
feature_views:
  - name: weather
    entities: [airport]
    source: {path: data/weather.lock, timestamp_field: time}
    schema: [{name: temp, dtype: Float64}]
  - name: size
    entities: [airport]
    source: {path: data/size.lock, timestamp_field: time}
    schema: [{name: seats, dtype: Float64}]
feature_services: [{name: v1, features: [weather, size]}]
`;
  const weather = `uri: data/weather.parquet\nsha256: ${'cd'.repeat(32)}\nsource: {parts: training:weather, time: time}\n`;
  const project = await dataProject(t, {
    'models/hours/model.yaml': modelText({ features: 'features/hours.yaml#v1' }),
    'features/hours.yaml': features,
    'data/weather.lock': weather,
    'data/size.lock': weather.replace(/source.*\n/, ''),
  });
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  const rows = (from: number, to: number) =>
    `SELECT 'JFK' AS origin, ${hourSql('n')} AS time, n::DOUBLE AS temp FROM range(${from}, ${to}) AS hours(n)`;
  await writeParquet(join(project.trainingStore, 'weather/1.parquet'), rows(0, 96));

  const early = await advance(project, hour(96));
  await writeParquet(join(project.trainingStore, 'weather/2.parquet'), rows(96, 99));
  const { locks } = await advanced(project, hour(96));

  assert.equal(early.status === 'waiting' && early.reason, 'weather reaches 2026-01-04T23:00:00Z');
  assert.deepEqual(Object.keys(locks), ['data/train.lock', 'data/weather.lock', 'data/holdout.lock']);
  assert.match(
    locks['data/weather.lock'] ?? '',
    /^uri: training:data\/weather\/20260101T000000Z_20260105T000000Z-/,
  );
  assert.deepEqual(await project.rows(locks['data/weather.lock'] ?? '', 'SELECT count(*) AS n FROM data'), [
    { n: 96 },
  ]);
});

for (const { what, columns, broken } of [
  {
    what: 'a value that the contract refuses, in the holdout',
    columns: ', CASE WHEN n = 80 THEN 101 ELSE 1 END AS x',
    broken: { lock: 'data/holdout.lock', column: 'x', failed: 1 },
  },
  {
    what: 'a value that the contract refuses, in training',
    columns: ', CASE WHEN n = 8 THEN 101 ELSE 1 END AS x',
    broken: { lock: 'data/train.lock', column: 'x', failed: 1 },
  },
  {
    what: 'a key of training in the holdout again',
    columns: ", 'h' || (CASE WHEN n = 80 THEN 8 ELSE n END) AS id",
    broken: { lock: 'data/holdout.lock', rule: 'not trained on', column: 'id', failed: 1 },
  },
  {
    what: 'two rows of one key that differ',
    columns: ", 'h' || (CASE WHEN n = 80 THEN 81 ELSE n END) AS id",
    broken: { lock: 'data/holdout.lock', rule: 'one row per key', column: 'id', failed: 1 },
  },
]) {
  test(`${what} goes to quarantine: locks stay, the same is said again, a repaired part is taken`, async (t) => {
    const project = await dataProject(t);
    const select = `SELECT * REPLACE (${columns.slice(2)}) FROM (SELECT *, (extract(epoch FROM "at") - 1767225600)::BIGINT // 3600 AS n FROM (${labelsSql({ from: 0, to: 97 })}))`;
    await writeParquet(
      join(project.dataStore, 'labels/1.parquet'),
      select.replace('SELECT *', 'SELECT * EXCLUDE (n)'),
    );

    const first = await advance(project, hour(96));
    const after = await everyFile(project);
    const second = await advance(project, hour(96));

    assert.equal(first.status, 'quarantined');
    assert.deepEqual(second, first);
    assert.deepEqual(await everyFile(project), after);
    const { broken: rules, reports } = first;
    assert.equal(rules.length, 1);
    assert.deepEqual({ ...rules[0], ...broken }, rules[0]);
    assert.equal(reports.length, 1);
    const place = broken.lock === 'data/train.lock' ? project.trainingStore : project.dataStore;
    const report = JSON.parse(await readFile(join(place, reports[0]?.replace(/^\w+:/, '') ?? ''), 'utf8'));
    assert.equal(report.lock, broken.lock);
    assert.ok(after.some((path) => path.endsWith(report.file)));
    assert.ok(!JSON.stringify(rules).includes('samples'), 'examples of rows stay in the store');

    await project.labels('labels/1.parquet', { from: 0, to: 97 });
    await advanced(project, hour(96));
  });
}

/** Paths of both stores. */
async function everyFile({ dataStore, trainingStore }: DataProject): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of [dataStore, trainingStore]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) found.push(join(entry.parentPath, entry.name));
    }
  }
  return found.sort();
}

test('a dry run makes the same locks, and keeps nothing', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  const before = await everyFile(project);

  const tried = await advance(project, hour(96), { mode: 'try' });

  assert.deepEqual(await everyFile(project), before);
  assert.deepEqual(await advanced(project, hour(96)), tried);
});

test('whatever breaks, no text comes back, and the next try makes the same locks with no draft left', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  const whole = await advance(project, hour(96), { mode: 'try' });

  let kill = 0;
  for (let survived = false; !survived; kill++) {
    const { ports, broke } = breakingAt(project.ports, kill);
    const result = await advance(project, hour(96), { ports }).catch((error: Error) => error.message);
    survived = !broke();
    if (!survived) assert.equal(result, `broken at ${kill}`);
  }

  assert.ok(kill > 12, `only ${kill} operations were broken`);
  assert.deepEqual(await advance(project, hour(96)), whole);
  const files = await everyFile(project);
  assert.deepEqual(
    files.filter((path) => path.includes('drafts')),
    [],
  );
  assert.equal(files.length, 3, 'the part, and a snapshot of training and holdout each');
});

/** Ports whose n-th operation fails, as if the process had ended there. */
function breakingAt(ports: AdvancePorts, n: number): { ports: AdvancePorts; broke: () => boolean } {
  let count = 0;
  const { table, stores } = ports;
  const broken = Object.entries(stores).map(([place, store]) => [
    place,
    breaking({ ...store, draft: async () => breaking(await store.draft()) }),
  ]);
  return {
    broke: () => count > n,
    ports: { ...ports, table: breaking(table), stores: Object.fromEntries(broken) },
  };

  function breaking<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name);
        if (typeof found !== 'function' || name === 'discard') return found;
        return async (...given: readonly unknown[]) => {
          if (count++ === n) throw new Error(`broken at ${n}`);
          return found(...given);
        };
      },
    });
  }
}

test('a part that can not be read is named, and nothing is kept', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  await writeFile(join(project.dataStore, 'labels/2.parquet'), 'PAR1 and then nothing');
  await writeFile(join(project.dataStore, 'labels/_SUCCESS'), '');
  await writeFile(join(project.dataStore, 'labels/.3.parquet'), 'still being written');

  await assert.rejects(advance(project, hour(96)), {
    code: 'MW_TABLE_UNREADABLE',
    message: /labels\/2\.parquet/,
  });
  assert.equal((await everyFile(project)).length, 4);
});

test('a part that leads out of its store is refused', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  await cp(join(project.dataStore, 'labels/1.parquet'), join(project.root, 'outside.parquet'));
  await symlink(join(project.root, 'outside.parquet'), join(project.dataStore, 'labels/2.parquet'));

  await assert.rejects(advance(project, hour(96)), { code: 'MW_DATA_MISSING', message: /leads outside/ });
});

test('a snapshot that was tampered with is not taken for ours', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  const before = await advance(project, hour(96));
  const text = before.status === 'advanced' ? before.locks['data/train.lock'] : '';
  const [, path = ''] = /^uri: training:(.*)$/m.exec(text ?? '') ?? [];
  await writeFile(join(project.trainingStore, path), 'other bytes');

  await assert.rejects(advance(project, hour(96)), { code: 'MW_DATA_MISMATCH' });
  await rm(join(project.trainingStore, path));
  assert.deepEqual(await advance(project, hour(96)), before);
});

for (const { what, change, code = 'MW_CONFIG_INVALID', message } of [
  {
    what: 'a model without intervals',
    change: { 'models/hours/model.yaml': modelText().replace(/intervals: .*\n/, '') },
    message: /intervals is missing/,
  },
  {
    what: 'a holdout without a source',
    change: { 'data/holdout.lock': LOCKS['data/holdout.lock'].replace(/source: .*\n/, '') },
    message: /data\/holdout\.lock: has no `source`/,
  },
  {
    what: 'training data without a source',
    change: { 'data/train.lock': LOCKS['data/train.lock'].replace(/source: .*\n/, '') },
    message: /no lock of inputs\.data has a `source`/,
  },
  {
    what: 'a holdout in the training store',
    change: { 'data/holdout.lock': LOCKS['data/holdout.lock'].replace('uri: store:', 'uri: training:') },
    message: /training, which must not see the holdout/,
  },
  {
    what: 'holdout rows in the training store',
    change: { 'data/holdout.lock': LOCKS['data/holdout.lock'].replace('store:labels', 'training:labels') },
    message: /training, which must not see the holdout/,
  },
  {
    what: 'a source of features in the store of the holdout',
    change: {
      'models/hours/model.yaml': modelText({ features: 'features/hours.yaml#v1' }),
      'features/hours.yaml': `entities: [{name: place, join_keys: [id]}]
feature_views:
  - {name: weather, entities: [place], source: {path: data/weather.lock, timestamp_field: at}, schema: [{name: temp, dtype: Float64}]}
feature_services: [{name: v1, features: [weather]}]
`,
      'data/weather.lock': LOCKS['data/holdout.lock'],
    },
    message:
      /data\/weather\.lock: names store:data\/holdout\/first\.parquet: features are read in training too/,
  },
  {
    what: 'one lock as training data and holdout',
    change: { 'models/hours/model.yaml': modelText({ data: '[data/holdout.lock]' }) },
    message: /used twice/,
  },
  {
    what: 'parts around the snapshots',
    change: { 'data/holdout.lock': LOCKS['data/holdout.lock'].replace('store:labels', 'store:data') },
    message: /source\.parts holds the folder data\/holdout/,
  },
  {
    what: 'an interval without a zone',
    change: { 'data/holdout.lock': LOCKS['data/holdout.lock'].replaceAll('00:00:00Z', '00:00:00') },
    message: /data\/holdout\.lock: interval .* is none/,
  },
  {
    what: 'an interval that ends before it begins',
    change: { 'data/holdout.lock': LOCKS['data/holdout.lock'].replace('01-04', '01-02') },
    message: /the earlier first/,
  },
  {
    what: 'a lock that names a path outside',
    change: { 'data/holdout.lock': LOCKS['data/holdout.lock'].replace('store:labels', 'store:../labels') },
    message: /expected a folder/,
  },
  {
    what: 'fixed training data that reaches into the holdout',
    change: {
      'models/hours/model.yaml': modelText({ data: '[data/train.lock, data/old.lock]' }),
      'data/old.lock': `uri: training:old.parquet\nsha256: ${'ab'.repeat(32)}\ninterval: {from: 2025-01-01T00:00:00Z, to: 2026-01-04T00:00:01Z}\n`,
    },
    message: /data\/old\.lock: its interval ends after 2026-01-04T00:00:00Z/,
  },
  {
    what: 'a column of times that is not there',
    change: { 'data/train.lock': LOCKS['data/train.lock'].replace('time: at', 'time: att') },
    code: 'MW_COLUMN_MISSING',
    message: /source\.time needs column `att`; did you mean `at`/,
  },
  {
    what: 'a folder that is not there',
    change: { 'data/train.lock': LOCKS['data/train.lock'].replace('store:labels', 'store:label') },
    code: 'MW_DATA_MISSING',
    message: /label, which is not in/,
  },
  {
    what: 'a folder of the repository, with no checkout',
    change: { 'data/train.lock': LOCKS['data/train.lock'].replace('store:labels', 'labels') },
    code: 'MW_DATA_MISSING',
    message: /a folder of the repository/,
  },
  {
    what: 'a contract that is not there',
    change: { 'models/hours/model.yaml': modelText().replace('hours.odcs', 'none.odcs') },
    code: 'MW_CONFIG_MISSING',
    message: /none\.odcs\.yaml/,
  },
]) {
  test(`refused: ${what}`, async (t) => {
    assert.ok(code in ERRORS);
    const project = await dataProject(t, change);
    await project.labels('labels/1.parquet', { from: 0, to: 97 });
    const before = await everyFile(project);

    await assert.rejects(advance(project, hour(96)), { code, message });
    assert.deepEqual(await everyFile(project), before);
  });
}
