import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonitorCheck, MonitorKind } from '#core/evidence/monitor.ts';
import type { Alarm, MonitorWindow } from '#core/ports/store.ts';
import { alarmState } from '#core/watch/alarms.ts';

type Checks = readonly (readonly [MonitorKind, MonitorCheck['verdict']])[];

interface Case {
  readonly name: string;
  readonly windows: readonly Checks[];
  readonly before?: readonly MonitorKind[];
  readonly alarms: readonly string[];
  readonly undecided?: readonly MonitorKind[];
}

const CASES: readonly Case[] = [
  {
    name: 'the newest window fails',
    windows: [[['drift', 'fail']], [['drift', 'pass']]],
    alarms: ['drift@0'],
  },
  {
    name: 'the newest window is fine again',
    windows: [[['drift', 'pass']], [['drift', 'fail']]],
    alarms: [],
  },
  {
    name: 'the newest window could not tell: the one before it decides',
    windows: [[['drift', 'inconclusive']], [['drift', 'fail']]],
    alarms: ['drift@1'],
  },
  {
    name: 'no window could tell of what alarmed before',
    windows: [[['drift', 'inconclusive']]],
    before: ['drift'],
    alarms: [],
    undecided: ['drift'],
  },
  {
    name: 'there is no window of the new version yet',
    windows: [],
    before: ['drift'],
    alarms: [],
    undecided: ['drift'],
  },
  {
    name: 'a kind that is not asked for any more',
    windows: [[['drift', 'pass']]],
    before: ['skew'],
    alarms: [],
  },
  {
    name: 'kinds are decided one by one',
    windows: [
      [['drift', 'pass']],
      [
        ['performance', 'fail'],
        ['drift', 'fail'],
      ],
    ],
    alarms: ['performance@1'],
  },
];

for (const { name, windows, before = [], alarms, undecided = [] } of CASES) {
  test(`an alarm when ${name}`, () => {
    const newestFirst = windows.map(windowOf);
    const known = { state: 'open', kinds: before } as Alarm;

    const state = alarmState(newestFirst, known);

    assert.deepEqual(
      state.alarms.map(({ kind, window }) => `${kind}@${window.from}`),
      alarms,
    );
    assert.deepEqual(state.undecided, undecided);
  });
}

test('a column that has gone does not end the alarm about it because the others stayed', () => {
  const check = (subject: string, verdict: MonitorCheck['verdict']) =>
    ({ kind: 'drift', subject, measure: 'psi_deciles', verdict, alarm: true }) as MonitorCheck;
  const windows = [
    windowWith([check('a', 'inconclusive'), check('b', 'pass')], 2),
    windowWith([check('a', 'fail'), check('b', 'fail')], 1),
  ];

  const { alarms } = alarmState(windows, undefined);

  assert.deepEqual(
    alarms.map(({ window, checks }) => [window.from, checks.map(({ subject }) => subject)]),
    [[1, ['a']]],
  );
});

test('what is only measured never alarms', () => {
  const quiet = windowOf([['drift', 'fail']], 0);
  const checks = quiet.result.checks.map((check) => ({ ...check, alarm: false }));

  const { alarms } = alarmState([{ ...quiet, result: { ...quiet.result, checks } }], undefined);

  assert.deepEqual(alarms, []);
});

function windowOf(checks: Checks, index: number): MonitorWindow {
  return windowWith(
    checks.map(([kind, verdict]) => ({ kind, verdict, alarm: true }) as MonitorCheck),
    index,
  );
}

function windowWith(checks: readonly MonitorCheck[], from: number): MonitorWindow {
  return { from, labelsDue: true, result: { checks } } as unknown as MonitorWindow;
}
