/** Windows of a prediction log, read from files: which rows count, what they are compared with, which label is the last. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { Monitor } from '#core/config/monitor.ts';
import { digestOf } from '#core/digest.ts';
import { measureContest } from '#core/evaluation/measure.ts';
import type { MonitorCheck, MonitorPredicate } from '#core/evidence/monitor.ts';
import { type MonitorRequest, monitorWindow } from '#core/flows/monitor-window.ts';
import { regressionMeasures } from '#core/monitor/read-regression.ts';
import type { Predictions } from '#core/metrics/predictions.ts';
import { profileStatement } from '#core/profile/of-evaluation.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { uniform } from '#test/support/numbers.ts';
import { flatNumbers, fourCategories, profile } from '#test/support/profile.ts';

const JUNE = { from: Date.parse('2013-06-01T00:00:00Z'), to: Date.parse('2013-06-02T00:00:00Z') };
const HOUR = 3_600_000;

type Cells = Readonly<Record<string, string | number | null | undefined>>;

/** A row of the log every 20 seconds of June 1, as the reference has them, of version v1.0.0. */
function logged(count: number, change: (row: number) => Cells = () => ({})): readonly Cells[] {
  return Array.from({ length: count }, (_, row) => ({
    prediction_id: `w-${row + 1}`,
    row: 0,
    writer: 'w',
    sequence: row + 1,
    event_time: new Date(JUNE.from + row * 20_000).toISOString(),
    version: 'v1.0.0',
    score: (row * 37) % 100,
    'feature.amount': (row * 61) % 100,
    'feature.purpose': ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'd'][row % 10],
    ...change(row),
  }));
}

async function csv(t: TestContext, name: string, rows: readonly Cells[]): Promise<string> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const path = join(await temporaryFolder(t), name);
  const lines = rows.map((row) => names.map((one) => row[one] ?? '').join(','));
  await writeFile(path, `${names.join(',')}\n${lines.join('\n')}\n`);
  return path;
}

async function monitored(
  request: Partial<MonitorRequest> & { readonly predictions: readonly string[] },
  { policy = { drift: {} }, window = JUNE }: { readonly policy?: object; readonly window?: typeof JUNE } = {},
): Promise<MonitorPredicate> {
  return monitorWindow(
    { table: duckdbTable(), progress: { say: () => {} } },
    {
      profile: profileStatement(profile(), digestOf('model')),
      version: 'v1.0.0',
      policy: Monitor.parse(policy),
      window,
      ...request,
    },
  );
}

function failed({ checks }: MonitorPredicate): readonly string[] {
  return checks
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ subject, measure }) => `${subject} ${measure}`);
}

function checkOf({ checks }: MonitorPredicate, measure: string): MonitorCheck | undefined {
  return checks.find((check) => check.measure === measure);
}

test('a log like the reference passes, and the result says what it was held against', async (t) => {
  const result = await monitored({ predictions: [await csv(t, 'log.csv', logged(2000))] });

  assert.deepEqual(failed(result), []);
  assert.equal(result.verdict, 'pass');
  assert.deepEqual(
    [result.model, result.version, result.rows, result.window.from],
    ['credit', 'v1.0.0', 2000, '2013-06-01T00:00:00.000Z'],
  );
  assert.match(result.reference, /^sha256:/);
});

test('rows of other versions and of other times are left out, the window’s end too', async (t) => {
  const rows = [
    ...logged(2000),
    ...logged(500, () => ({ version: 'v2.0.0', 'feature.amount': 5000 })),
    ...logged(1, () => ({ event_time: new Date(JUNE.to).toISOString(), 'feature.amount': 5000 })),
    ...logged(1, () => ({ event_time: new Date(JUNE.to - 1).toISOString() })),
  ];

  const result = await monitored({ predictions: [await csv(t, 'log.csv', rows)] });

  assert.equal(result.rows, 2001);
  assert.deepEqual(failed(result), []);
});

