/** Profiles counted in the database, over files as people have them. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import type { Profile } from '#core/evidence/profile.ts';
import { profileColumns } from '#core/profile/columns.ts';
import { profileOfNumbers } from '#core/profile/numbers.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { uniform } from '#test/support/numbers.ts';

const SILENT = { say: () => {} };

async function profiled(
  t: TestContext,
  columns: Readonly<Record<string, readonly (string | number | null)[]>>,
  restricted: readonly string[] = [],
): Promise<Readonly<Record<string, Profile>>> {
  const names = Object.keys(columns);
  const rows = (columns[names[0] ?? ''] ?? []).map((_, row) =>
    names.map((name) => columns[name]?.[row] ?? '').join(','),
  );
  const path = join(await temporaryFolder(t), 'data.csv');
  await writeFile(path, `${names.join(',')}\n${rows.join('\n')}\n`);
  const table = await duckdbTable().open([path]);
  t.after(() => table.close());
  const wanted = { columns: [...names, 'elsewhere'], restricted: new Set(restricted) };
  const found = await profileColumns(table, wanted, SILENT);
  return Object.fromEntries(found.map(({ column, profile }) => [column, profile]));
}

test('the database bins numbers as they are binned in memory', async (t) => {
  const numbers = uniform(3, 5000).map((u) => (u < 0.4 ? 0 : Math.round(1000 * u ** 3) / 100));

  const { x } = await profiled(t, { x: numbers });

  assert.deepEqual(x, profileOfNumbers(Float64Array.from(numbers)));
});

test('missing, NaN and infinite values are told apart', async (t) => {
  const x = [null, 'nan', 'inf', '-inf', '-inf', ...Array.from({ length: 20 }, (_, i) => String(i))];

  const { x: profile } = await profiled(t, { x, row: x.map((_, row) => row) });

  assert.ok(profile?.kind === 'number');
  const { rows, missing, below, above, lowest, highest } = profile;
  assert.deepEqual([rows, missing, below, above, lowest, highest], [25, 2, 2, 1, 0, 19]);
});

test('text is counted by value, empty is missing, and what is nearly all different is a key', async (t) => {
  const word = Array.from({ length: 40 }, (_, row) => ['a', 'b', 'b', null][row % 4] ?? null);
  const key = word.map((_, row) => `id-${row}`);

  const profiles = await profiled(t, { word, key });

  assert.deepEqual(profiles.word, {
    kind: 'category',
    of: 'text',
    rows: 40,
    missing: 10,
    distinct: 2,
    values: [
      { value: 'b', rows: 20 },
      { value: 'a', rows: 10 },
    ],
    others: 0,
  });
  assert.deepEqual(profiles.key, {
    kind: 'skipped',
    reason: 'looks like a key: 40 different values in 40 rows',
  });
});

test('long texts stay apart though they are shortened, and rare values are pooled', async (t) => {
  const long = 'x'.repeat(80);
  const word = Array.from({ length: 3000 }, (_, row) => (row < 1000 ? `${long}${row % 2}` : `w${row % 500}`));

  const { word: profile } = await profiled(t, { word });

  assert.ok(profile?.kind === 'category');
  assert.equal(profile.distinct, 502);
  assert.equal(profile.values.length, 200);
  assert.deepEqual(
    profile.values.slice(0, 2).map(({ rows }) => rows),
    [500, 500],
  );
  assert.notEqual(profile.values[0]?.value, profile.values[1]?.value);
  assert.equal(profile.values.reduce((sum, { rows }) => sum + rows, 0) + profile.others, 3000);
});

test('what can not be compared, and what must not be shown, is left out with a reason', async (t) => {
  const profiles = await profiled(
    t,
    { at: ['2013-05-01T10:00:00Z', '2013-05-02T10:00:00Z'], Income: [1, 2] },
    ['income'],
  );

  assert.deepEqual(profiles, {
    at: { kind: 'skipped', reason: 'timestamps move by themselves' },
    Income: { kind: 'skipped', reason: 'restricted by the contract' },
    elsewhere: { kind: 'skipped', reason: 'the data has no such column' },
  });
});
