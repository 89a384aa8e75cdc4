/** Windows out of real parts of a prediction log, of a champion whose profile came with its evaluation. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { liveWindows } from '#app/live-windows.ts';
import { parseModelConfig } from '#core/config/load.ts';
import { digestOf } from '#core/digest.ts';
import type { LiveWindows } from '#core/ports/live-windows.ts';
import type { PartStore } from '#core/ports/part-store.ts';
import { partName } from '#core/predictions/part-name.ts';
import { AUTO, circle, circleYaml, DAY, HOUR, START } from '#test/support/circle.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { writeParquet } from '#test/support/parquet.ts';

const MODEL = 'credit';
const POLICY = digestOf('policy');
/** The champion's first day. */
const FIRST = { from: START, to: START + DAY };

test('the log reaches from the version’s first prediction to the newest of all, and says when it was written', async (t) => {
  const { windows, predict } = await logOf(t);
  assert.equal(await windows.reach({ model: MODEL, version: 'v0.0.1' }), undefined);
  await predict({ from: START + 2 * HOUR, rows: 10, version: 'v0.0.1', sequence: 0 });
  await predict({ from: START + DAY, rows: 10, version: 'v0.0.2', sequence: 10 });

  const old = await windows.reach({ model: MODEL, version: 'v0.0.1' });
  const next = await windows.reach({ model: MODEL, version: 'v0.0.2' });
  const none = await windows.reach({ model: MODEL, version: 'v0.0.3' });

  const newest = START + DAY + 9000;
  assert.deepEqual(old, { first: START + 2 * HOUR, newest, written: newest + 50 });
  assert.equal(next?.first, START + DAY);
  assert.equal(none?.first, undefined);
});

test('a window holds the version’s rows of its time and the labels that came, and more when more have come', async (t) => {
  const { windows, predict, label } = await logOf(t);
  const asked = { model: MODEL, version: 'v0.0.1', window: FIRST };
  await predict({ from: START + 23 * HOUR, rows: 7200, version: 'v0.0.1', sequence: 0 });
  await predict({ from: START + 2 * HOUR, rows: 5, version: 'v0.0.2', sequence: 7200 });
  assert.deepEqual(await windows.counts(asked), { rows: 3600, labelled: 0 });

  await label({ rows: 100 });
  await windows.reach(asked);
  assert.deepEqual(await windows.counts(asked), { rows: 3600, labelled: 100 });
  await predict({ from: START + 3 * HOUR, rows: 7, version: 'v0.0.1', sequence: 7205 });
  await windows.reach(asked);
  assert.deepEqual(await windows.counts(asked), { rows: 3607, labelled: 100 });
});

test('one look lists predictions and labels once, however many windows it counts', async (t) => {
  const { windows, predict, listed } = await logOf(t);
  await predict({ from: START, rows: 10, version: 'v0.0.1', sequence: 0 });
  const asked = { model: MODEL, version: 'v0.0.1' };

  await windows.reach(asked);
  for (let day = 0; day < 3; day++) {
    await windows.counts({ ...asked, window: { from: START, to: START + DAY + day } });
  }

  assert.deepEqual(listed, ['predictions/credit/', 'feedback/credit/']);
});

test('a version that lost production meanwhile is not held against the profile of the one that took it', async (t) => {
  const { windows, predict } = await logOf(t);
  await predict({ from: START, rows: 10, version: 'v0.0.0', sequence: 0 });
  const champion = { ...CHAMPION, version: 'v0.0.0' };
  const asked = { config: CONFIG, commit: COMMIT, champion, window: FIRST, policy: POLICY, labelsDue: false };

  await assert.rejects(windows.measure(asked), /v0\.0\.1 took the place of v0\.0\.0/);
});

test('a window is judged with the same counts, and on performance only when labels are due', async (t) => {
  const { windows, predict, label } = await logOf(t);
  await predict({ from: START, rows: 3000, version: 'v0.0.1', sequence: 0 });
  await label({ rows: 2000 });
  const asked = { config: CONFIG, commit: COMMIT, champion: CHAMPION, window: FIRST, policy: POLICY };

  const early = await windows.measure({ ...asked, labelsDue: false });
  const due = await windows.measure({ ...asked, labelsDue: true });

  assert.deepEqual([due.rows, due.labelled], [3000, 2000]);
  assert.deepEqual(await windows.counts({ model: MODEL, version: 'v0.0.1', window: FIRST }), {
    rows: early.rows,
    labelled: early.labelled,
  });
  assert.deepEqual([due.version, due.policy, due.model], ['v0.0.1', POLICY, MODEL]);
  assert.ok(!early.checks.some(({ kind }) => kind === 'performance'));
  const performance = due.checks.find(({ kind }) => kind === 'performance');
  assert.equal(performance?.subject, 'log_loss');
  assert.notEqual(performance?.verdict, 'skipped');
});

