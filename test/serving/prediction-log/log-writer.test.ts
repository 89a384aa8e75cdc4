import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { memoryClock } from '#adapters/memory/clock.ts';
import type { PartStore } from '#core/ports/part-store.ts';
import { type LogRow, layoutLine } from '#serving/prediction-log/log-file.ts';
import { partsOf } from '#serving/prediction-log/part.ts';
import { logFolders, writerIn } from '#test/support/prediction-log.ts';
import { NOON } from '#test/support/serving.ts';

const FLIGHTS = { kind: 'predictions', model: 'flights' } as const;
const LAYOUT = layoutLine(0, [
  ['row', 'INT32'],
  ['event_time', 'TIMESTAMP'],
  ['served_at', 'TIMESTAMP'],
  ['score', 'DOUBLE'],
]);

test('rows become one part when their time has come, and their file goes', async (t) => {
  const folders = await logFolders(t);
  const clock = memoryClock(NOON);
  const writer = writerIn(folders, { clock });
  const { writer: id } = await writer.start();
  await writer.append(FLIGHTS, LAYOUT + line(1, 0.25) + line(2, 0.5));
  await writer.append(FLIGHTS, LAYOUT + line(3, 0.75));

  clock.advance(59_999);
  await writer.tick();
  const before = await folders.parts.list('');
  clock.advance(1);
  await writer.tick();

  assert.deepEqual(before, []);
  assert.deepEqual(
    (await folders.parts.list('')).map(({ name }) => name),
    [`predictions/flights/2013-06-01/${NOON - 60_000}-${NOON - 60_000}.${id}.1.parquet`],
  );
  assert.deepEqual(
    (await folders.rows()).map(({ sequence, score, prediction_id: prediction }) => [
      sequence,
      score,
      prediction,
    ]),
    [
      ['1', 0.25, `${id}-1`],
      ['2', 0.5, `${id}-2`],
      ['3', 0.75, `${id}-3`],
    ],
  );
  assert.deepEqual(await folders.waiting(), []);
});

test('what a crash left behind becomes parts at the next start, the line that it cut off left out', async (t) => {
  const folders = await logFolders(t);
  const killed = writerIn(folders);
  t.after(() => killed.close([]));
  await killed.start();
  await killed.append(FLIGHTS, LAYOUT + line(1, 0.25));
  const [file = ''] = await folders.waiting();
  await appendFile(join(folders.state, file), '[0,2,0,13700');

  const next = writerIn(folders);
  await next.start();
  await next.append(FLIGHTS, LAYOUT + line(600, 0.5));
  await next.close([[FLIGHTS, 601]]);

  assert.deepEqual(
    (await folders.rows()).map(({ sequence }) => sequence),
    ['1', '600'],
  );
  assert.deepEqual(await folders.missing(), [
    { writer: (await readFile(join(folders.state, 'writer'), 'utf8')).trim(), logged: '2', missing: '598' },
  ]);
});

test('a part that was put before a crash could delete its file is put again under the same name with the same bytes', async (t) => {
  const folders = await logFolders(t);
  const put = new Map<string, string[]>();
  const parts: PartStore = {
    ...folders.parts,
    async put(name, bytes) {
      put.set(name, [...(put.get(name) ?? []), Buffer.from(bytes).toString('hex')]);
    },
  };
  for (const _ of [1, 2]) {
    const writer = writerIn(folders, { parts });
    await writer.start();
    await writeFile(join(folders.state, 'predictions.flights.1.wal'), LAYOUT + line(1, 0.25));
    const again = writerIn(folders, { parts });
    await again.start();
    await again.tick();
  }

  assert.equal(put.size, 1);
  const [[one, two] = []] = [...put.values()];
  assert.equal(one, two);
});

