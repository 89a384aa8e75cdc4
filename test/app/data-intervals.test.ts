/** The App's data intervals, over real files in its stores and locks at a commit. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { memoryClock } from '#adapters/memory/clock.ts';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { dataIntervals } from '#app/data-intervals.ts';
import { parseDataLock } from '#core/config/load.ts';
import { type DataProject, dataProject, hour, labelsSql } from '#test/support/data-project.ts';
import { writeParquet } from '#test/support/parquet.ts';

test('the newest complete interval is found, and its locks name its rows', async (t) => {
  const project = await dataProject(t);
  await project.labels('labels/1.parquet', { from: 0, to: 100 });
  const { data, locked, source } = await appOf(project, hour(100));

  const newest = await data.newest(locked);
  assert.deepEqual(newest, { status: 'due', interval: { from: hour(72), to: hour(96) } });
  assert.ok(newest.status === 'due');
  const advanced = await data.advance({ ...locked, interval: newest.interval });

  assert.ok(advanced.status === 'advanced');
  assert.deepEqual(Object.keys(advanced.locks).sort(), ['data/holdout.lock', 'data/train.lock']);
  const text = advanced.locks['data/holdout.lock'] ?? '';
  const { interval, rows } = parseDataLock({ path: 'data/holdout.lock', text });
  assert.deepEqual(interval, { from: '2026-01-04T00:00:00Z', to: '2026-01-05T00:00:00Z' });
  assert.equal(rows, 24);
  assert.deepEqual(await data.advance({ ...locked, interval: newest.interval }), advanced);

  const commit = source.change(locked.commit, advanced.locks);
  assert.equal((await data.newest({ ...locked, commit })).status, 'not-due');
});

test('an interval that breaks its contract is refused with the rule and the report', async (t) => {
  const project = await dataProject(t);
  const tooLarge = labelsSql({ from: 0, to: 100 }).replace('n % 7 AS x', '1000 AS x');
  await writeParquet(join(project.dataStore, 'labels/1.parquet'), tooLarge);
  const { data, locked } = await appOf(project, hour(100));

  const refused = await data.advance({ ...locked, interval: { from: hour(72), to: hour(96) } });

  assert.equal(refused.status, 'refused');
  assert.match(refused.status === 'refused' ? refused.reason : '', /maximum.*store:/s);
});

async function appOf(project: DataProject, now: number) {
  const source = memorySourceTree();
  const files: Record<string, string> = {};
  for (const path of FILES) files[path] = await project.read(path);
  const commit = source.commit(files);
  const { dataStore, trainingStore } = project;
  const data = dataIntervals({ dataStore, trainingStore }, { source, clock: memoryClock(now) });
  return { data, source, locked: { config: await project.config(), commit } };
}

const FILES = ['data/train.lock', 'data/holdout.lock', 'data/hours.odcs.yaml'];