test('skew that a policy asks for is said not to be compared, and is never a pass', async (t) => {
  const { windows, predict } = await logOf(t);
  await predict({ from: START, rows: 3000, version: 'v0.0.1', sequence: 0 });
  const text = circleYaml(AUTO).replace('  drift: {}', '  drift: {}\n  skew: {max: 0.01}');
  const config = parseModelConfig({ path: 'model.yaml', text });

  const { checks, verdict } = await windows.measure({
    config,
    commit: COMMIT,
    champion: CHAMPION,
    window: FIRST,
    policy: POLICY,
    labelsDue: false,
  });

  const skew = checks.filter(({ kind }) => kind === 'skew');
  assert.deepEqual(
    skew.map((check) => [check.verdict, check.alarm]),
    [['inconclusive', true]],
  );
  assert.match(skew[0]?.reason ?? '', /MERGEWAY_DATA_STORE would settle it/);
  assert.notEqual(verdict, 'pass');
});

test('numbers that another window’s part holds are not lost', async (t) => {
  const { windows, predict } = await logOf(t);
  await predict({ from: START, rows: 10, version: 'v0.0.1', sequence: 0 });
  await predict({ from: START + 2 * DAY, rows: 10, version: 'v0.0.1', sequence: 10 });
  await predict({ from: START + HOUR, rows: 10, version: 'v0.0.1', sequence: 20 });

  const { missing } = await windows.measure({
    config: CONFIG,
    commit: COMMIT,
    champion: CHAMPION,
    window: FIRST,
    policy: POLICY,
    labelsDue: true,
  });

  assert.equal(missing, 0);
});

test('a version without a profile is said, and no alarm', async (t) => {
  const { windows } = await logOf(t);
  const result = await windows.measure({
    config: { ...CONFIG, name: 'other' },
    commit: COMMIT,
    champion: CHAMPION,
    window: FIRST,
    policy: POLICY,
    labelsDue: true,
  });

  assert.equal(result.verdict, 'inconclusive');
  assert.match(result.checks[0]?.reason ?? '', /v0\.0\.1 has no reference profile/);
});

const CONFIG = parseModelConfig({ path: 'model.yaml', text: circleYaml(AUTO) });
const COMMIT = 'a'.repeat(40);
const CHAMPION = { version: 'v0.0.1', digest: digestOf('first') };

interface Predicted {
  /** Event time of the first row; one a second follows. */
  readonly from: number;
  readonly rows: number;
  readonly version: string;
  readonly sequence: number;
}

interface Log {
  readonly windows: LiveWindows;
  /** Prefixes that were listed. */
  readonly listed: readonly string[];
  predict(predicted: Predicted): Promise<void>;
  /** Labels of the predictions with the first numbers. */
  label(labels: { readonly rows: number }): Promise<void>;
}

async function logOf(t: TestContext): Promise<Log> {
  const folder = await temporaryFolder(t);
  const listed: string[] = [];
  const parts = folderPartStore(folder);
  const log: PartStore = {
    ...parts,
    list: (prefix) => {
      listed.push(prefix);
      return parts.list(prefix);
    },
  };
  const { workspace } = await circle();
  const windows = liveWindows({ log, table: duckdbTable() }, workspace);
  const day = '2026-01-01';

  return {
    windows,
    listed,
    async predict({ from, rows, version, sequence }) {
      const to = from + (rows - 1) * 1000;
      const name = partName({ kind: 'predictions', model: MODEL, day, from, to, writer: 'w', sequence });
      const at = `epoch_ms(CAST(${from} + n * 1000 AS BIGINT))`;
      await writeParquet(
        join(folder, name),
        `SELECT 'w-' || (${sequence} + n) AS prediction_id, 0 AS "row", 'w' AS writer, ${sequence} + n AS "sequence",
           ${at} AS event_time, ${at} + INTERVAL 50 MILLISECOND AS served_at, '${version}' AS version, 'champion' AS arm,
           (n * 37 % 100) / 100.0 AS score, n * 61 % 100 AS "feature.amount" FROM range(${rows}) AS numbers(n)`,
      );
    },
    async label({ rows }) {
      const at = START + 12 * HOUR;
      const span = { from: at, to: at, writer: 'f', sequence: 0 } as const;
      await writeParquet(
        join(folder, partName({ kind: 'feedback', model: MODEL, day, ...span })),
        `SELECT 'w-' || n AS prediction_id, 0 AS "row", CAST(n % 2 AS VARCHAR) AS label, NULL::TIMESTAMP AS label_time,
           epoch_ms(CAST(${at} AS BIGINT)) AS received_at, 'f' AS writer, n AS "sequence" FROM range(${rows}) AS numbers(n)`,
      );
    },
  };
}