test('numbers that were reserved are never given again, and after an orderly end none is skipped', async (t) => {
  const folders = await logFolders(t);
  const first = writerIn(folders);
  await first.start();
  assert.equal(await first.open(FLIGHTS), 1);
  await first.reserve(FLIGHTS, 513);

  const afterKill = writerIn(folders);
  await afterKill.start();
  assert.equal(await afterKill.open(FLIGHTS), 513);
  await afterKill.close([[FLIGHTS, 520]]);

  const afterEnd = writerIn(folders);
  await afterEnd.start();
  assert.equal(await afterEnd.open(FLIGHTS), 520);
  assert.equal(await afterEnd.open({ kind: 'feedback', model: 'flights' }), 1);
});

for (const text of ['', 'x', '0', '1.5', '-3']) {
  test(`a sequence file that holds ${JSON.stringify(text)} is refused: a number might be used twice`, async (t) => {
    const folders = await logFolders(t);
    const writer = writerIn(folders);
    await writer.start();
    await writeFile(join(folders.state, 'predictions.flights.sequence'), text);

    await assert.rejects(writer.open(FLIGHTS), { code: 'MW_PART_STORE', message: /must not be used again/ });
  });
}

test('a part store that fails is asked again after a rest, and nothing is lost', async (t) => {
  const folders = await logFolders(t);
  const clock = memoryClock(NOON);
  const said: string[] = [];
  const counted: string[] = [];
  let broken = true;
  const parts: PartStore = {
    ...folders.parts,
    async put(name, bytes) {
      if (broken) throw new Error('no route to host');
      await folders.parts.put(name, bytes);
    },
  };
  const events = {
    say: (_: string, message: string) => void said.push(message),
    count: (what: string) => void counted.push(what),
  };
  const writer = writerIn(folders, { clock, parts, events });
  await writer.start();
  await writer.append(FLIGHTS, LAYOUT + line(1, 0.25));

  clock.advance(60_000);
  await writer.tick();
  broken = false;
  await writer.tick();
  const duringRest = await folders.parts.list('');
  clock.advance(5_000);
  await writer.tick();

  assert.deepEqual(duringRest, []);
  assert.deepEqual(counted, ['part_failures', 'parts']);
  assert.equal(said.length, 1);
  assert.equal((await folders.rows()).length, 1);
});

test('waiting files have a limit: beyond it rows are refused, and taken again when parts got through', async (t) => {
  const folders = await logFolders(t);
  const clock = memoryClock(NOON);
  const writer = writerIn(folders, { clock, mostWaiting: 400 });
  await writer.start();
  const lines = LAYOUT + line(1, 0.25);
  await writer.append(FLIGHTS, lines);
  await writer.append(FLIGHTS, lines);

  await assert.rejects(writer.append(FLIGHTS, lines), {
    code: 'MW_PART_STORE',
    message: /wait for the part store already/,
  });
  clock.advance(60_000);
  await writer.tick();
  await writer.append(FLIGHTS, lines);

  assert.equal((await folders.waiting()).length, 1);
  await writer.close([]);
});

test('labels may have a quarter of what waits, so that predictions always have room', async (t) => {
  const folders = await logFolders(t);
  const writer = writerIn(folders, { mostWaiting: 1_000 });
  await writer.start();
  const labels = { kind: 'feedback', model: 'flights' } as const;
  const lines = LAYOUT + line(1, 0.25);
  await writer.append(labels, lines);

  await assert.rejects(writer.append(labels, lines), { code: 'MW_PART_STORE' });
  await writer.append(FLIGHTS, lines);
  await writer.append(FLIGHTS, lines);

  assert.equal((await folders.waiting()).length, 2);
  await writer.close([]);
});

test('every log has files of its own, written at the same time', async (t) => {
  const folders = await logFolders(t);
  const writer = writerIn(folders);
  await writer.start();
  const models = ['flights', 'credit', 'churn'];

  await Promise.all(
    models.flatMap((model) =>
      Array.from({ length: 20 }, (_, i) =>
        writer.append({ kind: 'predictions', model }, LAYOUT + line(i + 1, i)),
      ),
    ),
  );
  await writer.close([]);

  for (const model of models) {
    assert.equal((await folders.parts.list(`predictions/${model}/`)).length, 1);
  }
  assert.equal((await folders.rows()).length, 60);
});

