import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cron } from 'croner';
import fc from 'fast-check';
import { instantText } from '#core/intervals/instant.ts';
import {
  completeIntervals,
  type Interval,
  intervalAt,
  latestComplete,
  nextInterval,
  previousInterval,
  type Schedule,
  scheduleOf,
} from '#core/intervals/schedule.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function ms(text: string): number {
  return Date.parse(text);
}

function shown(intervals: Iterable<Interval>): readonly string[] {
  return [...intervals].map(({ from, to }) => `${instantText(from)} ${(to - from) / HOUR_MS}h`);
}

for (const every of ['1d', '7d', '90m', '0 0 1,16 * *', '*/30 * * * *']) {
  test(`an interval of \`${every}\` holds its instant, in whatever year`, () => {
    const schedule = scheduleOf({ every, timezone: 'America/New_York' });
    const wrong = ['0001-01-02', '0050-06-01', '0099-12-31', '1752-09-10', '1970-01-01', '2400-02-29']
      .map((day) => ms(`${day}T12:00:00Z`))
      .filter((instant) => {
        const { from, to } = intervalAt(schedule, instant);
        return from > instant || to <= instant;
      });

    assert.deepEqual(wrong.map(instantText), []);
  });
}

/** Clocks in New York go from 02:00 to 03:00 on March 10 and from 02:00 to 01:00 on November 3, 2013. */
for (const { what, every, timezone = 'America/New_York', from, to, expected } of [
  {
    what: 'a day of 23 hours is a day',
    every: '1d',
    from: '2013-03-09T05:00:00Z',
    to: '2013-03-12T04:00:00Z',
    expected: ['2013-03-09T05:00:00Z 24h', '2013-03-10T05:00:00Z 23h', '2013-03-11T04:00:00Z 24h'],
  },
  {
    what: 'a day of 25 hours is a day',
    every: '24h',
    from: '2013-11-02T04:00:00Z',
    to: '2013-11-05T05:00:00Z',
    expected: ['2013-11-02T04:00:00Z 24h', '2013-11-03T04:00:00Z 25h', '2013-11-04T05:00:00Z 24h'],
  },
  {
    what: 'hours are hours, whatever the clocks show',
    every: '1h',
    from: '2013-11-03T05:00:00Z',
    to: '2013-11-03T08:00:00Z',
    expected: ['2013-11-03T05:00:00Z 1h', '2013-11-03T06:00:00Z 1h', '2013-11-03T07:00:00Z 1h'],
  },
  {
    what: 'seven days begin on a Thursday, as 1970 did',
    every: '7d',
    from: '2013-03-07T05:00:00Z',
    to: '2013-03-21T04:00:00Z',
    expected: ['2013-03-07T05:00:00Z 167h', '2013-03-14T04:00:00Z 168h'],
  },
  {
    what: 'half months',
    every: '0 0 1,16 * *',
    from: '2013-02-16T05:00:00Z',
    to: '2013-04-01T04:00:00Z',
    expected: ['2013-02-16T05:00:00Z 312h', '2013-03-01T05:00:00Z 359h', '2013-03-16T04:00:00Z 384h'],
  },
  {
    what: 'a time that the clocks skip comes when they go on',
    every: '30 2 * * *',
    from: '2013-03-09T07:30:00Z',
    to: '2013-03-11T06:30:00Z',
    expected: ['2013-03-09T07:30:00Z 23.5h', '2013-03-10T07:00:00Z 23.5h'],
  },
  {
    what: 'a time that comes twice counts the first time',
    every: '30 1 * * *',
    from: '2013-11-02T05:30:00Z',
    to: '2013-11-04T06:30:00Z',
    expected: ['2013-11-02T05:30:00Z 24h', '2013-11-03T05:30:00Z 25h'],
  },
  {
    what: 'every hour by cron runs on when clocks are put back',
    every: '30 * * * *',
    from: '2013-11-03T04:30:00Z',
    to: '2013-11-03T07:30:00Z',
    expected: ['2013-11-03T04:30:00Z 1h', '2013-11-03T05:30:00Z 1h', '2013-11-03T06:30:00Z 1h'],
  },
  {
    what: 'a date that the zone left out is no interval',
    every: '1d',
    timezone: 'Pacific/Apia',
    from: '2011-12-29T10:00:00Z',
    to: '2012-01-01T10:00:00Z',
    expected: ['2011-12-29T10:00:00Z 24h', '2011-12-30T10:00:00Z 24h', '2011-12-31T10:00:00Z 24h'],
  },
]) {
  test(`${what} (${every}, ${timezone})`, () => {
    const schedule = scheduleOf({ every, timezone });

    assert.deepEqual(shown(completeIntervals(schedule, { after: ms(from), until: ms(to) })), expected);
  });
}

test('an interval holds its begin and not its end', () => {
  const schedule = scheduleOf({ every: '0 0 1,16 * *', timezone: 'America/New_York' });
  const may = { from: ms('2013-05-01T04:00:00Z'), to: ms('2013-05-16T04:00:00Z') };

  assert.deepEqual(intervalAt(schedule, may.from), may);
  assert.deepEqual(intervalAt(schedule, may.to - 1), may);
  assert.equal(intervalAt(schedule, may.to).from, may.to);
  assert.equal(intervalAt(schedule, may.from - 1).to, may.from);
});

