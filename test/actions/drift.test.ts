/** `mergeway drift`: two plain files, compared column by column. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { jsonOf, mergeway, type Ran } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { lehmer } from '#test/support/samples.ts';

interface Column {
  readonly column: string;
  readonly method: string;
  readonly statistic: number | null;
  readonly p_value: number | null;
  readonly threshold: number | null;
  readonly verdict: string;
  readonly reason: string;
}

/** A table as CSV; columns are lists of cells. */
function csv(columns: Readonly<Record<string, readonly (string | number)[]>>): string {
  const lists = Object.values(columns);
  const rows = (lists[0] ?? []).map((_, row) => lists.map((list) => list[row]).join(','));
  return `${Object.keys(columns).join(',')}\n${rows.join('\n')}\n`;
}

async function compared(
  t: TestContext,
  reference: string,
  current: string,
  args: readonly string[] = [],
): Promise<Ran> {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'a.csv'), reference);
  await writeFile(join(cwd, 'b.csv'), current);
  return mergeway(['drift', '--reference', 'a.csv', '--current', 'b.csv', ...args], { cwd });
}

function columnsOf(ran: Ran): readonly Column[] {
  return jsonOf(ran).columns as readonly Column[];
}

const uniform = (seed: number, n: number) => lehmer(seed, n).map((u) => u * 10);
const cycle = (words: readonly string[], n: number) =>
  Array.from({ length: n }, (_, row) => words[row % words.length] ?? '');

test('what moved stands first, what stayed after it, in the fixed shape; exit code 1', async (t) => {
  const reference = csv({ stays: uniform(1, 1000), moves: uniform(2, 1000) });
  const current = csv({ stays: uniform(3, 1000), moves: uniform(4, 1000).map((x) => x + 2) });

  const ran = await compared(t, reference, current, ['--json']);

  assert.equal(ran.code, 1, ran.stderr);
  const columns = columnsOf(ran);
  assert.deepEqual(
    columns.map(({ column, method, verdict }) => [column, method, verdict]),
    [
      ['moves', 'psi_deciles', 'fail'],
      ['stays', 'psi_deciles', 'pass'],
    ],
  );
  assert.deepEqual(Object.keys(columns[0] ?? {}), [
    'column',
    'method',
    'statistic',
    'p_value',
    'threshold',
    'verdict',
    'reason',
  ]);
});

test('--method evidently takes for each column what that library takes, and says what', async (t) => {
  const table = (seed: number) =>
    csv({
      number: uniform(seed, 400),
      few: uniform(seed + 1, 400).map((x) => Math.floor(x / 2)),
      word: cycle(['a', 'b', 'c'], 400),
      switch: cycle(['x', 'y'], 400),
      text: uniform(seed, 400).map((x) => `t${Math.floor(x * 1e5)}`),
    });

  const ran = await compared(t, table(1), table(11), ['--method', 'evidently', '--json']);

  assert.deepEqual(Object.fromEntries(columnsOf(ran).map(({ column, method }) => [column, method])), {
    number: 'ks',
    few: 'chisquare',
    word: 'chisquare',
    switch: 'z',
    text: 'evidently',
  });
  const text = columnsOf(ran).find(({ column }) => column === 'text');
  assert.equal(text?.verdict, 'skipped');
  assert.match(text.reason, /gives to a classifier/);
});

test('--method TVD permutes the rows in the order of the files', async (t) => {
  // evidently 0.7.23 on the same rows, whole numbers as categories.
  const reference = csv({ x: lehmer(9, 60).map((u) => `v${Math.floor(u * 3)}`) });
  const current = csv({ x: lehmer(10, 45).map((u) => `v${Math.floor(u ** 1.3 * 3)}`) });

  const ran = await compared(t, reference, current, ['--method', 'TVD', '--json']);

  assert.equal(columnsOf(ran)[0]?.p_value, 0.691);
});

test('the same file against itself passes; exit code 0', async (t) => {
  const table = csv({ x: uniform(1, 200), word: cycle(['a', 'b', 'c'], 200) });

  const ran = await compared(t, table, table, ['--json']);

  assert.equal(ran.code, 0);
  assert.deepEqual(
    columnsOf(ran).map(({ statistic, verdict }) => [statistic, verdict]),
    [
      [0, 'pass'],
      [0, 'pass'],
    ],
  );
});

test('fifty rows can not be judged; exit code 3, and what would settle it', async (t) => {
  const ran = await compared(t, csv({ x: uniform(1, 50) }), csv({ x: uniform(2, 50) }), ['--json']);

  assert.equal(ran.code, 3);
  assert.equal(columnsOf(ran)[0]?.verdict, 'inconclusive');
  assert.match(columnsOf(ran)[0]?.reason ?? '', /100 rows on each side would settle it/);
});

test('a threshold of one’s own does not fail what chance alone can reach', async (t) => {
  const ran = await compared(t, csv({ x: uniform(1, 120) }), csv({ x: uniform(2, 120) }), [
    '--threshold',
    '0.01',
    '--json',
  ]);

  assert.equal(ran.code, 3);
  assert.match(columnsOf(ran)[0]?.reason ?? '', /chance alone reaches/);
});

