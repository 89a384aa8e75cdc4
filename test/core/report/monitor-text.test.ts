/** A window's result for people: the alarm first, numbers beside the chart, and nothing in it that acts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import type { MonitorCheck, MonitorPredicate } from '#core/evidence/monitor.ts';
import { metricChart } from '#core/report/monitor-chart.ts';
import { renderMonitor } from '#core/report/monitor-text.ts';

function check(changes: Partial<MonitorCheck>): MonitorCheck {
  return {
    kind: 'drift',
    subject: 'temperature',
    measure: 'psi_deciles',
    verdict: 'pass',
    reason: 'PSI 0.01, limit 0.02, p 0.4',
    statistic: 0.01,
    low: null,
    high: null,
    threshold: 0.02,
    pValue: 0.4,
    reference: null,
    alarm: true,
    ...changes,
  };
}

function ratio(statistic: number, verdict: MonitorCheck['verdict'] = 'pass'): MonitorCheck {
  return check({
    kind: 'performance',
    subject: 'log_loss',
    measure: 'ratio',
    verdict,
    reason: `log_loss ${statistic} times its holdout's`,
    statistic,
    low: statistic - 0.05,
    high: statistic + 0.05,
    threshold: 1.3,
    reference: 0.36,
  });
}

function result(
  from: string,
  checks: readonly MonitorCheck[],
  changes: Partial<MonitorPredicate> = {},
): MonitorPredicate {
  return {
    mergeway: '0.1.0',
    model: 'flights',
    version: 'v1.2.0',
    window: { from: `${from}T00:00:00.000Z`, to: `${from}T23:00:00.000Z` },
    reference: digestOf('profile'),
    policy: digestOf('policy'),
    rows: 14_000,
    labelled: 13_800,
    missing: 0,
    verdict: checks.some(({ verdict, alarm }) => verdict === 'fail' && alarm) ? 'fail' : 'pass',
    falseAlarms: 0.1,
    checks: [...checks],
    ...changes,
  };
}

const PAST = [
  result('2013-06-01', [ratio(1.22)]),
  result('2013-05-16', [ratio(1.11)]),
  result('2013-05-01', [ratio(1.04)]),
];

test('the first line says which version alarms, and of what', () => {
  const moved = check({ verdict: 'fail', statistic: 7.1, alarm: false, pValue: 0 });
  const text = renderMonitor(result('2013-06-16', [ratio(1.44, 'fail'), moved]), PAST);

  assert.equal(
    text.split('\n')[0],
    "❌ **flights v1.2.0 alarms**: log_loss is 1.440 × its holdout's 0.3600, limit 1.300 ×.",
  );
  assert.match(
    text,
    /\| temperature \| distribution, psi_deciles \| 7\.100 \| 0\.0200 \| 🔸 shown, no alarm \|/,
  );
});

test('a window without an alarm says so in its first line', () => {
  const text = renderMonitor(result('2013-06-16', [ratio(1.04), check({})]));

  assert.equal(text.split('\n')[0], '✅ **flights v1.2.0 is as it was evaluated**.');
  assert.match(text, /1 column stayed/);
});

test('columns that alarm are named, three of them', () => {
  const moved = ['a', 'b', 'c', 'd', 'e'].map((subject) => check({ subject, verdict: 'fail', pValue: 1e-9 }));

  const [first] = renderMonitor(result('2013-06-16', moved)).split('\n');

  assert.equal(
    first,
    '❌ **flights v1.2.0 alarms**: drift of a (distribution), b (distribution), c (distribution) and 2 other columns.',
  );
});

test('times are read as they are, and a ratio is not taken for the metric', () => {
  const text = renderMonitor(result('2013-06-16', [ratio(1.44, 'fail')]));

  assert.match(text, /^2013-06-16 00:00 to 2013-06-16 23:00 UTC: 14,000 predictions/m);
  assert.match(
    text,
    /\| log_loss \| 0\.3600 \| 1\.440 \[1\.390, 1\.490\] × its holdout's \| 1\.300 × its holdout's \|/,
  );
});

test('of several metrics those that alarm are charted', () => {
  const other = { ...ratio(1.01), subject: 'brier_score' };
  const past = PAST.map((one) => ({ ...one, checks: [...one.checks, other] }));
  const text = renderMonitor(result('2013-06-16', [ratio(1.44, 'fail'), other]), past);

  assert.match(text, /\*\*log_loss, times its holdout's value, by window\*\*/);
  assert.doesNotMatch(text, /\*\*brier_score, times/);
});

