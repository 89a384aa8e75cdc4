import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Monitor } from '#core/config/monitor.ts';
import { digestOf } from '#core/digest.ts';
import type { MonitorCheck } from '#core/evidence/monitor.ts';
import type { MonitorWindow } from '#core/ports/store.ts';
import { hasGrown, type WindowToJudge, windowRules, windowsToJudge } from '#core/watch/windows.ts';

const DAY = 86_400_000;
const HOUR = DAY / 24;
const POLICY = digestOf('policy');
const INTERVALS = { every: '1d', timezone: 'UTC' };

type Judged = Partial<Omit<MonitorWindow, 'result'>> & {
  /** Until when the sources of the features reached then; null: nobody knew. Skew was not asked for where it is left out. */
  readonly reached?: number | null;
  /** Of skew; a pass unless told. */
  readonly skew?: MonitorCheck['verdict'];
};

/** Names of the sources' files, then and now. */
const [FEWER, MORE] = [digestOf('a'), digestOf('a b')];

/** Days since 1970. */
interface Case {
  readonly name: string;
  readonly monitor?: object;
  readonly first: number;
  readonly newest: number;
  readonly judged?: readonly Judged[];
  readonly sources?: number;
  readonly since?: number;
  /** `3` new, `3!` with labels due, `3?` only when it holds something else, `3~` only when it has grown by a tenth. */
  readonly expected: readonly string[];
}

const LABELS = { performance: [{ metric: 'log_loss', max: 1, labels: { within: '36h' } }] };

const CASES: readonly Case[] = [
  { name: 'begins with the window of the first prediction', first: 2.5, newest: 4.2, expected: ['2!', '3!'] },
  { name: 'has none before one is over', first: 2.5, newest: 2.9, expected: [] },
  { name: 'takes a window whose end was reached exactly', first: 2.5, newest: 3, expected: ['2!'] },
  {
    name: 'judges without labels until they are due',
    monitor: LABELS,
    first: 0.1,
    newest: 4,
    expected: ['0!', '1!', '2', '3'],
  },
  {
    name: 'judges once more when labels are due',
    monitor: { ...LABELS, lookback: 0 },
    first: 0.1,
    newest: 3.5,
    judged: [
      { from: 0, labelsDue: true },
      { from: 1, labelsDue: false },
      { from: 2, labelsDue: false },
    ],
    expected: ['1!', '2?'],
  },
  {
    name: 'looks again at the newest and at those before it, as far as lookback says',
    monitor: { lookback: 2 },
    first: 0.1,
    newest: 5.5,
    judged: [0, 1, 2, 3, 4].map((from) => ({ from, labelsDue: true })),
    expected: ['2!~', '3!~', '4!~'],
  },
  {
    name: 'looks again at those before it, whatever is new, when the next one is complete',
    monitor: { lookback: 2 },
    first: 0.1,
    newest: 5.5,
    judged: [0, 1, 2, 3].map((from) => ({ from, labelsDue: true })),
    expected: ['2!?', '3!?', '4!'],
  },
  {
    name: 'fills a hole',
    monitor: { lookback: 0 },
    first: 0.1,
    newest: 4.5,
    judged: [0, 2, 3].map((from) => ({ from, labelsDue: true })),
    expected: ['1!', '3!~'],
  },
  {
    name: 'judges the newest again under another policy, and leaves the old ones alone',
    monitor: { lookback: 1 },
    first: 0.1,
    newest: 4.5,
    judged: [0, 1, 2, 3].map((from) => ({ from, labelsDue: true, policy: digestOf('older') })),
    expected: ['2!', '3!'],
  },
  {
    name: 'judges again, however old, what the sources of features had not reached and reach now',
    monitor: { lookback: 0 },
    first: 0.1,
    newest: 5.5,
    judged: [
      { from: 0, labelsDue: true, reached: null },
      { from: 1, labelsDue: true, reached: 1.5 },
      { from: 2, labelsDue: true, reached: 2.97 },
      { from: 3, labelsDue: true, reached: 3.5 },
      { from: 4, labelsDue: true, reached: 4 },
    ],
    sources: 3.6,
    expected: ['0!', '1!', '2!', '4!~'],
  },
  {
    name: 'leaves alone what the sources have reached, and what is not asked about skew',
    monitor: { lookback: 0 },
    first: 0.1,
    newest: 3.5,
    judged: [
      { from: 0, labelsDue: true, reached: 1 },
      { from: 1, labelsDue: true },
      { from: 2, labelsDue: true, reached: 3 },
    ],
    sources: 9,
    expected: ['2!~'],
  },
  {
    name: 'judges again what failed by sources that have other files now, as far back as lookback says',
    monitor: { lookback: 1 },
    first: 0.1,
    newest: 5.5,
    judged: [
      { from: 0, labelsDue: true, reached: 1, skew: 'fail' },
      { from: 1, labelsDue: true, reached: 2 },
      { from: 2, labelsDue: true, reached: 3 },
      { from: 3, labelsDue: true, reached: 4, skew: 'fail' },
      { from: 4, labelsDue: true, reached: 4.2, skew: 'inconclusive' },
    ],
    sources: 4.3,
    expected: ['3!', '4!~'],
  },
  {
    name: 'does not judge again by sources what another policy judged long ago',
    monitor: { lookback: 0 },
    first: 0.1,
    newest: 2.5,
    judged: [
      { from: 0, labelsDue: true, reached: null, policy: digestOf('older') },
      { from: 1, labelsDue: true, reached: 2 },
    ],
    sources: 9,
    expected: ['1!~'],
  },
  {
    name: 'takes windows before the oldest known one as judged',
    monitor: { lookback: 0 },
    first: 0.1,
    newest: 5.5,
    judged: [{ from: 4, labelsDue: true }],
    since: 3,
    expected: ['3!', '4!~'],
  },
];