test('what moved is found in the log, the scores among it', async (t) => {
  const rows = logged(2000, (row) => ({
    score: ((row * 37) % 100) / 2,
    'feature.amount': row % 20 === 0 ? null : (row * 61) % 100,
    'feature.purpose': row % 50 === 0 ? 'boat' : ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'd'][row % 10],
  }));

  const result = await monitored({ predictions: [await csv(t, 'log.csv', rows)] });

  assert.equal(result.verdict, 'fail');
  assert.deepEqual(failed(result), [
    'amount null_share',
    'purpose psi_categories',
    'purpose unseen',
    'prediction psi_deciles',
    'prediction ks',
  ]);
  assert.match(checkOf(result, 'unseen')?.reason ?? '', /"boat" \(40\)/);
});

test('parts of several shapes are read together by name; a column that is gone is inconclusive', async (t) => {
  const old = await csv(t, 'old.csv', logged(1000));
  const now = await csv(
    t,
    'new.csv',
    logged(1000, (row) => ({
      'feature.purpose': undefined,
      'feature.other': 1,
      event_time: new Date(JUNE.from + 1000 * 20_000 + row * 20_000).toISOString(),
    })).map(({ 'feature.purpose': _, ...row }) => row),
  );

  const both = await monitored({ predictions: [old, now] });
  const onlyNew = await monitored({ predictions: [now] });

  assert.equal(both.rows, 2000);
  assert.deepEqual(failed(both), ['purpose null_share']);
  const purpose = onlyNew.checks.filter(({ subject }) => subject === 'purpose');
  assert.deepEqual(
    purpose.map(({ verdict, reason }) => [verdict, reason]),
    [['inconclusive', 'the window has no such column']],
  );
  assert.equal(onlyNew.verdict, 'inconclusive');
});

test('a model of 32-bit floats logs 0.30000001 where the holdout had 0.3: no row lies beyond', async (t) => {
  const tenths = flatNumbers();
  const column = {
    column: 'amount',
    profile: { ...tenths, edges: tenths.edges.map((edge) => edge / 10), lowest: 0, highest: 9.9 },
  };
  const rows = logged(2000, (row) => ({ 'feature.amount': Math.fround(((row * 61) % 100) / 10) }));

  const result = await monitored({
    predictions: [await csv(t, 'log.csv', rows)],
    profile: profileStatement(profile({ columns: [column] }), digestOf('model')),
  });

  assert.deepEqual(failed(result), []);
  assert.equal(checkOf(result, 'range')?.statistic, 0);
});

test('plain files with features by their own names, without times or versions, are one window', async (t) => {
  const rows = logged(1000).map((row) => ({
    score: row.score,
    amount: Number(row['feature.amount']) + 15,
    purpose: row['feature.purpose'],
  }));

  const result = await monitorWindow(
    { table: duckdbTable(), progress: { say: () => {} } },
    {
      profile: profileStatement(profile(), digestOf('model')),
      predictions: [await csv(t, 'plain.csv', rows)],
      policy: Monitor.parse({ drift: {} }),
      window: undefined,
    },
  );

  assert.deepEqual(failed(result), ['amount psi_deciles', 'amount ks', 'amount range']);
  assert.equal(result.window.from, '');
});

test('gaps in a writer’s numbering are lost rows, whichever version they were of', async (t) => {
  const rows = logged(400)
    .filter((_, row) => row < 100 || row >= 130)
    .map((row, index) => ({ ...row, version: index % 2 === 0 ? 'v1.0.0' : 'v2.0.0' }));
  const another = logged(100, (row) => ({ writer: 'x', sequence: 5000 + row }));

  const result = await monitored({ predictions: [await csv(t, 'log.csv', [...rows, ...another])] });

  assert.equal(result.missing, 30);
});

test('silence is counted from the last prediction before the window to its end', async (t) => {
  const before = logged(1, () => ({ event_time: new Date(JUNE.from - 2 * HOUR).toISOString() }));
  const rows = logged(10, (row) => ({ event_time: new Date(JUNE.from + (5 + row) * HOUR).toISOString() }));
  const policy = { silence: '6h' };

  const late = await monitored({ predictions: [await csv(t, 'log.csv', [...before, ...rows])] }, { policy });
  const alone = await monitored({ predictions: [await csv(t, 'log.csv', rows)] }, { policy });
  const none = await monitored({ predictions: [] }, { policy });

  // The last row comes at 14:00, ten hours before the window's end; before the first it was quiet for 7.
  assert.deepEqual(
    [late, alone, none].map((result) => checkOf(result, 'silence')?.statistic),
    [36_000, 36_000, 86_400],
  );
  assert.equal(none.verdict, 'fail');
});