test('the chart runs from the oldest window to the newest, with the limit and the numbers beside it', () => {
  const chart = metricChart([...PAST, result('2013-06-16', [ratio(1.44, 'fail')])], 'log_loss');

  assert.match(chart, /title "log_loss, times its holdout's value"/);
  assert.match(chart, /x-axis \["05-01 00:00", "05-16 00:00", "06-01 00:00", "06-16 00:00"\]/);
  assert.match(
    chart,
    /line \[1\.0400, 1\.1100, 1\.2200, 1\.4400\]\n {2}line \[1\.3000, 1\.3000, 1\.3000, 1\.3000\]/,
  );
  assert.match(chart, /\| 2013-06-16 00:00 \| 1\.440 \[1\.390, 1\.490\] \| 1\.300 \| `████████████` ❌ \|/);
});

test('one window makes no chart, and windows without a number leave no hole', () => {
  const unknown = result(
    '2013-05-20',
    [ratio(1, 'inconclusive')].map((one) => ({ ...one, statistic: null })),
  );

  assert.equal(metricChart([result('2013-06-16', [ratio(1.44)])], 'log_loss'), '');
  assert.match(metricChart([...PAST, unknown], 'log_loss'), /line \[1\.0400, 1\.1100, 1\.2200\]/);
});

test('names and reasons from somebody’s data do nothing', () => {
  const hostile = '"]\n```\n<img src=x onerror=alert(1)> @everyone [x](https://evil.test) |';
  const own = check({ subject: hostile, reason: hostile, verdict: 'fail', pValue: 0 });
  const metric = { ...ratio(1.44, 'fail'), subject: hostile, reason: hostile };
  const text = renderMonitor(result('2013-06-16', [own, metric], { model: hostile, version: hostile }), [
    result('2013-06-01', [{ ...ratio(1.2), subject: hostile }], { window: { from: hostile, to: hostile } }),
  ]);

  assert.doesNotMatch(text, /<img|\]\(https|@everyone/);
  const fences = text.split('\n').filter((line) => line.startsWith('```'));
  assert.deepEqual(fences, ['```mermaid', '```']);
  const axis = text.split('\n').find((line) => line.includes('x-axis')) ?? '';
  assert.equal(axis.split('"').length - 1, 4);
});

test('skew is a table of its own: what differs and the likely cause, then what could not be told, and how many are equal', () => {
  const skew = (subject: string, changes: Partial<MonitorCheck>) =>
    check({ kind: 'skew', subject, measure: 'differing_share', threshold: 0.001, statistic: 0, ...changes });
  const text = renderMonitor(
    result('2013-06-01', [
      skew('v1', { verdict: 'fail', statistic: 0.04, reason: '4 % of the values differ' }),
      skew('temp', {
        verdict: 'fail',
        statistic: 0.123,
        reason: '12.3 % of temp differ (late: served the row of noon)',
      }),
      skew('pay', { verdict: 'skipped', statistic: null, reason: 'restricted by the contract' }),
      skew('gust', { verdict: 'inconclusive', reason: '0 % of gust differ' }),
      skew('runway', {}),
      skew('hour', {}),
    ]),
  );

  const [headline = ''] = text.split('\n');
  assert.match(headline, /alarms\*\*: served otherwise than computed offline: temp, v1\.$/);
  const rows = text.split('\n').filter((line) => /^\| (v1|temp|pay|gust|runway|hour) /.test(line));
  assert.deepEqual(rows, [
    '| v1 | 4.000 % | 0.1000 % | ❌ alarm | 4 % of the values differ |',
    '| temp | 12.30 % | 0.1000 % | ❌ alarm | 12.3 % of temp differ (late: served the row of noon) |',
    '| pay | – | 0.1000 % | ➖ not compared | restricted by the contract |',
    '| gust | 0 % | 0.1000 % | ❔ could not tell | 0 % of gust differ |',
  ]);
  assert.match(text, /\n2 of 6 are as computed offline\./);
});

test('without a difference skew is one line', () => {
  const text = renderMonitor(result('2013-06-01', [check({ kind: 'skew', subject: 'v1' })]));

  assert.match(text, /\nTraining-serving skew: 1 of 1 are as computed offline\.\n/);
});