test('an interval is complete at its end, or later by what rows need to settle', () => {
  const schedule = scheduleOf({ every: '1d', timezone: 'UTC' });
  const after = ms('2026-01-01T00:00:00Z');
  const counts = [0, 1, HOUR_MS].map((settleMs) => [
    [...completeIntervals(schedule, { after, until: after + DAY_MS, settleMs })].length,
    latestComplete(schedule, { until: after + DAY_MS, settleMs }).from === after,
  ]);

  assert.deepEqual(counts, [
    [1, true],
    [0, false],
    [0, false],
  ]);
});

test('the interval after one that another schedule made begins at the first tick it does not reach beyond', () => {
  const schedule = scheduleOf({ every: '1d', timezone: 'UTC' });
  const from = ms('2026-01-01T00:00:00Z');

  assert.equal(nextInterval(schedule, { from, to: from + DAY_MS }).from, from + DAY_MS);
  assert.equal(nextInterval(schedule, { from, to: from + DAY_MS + 1 }).from, from + 2 * DAY_MS);
  assert.equal(nextInterval(schedule, { from, to: from + DAY_MS - 1 }).from, from + DAY_MS);
});

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'Asia/Beirut',
  'Pacific/Apia',
  'Africa/Casablanca',
];
const CRONS = [
  '0 0 1,16 * *',
  '30 2 * * *',
  '0 0 * * *',
  '15 0-3 * * *',
  '0 */3 * * *',
  '*/15 * * * *',
  '7 * * * *',
  '*/20 1-2 * * 0',
  '0 0 L * *',
  '59 23 * * MON',
];
const cron = fc.constantFrom(...CRONS);
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: Date.UTC(1972, 0, 1), max: Date.UTC(2040, 0, 1) });
const schedules = fc.record({
  every: fc.oneof(cron, fc.constantFrom('1h', '7h', '1d', '7d', '90m', '36h')),
  timezone: zone,
});

test('intervals tile time from any start: no gap, no overlap, and every instant is in its own', () => {
  fc.assert(
    fc.property(schedules, instant, (every, start) => {
      const schedule = scheduleOf(every);
      let interval = intervalAt(schedule, start);
      assert.ok(interval.from <= start && start < interval.to);

      for (let step = 0; step < 5; step++) {
        const next = nextInterval(schedule, interval);
        assert.equal(next.from, interval.to);
        assert.deepEqual(previousInterval(schedule, next), interval);
        for (const held of [next.from, next.to - 1, Math.floor((next.from + next.to) / 2)]) {
          assert.deepEqual(intervalAt(schedule, held), next);
        }
        interval = next;
      }
    }),
    { numRuns: 200 },
  );
});

test('ticks of cron expressions are those that croner runs at', () => {
  fc.assert(
    fc.property(cron, zone, instant, (every, timezone, start) => {
      const schedule = scheduleOf({ every, timezone });
      const job = new Cron(every, {
        timezone,
        mode: '5-part',
        fixedTimeRule: 'no-wildcard',
        paused: true,
      });

      for (let [step, at] = [0, start]; step < 4; step++) {
        const tick = schedule.tickAfter(at);
        assert.equal(tick, job.nextRun(new Date(at))?.getTime());
        at = tick;
      }
    }),
    { numRuns: 200 },
  );
});

test('ticks that are dropped or doubled change no interval', () => {
  fc.assert(
    fc.property(
      schedules,
      instant,
      fc.array(fc.constantFrom(0, 1, 2), { minLength: 30, maxLength: 30 }),
      (every, start, fate) => {
        const schedule = scheduleOf(every);
        const ticks = hours(start, fate.length + 1);
        const regular = consumed(schedule, start, ticks);
        const irregular = consumed(
          schedule,
          start,
          ticks.flatMap((tick, index) => Array.from({ length: fate[index] ?? 1 }, () => tick)),
        );

        assert.deepEqual(irregular, regular);
      },
    ),
    { numRuns: 100 },
  );
});

test('a schedule reads no clock', (t) => {
  const RealDate = Date;
  t.after(() => {
    globalThis.Date = RealDate;
  });
  globalThis.Date = class extends RealDate {
    constructor(value?: number | string | Date) {
      assert.ok(value !== undefined, 'the clock was read');
      super(value);
    }
    static override now(): number {
      assert.fail('the clock was read');
    }
  } as DateConstructor;

  for (const every of ['0 0 1,16 * *', '*/15 * * * *', '1d', '1h']) {
    const schedule = scheduleOf({ every, timezone: 'America/New_York' });
    assert.ok(latestComplete(schedule, { until: ms('2013-11-03T06:00:00Z') }).to > 0);
  }
});

function hours(start: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => start + (index + 1) * 13 * HOUR_MS);
}

/** What a consumer has done that takes, at each tick, every interval that is complete since the one it did last. */
function consumed(schedule: Schedule, start: number, ticks: readonly number[]): readonly Interval[] {
  const done: Interval[] = [];
  for (const now of ticks) {
    const after = done.at(-1)?.to ?? start;
    done.push(...completeIntervals(schedule, { after, until: now }));
  }
  return done;
}