/** Scores and labels of 1,000 rows, some scores tied. */
const SCORES = uniform(11, 1000).map((u) => Math.round(u * 50) / 50);
const LABELS = uniform(12, 1000).map((u, row) => (u < 0.1 + 0.6 * (SCORES[row] ?? 0) ? 1 : 0));

test('metrics from late labels are those of an evaluation, with intervals as wide', async (t) => {
  const metrics = [
    'roc_auc',
    'average_precision',
    'accuracy',
    'balanced_accuracy',
    'precision',
    'recall',
    'f1',
    'log_loss',
    'brier_score',
  ];
  const rows = logged(1000, (row) => ({ score: Math.min(0.98, Math.max(0.02, SCORES[row] ?? 0)) }));
  const scores = Float64Array.from(rows, ({ score }) => Number(score));
  const feedback = rows.map(({ prediction_id }, row) => ({
    prediction_id,
    row: 0,
    label: LABELS[row],
    received_at: '2013-06-03T00:00:00Z',
  }));
  const predictions: Predictions = {
    task: 'binary-classification',
    labels: Uint8Array.from(LABELS),
    scores,
    threshold: 0.5,
  };

  const result = await monitored(
    { predictions: [await csv(t, 'log.csv', rows)], feedback: [await csv(t, 'feedback.csv', feedback)] },
    { policy: { performance: metrics.map((metric) => ({ metric })) } },
  );

  assert.equal(result.labelled, 1000);
  const measured = measureContest({ candidate: predictions, champion: null, seed: 'labels' });
  for (const { metric, candidate } of measured.filter((one) => metrics.includes(one.metric))) {
    const check = result.checks.find(({ subject }) => subject === metric);
    assert.ok(check && candidate.point !== null && check.low !== null && check.high !== null, metric);
    assert.ok(Math.abs((check.statistic ?? 0) - candidate.point) < 1e-9, `${metric}: ${check.statistic}`);
    const width = (check.high - check.low) / ((candidate.high ?? 0) - (candidate.low ?? 0));
    assert.ok(width > 0.9 && width < 1.1, `${metric}: ${width} times as wide as the bootstrap's`);
  }
});

test('of several labels of a row the one received last counts; labels that are none count for nothing', async (t) => {
  const rows = logged(300, () => ({ score: 0.9 }));
  const label = (id: number, text: string, at: string) => ({
    prediction_id: `w-${id}`,
    row: 0,
    label: text,
    received_at: at,
  });
  const feedback = [
    ...rows.slice(0, 250).map((_, row) => label(row + 1, 'true', '2013-06-03T00:00:00Z')),
    ...rows.slice(0, 50).map((_, row) => label(row + 1, 'false', '2013-06-04T00:00:00Z')),
    ...rows.slice(0, 50).map((_, row) => label(row + 1, 'true', '2013-06-02T00:00:00Z')),
    label(300, 'perhaps', '2013-06-03T00:00:00Z'),
    label(999, 'true', '2013-06-03T00:00:00Z'),
  ];

  const result = await monitored(
    { predictions: [await csv(t, 'log.csv', rows)], feedback: [await csv(t, 'feedback.csv', feedback)] },
    { policy: { performance: [{ metric: 'accuracy', min: 0.7 }] } },
  );

  assert.equal(result.labelled, 250);
  assert.equal(checkOf(result, 'min')?.statistic, 0.8);
  assert.equal(checkOf(result, 'min')?.verdict, 'pass');
});

// Errors 1, −1, 2, 0 around labels 1, 2, 3, 4: MAE 1, MSE 1.5, R² = 1 − 6/5.
test('regression metrics by hand', async (t) => {
  const path = await csv(t, 'plain.csv', [
    { score: 2, label: 1 },
    { score: 1, label: 2 },
    { score: 5, label: 3 },
    { score: 4, label: 4 },
  ]);
  const table = await duckdbTable().open([path]);
  t.after(() => table.close());

  const { rows, of } = await regressionMeasures({
    table,
    labels: { column: 'label' },
    task: 'regression',
    threshold: 0,
  });

  assert.equal(rows, 4);
  const near = (actual: number | null | undefined, expected: number) =>
    assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-12, `${actual} is not ${expected}`);
  near((await of('mean_absolute_error'))?.value, 1);
  near((await of('mean_absolute_error'))?.error, Math.sqrt(2 / 3 / 4));
  near((await of('root_mean_squared_error'))?.value, Math.sqrt(1.5));
  near((await of('r2'))?.value, -0.2);
  assert.equal(await of('roc_auc'), undefined);
});