for (const { name, monitor = {}, first, newest, judged = [], sources, since, expected } of CASES) {
  test(`a monitor ${name}`, () => {
    const rules = windowRules({ intervals: INTERVALS }, Monitor.parse(monitor), POLICY);
    assert.ok(rules);

    const wanted = windowsToJudge(
      rules,
      {
        first: first * DAY,
        newest: newest * DAY,
        sources: sources === undefined ? undefined : { until: sources * DAY, files: MORE },
      },
      { judged: judged.map(windowOf), ...(since !== undefined && { since: since * DAY }) },
    );

    assert.deepEqual(wanted.map(short), expected);
  });
}

for (const { now, grown, expected } of [
  { now: { rows: 1000, labelled: 500 }, grown: 0, expected: false },
  { now: { rows: 1001, labelled: 500 }, grown: 0, expected: true },
  { now: { rows: 1100, labelled: 550 }, grown: 0.1, expected: false },
  { now: { rows: 1101, labelled: 500 }, grown: 0.1, expected: true },
  { now: { rows: 1000, labelled: 551 }, grown: 0.1, expected: true },
]) {
  test(`of 1000 rows and 500 labels, ${now.rows} and ${now.labelled} are ${expected ? '' : 'not '}worth a look when ${grown} has to be new`, () => {
    assert.equal(hasGrown({ rows: 1000, labelled: 500, grown }, now), expected);
  });
}

test('a first prediction of long ago asks for the newest windows only', () => {
  const rules = windowRules({ intervals: INTERVALS }, Monitor.parse({ every: '1h' }), POLICY);
  assert.ok(rules);

  const wanted = windowsToJudge(rules, { first: 0, newest: 20_000 * DAY }, { judged: [] });

  assert.equal(wanted.length, 1000);
  assert.deepEqual(wanted.at(-1)?.window, { from: 20_000 * DAY - HOUR, to: 20_000 * DAY });
});

test("the monitor's own length of a window goes before that of the intervals, and without both nothing is watched", () => {
  const own = windowRules({ intervals: INTERVALS }, Monitor.parse({ every: '1h' }), POLICY);
  const none = windowRules({}, Monitor.parse({}), POLICY);

  assert.equal(own?.schedule.tickAfter(0), HOUR);
  assert.equal(none, undefined);
});

function short({ window, labelsDue, unless }: WindowToJudge): string {
  return `${window.from / DAY}${labelsDue ? '!' : ''}${unless ? (unless.grown > 0 ? '~' : '?') : ''}`;
}

function windowOf({ from = 0, labelsDue = false, policy = POLICY, reached, skew }: Judged): MonitorWindow {
  const checks = reached === undefined ? [] : [{ kind: 'skew', verdict: skew ?? 'pass' }];
  const until = reached == null ? undefined : new Date(reached * DAY).toISOString();
  const window = { from: from * DAY, to: (from + 1) * DAY, labelsDue, policy };
  const result = { checks, ...(until !== undefined && { sources: { until, files: FEWER } }) };
  return { ...window, result } as unknown as MonitorWindow;
}
