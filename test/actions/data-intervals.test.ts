/** `mergeway data advance` and `backfill` on a working tree with two stores beside it. */

import assert from 'node:assert/strict';
import { access, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { jsonOf, mergeway, type Ran } from '#test/support/command-line.ts';
import { type DataProject, dataProject, LOCKS } from '#test/support/data-project.ts';

function run(project: DataProject, ...args: readonly string[]): Promise<Ran> {
  const env = {
    MERGEWAY_DATA_STORE: project.dataStore,
    MERGEWAY_TRAINING_STORE: project.trainingStore,
  };
  return mergeway(['data', ...args, '--model', 'hours'], { cwd: project.root, env });
}

async function locks(project: DataProject): Promise<readonly string[]> {
  return Promise.all(Object.keys(LOCKS).map((path) => project.read(path)));
}

test('advance writes the locks, says their rows, and the next tick has nothing to do', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 97 });

  const first = await run(project, 'advance', '--now', '2026-01-05T00:00:00Z', '--json');
  const written = await locks(project);
  const second = await run(project, 'advance', '--now', '2026-01-05T09:00:00Z', '--json');

  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(jsonOf(first), {
    model: 'hours',
    status: 'advanced',
    interval: { from: '2026-01-04T00:00:00Z', to: '2026-01-05T00:00:00Z' },
    rows: { 'data/train.lock': 72, 'data/holdout.lock': 24 },
    locks: ['data/train.lock', 'data/holdout.lock'],
    dryRun: false,
  });
  assert.match(first.stderr, /data\/holdout\.lock: 24 rows/);
  assert.equal(second.code, 0);
  const { status, dueAt } = jsonOf(second);
  assert.deepEqual({ status, dueAt }, { status: 'not-due', dueAt: '2026-01-06T00:00:00Z' });
  assert.deepEqual(await locks(project), written);
});

test('the locks that it writes are locks that other commands read', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  await run(project, 'advance', '--now', '2026-01-05T00:00:00Z');

  const validate = (env: Record<string, string>) =>
    mergeway(['validate', '--model', 'hours', '--json'], { cwd: project.root, env });
  const given = await validate({ MERGEWAY_TRAINING_STORE: project.trainingStore });
  const withheld = await validate({});

  assert.equal(given.code, 0, given.stderr);
  assert.equal(jsonOf(given).verdict, 'pass');
  assert.equal(jsonOf(withheld).error?.code, 'MW_DATA_MISSING');
  assert.match(withheld.stdout, /no training store was given/);
});

for (const { what, hours, args = [], code, says } of [
  {
    what: 'data that has not come',
    hours: 90,
    code: 3,
    says: /^waiting for 2026-01-04T00:00:00Z to .*would settle it$/m,
  },
  {
    what: 'a time that is none',
    hours: 97,
    args: ['--now', 'today'],
    code: 2,
    says: /--now is an instant such as/,
  },
  {
    what: 'a dry run',
    hours: 97,
    args: ['--dry-run'],
    code: 0,
    says: /^tried only, nothing is changed; advanced/,
  },
]) {
  test(`advance with ${what} ends with ${code} and changes no lock`, async (t) => {
    const project = await dataProject(t);
    await project.labels('labels/1.parquet', { from: 0, to: hours });
    const before = await locks(project);

    const ran = await run(project, 'advance', '--now', '2026-01-05T00:00:00Z', ...args);

    assert.equal(ran.code, code);
    assert.match(ran.stdout + ran.stderr, says);
    assert.deepEqual(await locks(project), before);
  });
}

test('advance with rows that break the contract ends with 1, names rule and report, and changes no lock', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 96 });
  await project.labels('labels/2.parquet', { from: 96, to: 97, columns: ', NULL::INT AS extra' });
  await project.write(
    'data/hours.odcs.yaml',
    (await project.read('data/hours.odcs.yaml')).replace('100', '5'),
  );
  const before = await locks(project);

  const ran = await run(project, 'advance', '--now', '2026-01-05T00:00:00Z');

  assert.equal(ran.code, 1);
  assert.match(ran.stdout, /^quarantined: 2026-01-04T00:00:00Z to 2026-01-05T00:00:00Z$/m);
  assert.match(ran.stdout, /^ {2}data\/holdout\.lock: maximum of x: 3 of 24 rows are above 5$/m);
  const report = /report: store:(\S+)/.exec(ran.stdout)?.[1] ?? '';
  const { rules } = JSON.parse(await readFile(join(project.dataStore, report), 'utf8'));
  assert.equal(rules[0].samples.length > 0, true);
  assert.deepEqual(await locks(project), before);
});

test('told again after the locks were half written, advance makes the same interval', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 130 });
  const now = ['--now', '2026-01-06T00:00:00Z'];
  await run(project, 'advance', ...now);
  const whole = await locks(project);
  await project.write('data/holdout.lock', LOCKS['data/holdout.lock']);

  await run(project, 'advance', ...now);

  assert.deepEqual(await locks(project), whole);
});

test('a lock is not written through a link out of the repository', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 97 });
  await project.write('../elsewhere/train.lock', LOCKS['data/train.lock']);
  await symlink(join(project.root, '../elsewhere'), join(project.root, 'linked'));
  const config = await project.read('models/hours/model.yaml');
  await project.write('models/hours/model.yaml', config.replace('data/train.lock', 'linked/train.lock'));

  const ran = await run(project, 'advance', '--now', '2026-01-05T00:00:00Z', '--json');

  assert.equal(jsonOf(ran).error?.code, 'MW_DATA_MISSING');
  assert.equal(await project.read('../elsewhere/train.lock'), LOCKS['data/train.lock']);
});

test('backfill writes a folder of locks for every complete interval that has rows and keeps the contract', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 90 });
  await project.labels('labels/2.parquet', { from: 120, to: 150 });
  const before = await locks(project);
  const range = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-02-01T00:00:00Z', '--out', 'history'];
  const args = ['backfill', ...range, '--now', '2026-01-07T12:00:00Z', '--json'];

  const ran = await run(project, ...args);

  assert.equal(ran.code, 1, 'the second day alone is too few rows to train on');
  const { intervals } = jsonOf(ran) as unknown as {
    intervals: readonly { status: string; interval: { from: string }; folder?: string }[];
  };
  assert.deepEqual(
    intervals.map(({ status, interval }) => `${interval.from.slice(8, 10)} ${status}`),
    ['01 empty', '02 quarantined', '03 advanced', '04 advanced', '05 empty', '06 advanced'],
  );
  const folders = await readdir(join(project.root, 'history'));
  assert.deepEqual(folders, [
    '20260103T000000Z_20260104T000000Z',
    '20260104T000000Z_20260105T000000Z',
    '20260106T000000Z_20260107T000000Z',
  ]);
  for (const folder of folders) await access(join(project.root, 'history', folder, 'data/holdout.lock'));
  assert.deepEqual(await locks(project), before);

  const text = await project.read('history/20260104T000000Z_20260105T000000Z/data/train.lock');
  assert.equal((await run(project, ...args)).code, ran.code);
  assert.equal(await project.read('history/20260104T000000Z_20260105T000000Z/data/train.lock'), text);
});

test('backfill refuses a range that is none', async (t) => {
  const project = await dataProject(t);
  const range = ['--from', '2026-02-01T00:00:00Z', '--to', '2026-01-01T00:00:00Z', '--out', 'history'];

  const ran = await run(project, 'backfill', ...range, '--json');

  assert.equal(jsonOf(ran).error?.code, 'MW_USAGE');
});