// The database refuses sums beyond a double's range, and one label must not keep the window from being judged.
test('a label of 1e250 leaves the metrics open, and nothing else', async (t) => {
  const rows = logged(300).map((row, index) => ({ ...row, label: index === 7 ? 1e250 : index }));
  const regression = { ...profile(), task: 'regression' as const, labels: null };

  const result = await monitorWindow(
    { table: duckdbTable(), progress: { say: () => {} } },
    {
      profile: profileStatement(regression, digestOf('model')),
      predictions: [await csv(t, 'log.csv', rows)],
      label: 'label',
      policy: Monitor.parse({ performance: [{ metric: 'root_mean_squared_error', ratio: 1.3 }] }),
      window: JUNE,
    },
  );

  const check = checkOf(result, 'ratio');
  assert.equal(check?.verdict, 'inconclusive');
  assert.match(check?.reason ?? '', /1 row of scores or labels beyond 1e\+30/);
  assert.equal(checkOf(result, 'rows')?.verdict, 'pass');
});

test('a score of 1e200 leaves losses of probabilities open, and nothing else', async (t) => {
  const rows = logged(300, (row) => ({ score: row === 7 ? 1e200 : 0.4 }));
  const labelled = rows.map((row, index) => ({ ...row, label: index % 2 }));

  const result = await monitorWindow(
    { table: duckdbTable(), progress: { say: () => {} } },
    {
      profile: profileStatement(profile(), digestOf('model')),
      predictions: [await csv(t, 'log.csv', labelled)],
      label: 'label',
      policy: Monitor.parse({ performance: [{ metric: 'brier_score', max: 0.3 }, { metric: 'accuracy' }] }),
      window: JUNE,
    },
  );

  assert.match(checkOf(result, 'max')?.reason ?? '', /1 score outside 0 to 1/);
  assert.notEqual(checkOf(result, 'value')?.statistic, null);
});

test('without labels performance can not be told', async (t) => {
  const result = await monitored(
    { predictions: [await csv(t, 'log.csv', logged(300))] },
    { policy: { performance: [{ metric: 'log_loss', ratio: 1.3 }] } },
  );

  assert.equal(result.verdict, 'inconclusive');
  assert.equal(checkOf(result, 'ratio')?.reason, 'there are no labels');
});

test('checks that were made elsewhere, such as skew’s, count as the others do', async (t) => {
  const predictions = [await csv(t, 'log.csv', logged(2000))];
  const passed = await monitored({ predictions });
  const [first] = passed.checks;
  assert.ok(first);
  const skew = { ...first, kind: 'skew', subject: 'amount', verdict: 'fail' } as const;

  const result = await monitorWindow(
    { table: duckdbTable(), progress: { say: () => {} } },
    {
      profile: profileStatement(profile(), digestOf('model')),
      predictions,
      policy: Monitor.parse({ drift: {} }),
      window: JUNE,
      more: [skew],
    },
  );

  assert.deepEqual(result.checks, [...passed.checks, skew]);
  assert.deepEqual([passed.verdict, result.verdict], ['pass', 'fail']);
});

test('names and values of the reference are no SQL', async (t) => {
  const hostile = `x") FROM data; --`;
  const column = { column: hostile, profile: flatNumbers() };
  const text = {
    ...fourCategories(),
    kind: 'category',
    values: [{ value: `a' OR '1'='1`, rows: 20_000 }],
    distinct: 1,
  };
  const named = { column: 'purpose', profile: text as ReturnType<typeof fourCategories> };
  const rows = logged(400, (row) => ({ 'feature.purpose': row % 2 === 0 ? 'a' : 'b' }));

  const result = await monitored({
    predictions: [await csv(t, 'log.csv', rows)],
    profile: profileStatement(profile({ columns: [column, named] }), digestOf('model')),
  });

  assert.equal(result.checks.find(({ subject }) => subject === hostile)?.verdict, 'inconclusive');
  assert.ok(failed(result).includes('purpose unseen'));
});