test('lines that a damaged disk made unreadable are counted and kept for people, the others become rows', async (t) => {
  const folders = await logFolders(t);
  const counted: string[] = [];
  const events = { say: () => undefined, count: (what: string) => void counted.push(what) };
  const writer = writerIn(folders, { events });
  await writer.start();
  await writer.append(FLIGHTS, `${LAYOUT + line(1, 0.25)}[0,2,garbage]\n[7,3,0]\n`);
  await writer.close([]);

  assert.deepEqual(counted, ['parts', 'damaged_files']);
  assert.equal((await folders.rows()).length, 1);
  assert.equal((await readdir(folders.state)).filter((file) => file.endsWith('.damaged')).length, 1);
});

test('a value that no part can hold makes its line unreadable, and keeps nobody else from becoming a part', async (t) => {
  const folders = await logFolders(t);
  const counted: string[] = [];
  const events = { say: () => undefined, count: (what: string) => void counted.push(what) };
  const writer = writerIn(folders, { events });
  await writer.start();
  const count = layoutLine(0, [
    ['served_at', 'TIMESTAMP'],
    ['event_time', 'TIMESTAMP'],
    ['feature.n', 'INT64'],
  ]);
  await writer.append(
    FLIGHTS,
    `${count}[0,1,${NOON},${NOON},"12x"]\n[0,2,1e300,${NOON},1]\n[0,3,${NOON},${NOON},7]\n`,
  );
  await writer.append({ kind: 'predictions', model: 'credit' }, LAYOUT + line(1, 0.25));
  await writer.close([]);

  assert.deepEqual(counted.sort(), ['damaged_files', 'parts', 'parts']);
  assert.deepEqual(
    (await folders.rows()).map((row) => row['feature.n'] ?? row.score),
    [0.25, '7'],
  );
});

test('rows that are appended while the files of an earlier run are still looked for are not taken for theirs', async (t) => {
  const folders = await logFolders(t);
  const clock = memoryClock(NOON);
  const killed = writerIn(folders, { clock });
  await killed.start();
  await killed.append(FLIGHTS, LAYOUT + line(1, 0.25));
  clock.advance(1);

  const next = writerIn(folders, { clock });
  const [{ writer: id }] = await Promise.all([next.start(), next.append(FLIGHTS, LAYOUT + line(2, 0.5))]);
  await next.tick();
  await next.append(FLIGHTS, LAYOUT + line(3, 0.75));
  await next.close([]);
  await killed.close([]).catch(() => undefined);

  assert.match(id, /^[0-9a-f]{16}$/);
  assert.deepEqual(
    (await folders.rows()).map(({ sequence }) => sequence),
    ['1', '2', '3'],
  );
});

test('requests with other columns each become parts in proportion to what they say', () => {
  const narrow: LogRow['columns'] = [['feature.x', 'DOUBLE']];
  const wide: LogRow['columns'] = Array.from({ length: 100 }, (_, place) => [`feature.x.${place}`, 'DOUBLE']);
  const rows = Array.from({ length: 1000 }, (_, index): LogRow => {
    const columns = index === 0 ? wide : narrow;
    return { columns, sequence: index + 1, values: columns.map(() => 0) };
  });

  const parts = [...partsOf(FLIGHTS, 'w', rows, 6000)];

  // With the 11 fixed columns 112 by 53 rows; then 12 by 500, and what is left.
  assert.deepEqual(
    parts.map(({ name }) => name.split('.').at(-2)),
    ['1', '54', '554'],
  );
});

test('the rows of one prediction are never in two parts, which would have one name', () => {
  const columns: LogRow['columns'] = [['feature.x', 'DOUBLE']];
  const rows = [1, 1, 1, 2, 2, 2, 3].map((sequence): LogRow => ({ columns, sequence, values: [0] }));

  // 12 columns by 2 rows would be as much as a part may have.
  const parts = [...partsOf(FLIGHTS, 'w', rows, 24)];

  assert.deepEqual(
    parts.map(({ name }) => name.split('.').at(-2)),
    ['1', '2', '3'],
  );
});

function line(sequence: number, score: number): string {
  return `[0,${sequence},0,${NOON - 60_000},${NOON},${score}]\n`;
}
