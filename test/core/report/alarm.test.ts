/** The alarm's issue for whoever is woken by it: what it is, since when, what happens by itself, what can be done. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonitorWindow } from '#core/ports/store.ts';
import { type AlarmReport, renderAlarm } from '#core/report/alarm.ts';
import type { Outlook } from '#core/retraining/outlook.ts';
import { alarmState } from '#core/watch/alarms.ts';
import { digestOf } from '#core/digest.ts';

const DAY = 86_400_000;

function windowOf(day: number, verdict: 'fail' | 'pass' | 'inconclusive'): MonitorWindow {
  const [from, to] = [Date.UTC(2013, 5, day), Date.UTC(2013, 5, day) + DAY];
  const check = {
    kind: 'performance',
    subject: 'log_loss',
    measure: 'ratio',
    verdict,
    reason: 'so it is',
    statistic: 1.4,
    low: 1.35,
    high: 1.45,
    threshold: 1.3,
    pValue: 0,
    reference: 0.4,
    alarm: true,
  } as const;
  const result = {
    mergeway: '0.1.0',
    model: 'flights',
    version: 'v1.2.0',
    window: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    reference: digestOf('profile'),
    policy: digestOf('policy'),
    rows: 2000,
    labelled: 1800,
    missing: 0,
    verdict,
    falseAlarms: 0.1,
    checks: [check],
  };
  return {
    repository: 'acme/models',
    model: 'flights',
    from,
    to,
    evidence: digestOf('evidence'),
    result,
    policy: digestOf('policy'),
    labelsDue: true,
    at: to,
  };
}

function rendered(windows: readonly MonitorWindow[], outlook: Outlook = { status: 'none' }): string {
  const report: AlarmReport = {
    model: 'flights',
    version: 'v1.2.0',
    ...alarmState(windows, undefined),
    silentSince: undefined,
    outlook,
    windows,
  };
  return renderAlarm(report).body;
}

test('what alarms, since when, and what can be done stand above every table', () => {
  const body = rendered([
    windowOf(4, 'fail'),
    windowOf(3, 'inconclusive'),
    windowOf(2, 'fail'),
    windowOf(1, 'pass'),
  ]);

  const [lead = ''] = body.split('\n|');
  assert.match(lead, /log_loss is 1\.400 × its holdout's 0\.4000, limit 1\.300 ×/);
  assert.match(lead, /\*\*Since\*\* 2013-06-02T00:00:00Z: 2 windows in a row/);
  assert.match(lead, /v1\.2\.0 goes on serving/);
  for (const command of ['retrain', 'rollback', 'snooze'])
    assert.match(lead, new RegExp(`/mergeway ${command} flights`));
});

test('one window that alarms is no row, and a retraining under way is not asked for again', () => {
  const waits: Outlook = { status: 'waits', reason: 'the budget is spent' };
  const body = rendered([windowOf(4, 'fail'), windowOf(3, 'pass')], waits);

  assert.doesNotMatch(body, /in a row/);
  assert.match(body, /\*\*Retraining\*\* waits: the budget is spent/);
});
