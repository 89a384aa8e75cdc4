import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Every, Timezone } from '#core/config/schedule.ts';

for (const { every, problem } of [
  { every: '1h', problem: undefined },
  { every: '1.5d', problem: undefined },
  { every: '0 0 1,16 * *', problem: undefined },
  { every: '0 6 * JAN-MAR MON-FRI', problem: undefined },
  { every: '0 0 L * *', problem: undefined },
  { every: '0s', problem: /expected a duration/ },
  { every: 'daily', problem: /expected a duration/ },
  { every: '0 0 0 1 * *', problem: /expected a duration/ },
  { every: '61 * * * *', problem: /no cron expression of five fields: .*minute/ },
  { every: '0 0 30 2 *', problem: /it never ticks/ },
  { every: '0 0 * * 5-1-2', problem: /no cron expression/ },
]) {
  test(`every: ${every} is ${problem ? 'refused' : 'taken'}`, () => {
    const { success, error } = Every.safeParse(every);

    assert.equal(success, problem === undefined);
    if (problem) assert.match(error?.message ?? '', problem);
  });
}

test('time zones are those that the runtime knows', () => {
  assert.equal(Timezone.safeParse('America/New_York').success, true);
  assert.equal(Timezone.safeParse('America/Gotham').success, false);
  assert.equal(Timezone.parse(undefined), 'UTC');
});
