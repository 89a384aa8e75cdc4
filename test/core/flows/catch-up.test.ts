import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catchUp } from '#core/flows/catch-up.ts';
import type { FailedDelivery } from '#core/ports/delivery-log.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-11-23T12:00:00Z');

test('what was missed is asked for again, oldest first and each delivery once', async () => {
  const log = memoryLog([
    attempt({ id: 4, guid: 'merged', action: 'closed' }),
    attempt({ id: 3, guid: 'opened' }),
    attempt({ id: 2, guid: 'opened' }),
    attempt({ id: 1, guid: 'known' }),
  ]);

  const count = await catchUp({
    log,
    inbox: inboxOf('known'),
    clock: { now: () => NOW },
    isHandled: () => true,
  });

  assert.equal(count, 2);
  assert.deepEqual(log.asked, [3, 4]);
  assert.deepEqual(log.since, [NOW - 3 * DAY_MS]);
});

test('what nobody listens to is not asked for', async () => {
  const log = memoryLog([attempt({ id: 1, event: 'push', action: '' }), attempt({ id: 2 })]);

  await catchUp({
    log,
    inbox: inboxOf(),
    clock: { now: () => NOW },
    isHandled: ({ event }) => event === 'pull_request',
  });

  assert.deepEqual(log.asked, [2]);
});

function attempt(changes: Partial<FailedDelivery>): FailedDelivery {
  return { id: 1, guid: `guid-${changes.id}`, event: 'pull_request', action: 'opened', ...changes };
}

function inboxOf(...guids: readonly string[]) {
  return { knows: async (guid: string) => guids.includes(guid) };
}

function memoryLog(failed: readonly FailedDelivery[]) {
  const asked: number[] = [];
  const since: number[] = [];
  return {
    asked,
    since,
    async failedSince(time: number) {
      since.push(time);
      return failed;
    },
    async askAgain(id: number) {
      asked.push(id);
    },
  };
}