test('missing values are a bin of their own, new categories are named', async (t) => {
  const reference = csv({ x: uniform(1, 1000), word: cycle(['a', 'b'], 1000) });
  const current = csv({
    x: uniform(2, 1000).map((x, row) => (row % 20 === 0 ? '' : x)),
    word: cycle(['a', 'b'], 1000).map((word, row) => (row % 50 === 0 ? 'zebra' : word)),
  });

  const columns = columnsOf(await compared(t, reference, current, ['--json']));

  const reasonOf = (name: string) => columns.find(({ column }) => column === name)?.reason ?? '';
  assert.deepEqual(
    columns.map(({ verdict }) => verdict),
    ['fail', 'fail'],
  );
  assert.match(reasonOf('x'), /missing 0 %, now 5 %/);
  assert.match(reasonOf('word'), /new: "zebra" \(20\)/);
});

test('infinite values fall into the outer bins, NaN is missing', async (t) => {
  const reference = csv({ x: uniform(1, 1000) });
  const current = csv({
    x: uniform(2, 1000).map((x, row) => (row % 10 === 5 ? 'inf' : row % 10 === 6 ? 'nan' : x)),
  });

  const [column] = columnsOf(await compared(t, reference, current, ['--json']));

  assert.equal(column?.verdict, 'fail');
  assert.match(column?.reason ?? '', /missing 0 %, now 10 %; 0 infinite values, now 100/);
});

test('keys and timestamps are skipped with the reason, a column that is gone could not be told', async (t) => {
  const rows = Array.from({ length: 200 }, (_, row) => row);
  const reference = csv({
    id: rows.map((row) => `order-${row}`),
    at: rows.map((row) => `2026-01-01 00:00:${String(row % 60).padStart(2, '0')}`),
    gone: rows,
  });
  const current = csv({
    id: rows.map((row) => `order-${row + 200}`),
    at: rows.map(() => '2026-02-01 00:00:00'),
  });

  const ran = await compared(t, reference, current, ['--json']);

  assert.equal(ran.code, 3);
  assert.deepEqual(
    columnsOf(ran).map(({ column, verdict, reason }) => [column, verdict, reason.split(':')[0]]),
    [
      [
        'gone',
        'inconclusive',
        'the current data has no such column; current data with this column would settle it',
      ],
      ['id', 'skipped', 'looks like a key'],
      ['at', 'skipped', 'timestamps move by themselves'],
    ],
  );
});

// evidently 0.7.23 and scipy 1.17.1 on the same rows
for (const [method, statistic, p] of [
  ['psi', 0.10796991815408391, null],
  ['wasserstein_distance_norm', 0.2180077550198506, null],
  ['ks', 0.11916666666666667, 0.014261387052429037],
] as const) {
  test(`--method ${method} gives the library's number on plain files`, async (t) => {
    const reference = csv({ x: lehmer(1, 400).map((u) => 10 * u) });
    const current = csv({ x: lehmer(2, 300).map((u) => 10 * u ** 1.3) });

    const [column] = columnsOf(await compared(t, reference, current, ['--method', method, '--json']));

    assert.ok(Math.abs((column?.statistic ?? 0) - statistic) < 1e-12, String(column?.statistic));
    assert.ok(p === null ? column?.p_value === null : Math.abs((column?.p_value ?? 0) - p) < 1e-12);
    assert.equal(column?.verdict, 'fail');
  });
}

test('a certain test has no finite statistic, and its p-value says so', async (t) => {
  const ran = await compared(
    t,
    csv({ word: cycle(['a', 'b'], 200) }),
    csv({ word: cycle(['a', 'c'], 200) }),
    ['--method', 'chi_stat_test', '--json'],
  );

  assert.equal(ran.code, 1);
  assert.deepEqual([columnsOf(ran)[0]?.statistic, columnsOf(ran)[0]?.p_value], [null, 0]);
});

test('people see a bar, the worst column first and the rate of false alarms', async (t) => {
  const ran = await compared(
    t,
    csv({ stays: uniform(1, 500), moves: uniform(2, 500) }),
    csv({ stays: uniform(3, 500), moves: uniform(4, 500).map((x) => x + 5) }),
  );

  const [title, first, second, last] = ran.stdout.split('\n');
  assert.equal(title, 'moved: 1 of 2 columns moved');
  assert.match(first ?? '', /^ {2}moves ██████████ moved +PSI/);
  assert.match(second ?? '', /^ {2}stays █*·+ stayed +PSI/);
  assert.match(last ?? '', /at most 1 comparison in 100/);
});

for (const { args, says } of [
  { args: ['--method', 'psy'], says: /'psy' is no drift method; there are psi_deciles, evidently, psi,/ },
  { args: ['--columns', 'nope'], says: /no column 'nope'; it has x/ },
  { args: ['--threshold', 'high'], says: /takes auto or a number from 0 on, not \\"high\\"/ },
  { args: ['--method', 'ed', '--threshold', 'auto'], says: /give ed a number/ },
]) {
  test(`${args.join(' ')} is refused with the way out`, async (t) => {
    const table = csv({ x: uniform(1, 20) });

    const ran = await compared(t, table, table, [...args, '--json']);

    assert.equal(ran.code, 2);
    assert.match(ran.stdout, says);
  });
}
