import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryClock } from '#adapters/memory/clock.ts';
import { logCounts } from '#serving/prediction-log/counts.ts';
import type { LogWriter } from '#serving/prediction-log/log-writer.ts';
import { createQueue } from '#serving/prediction-log/queue.ts';
import { NOON } from '#test/support/serving.ts';

const FLIGHTS = { kind: 'predictions', model: 'flights' } as const;

test('a log that is asked for twice at a time is opened once, so that no number is given twice', async () => {
  const disk = Promise.withResolvers<number>();
  let opened = 0;
  const queue = queueOver({
    async open() {
      opened++;
      return disk.promise;
    },
  });

  const both = Promise.all([queue.open('flights'), queue.open('flights')]);
  disk.resolve(1);
  await both;

  // Predictions and feedback.
  assert.equal(opened, 2);
  assert.deepEqual([queue.next(FLIGHTS), queue.next(FLIGHTS)], [1, 2]);
});

test('a log that could not be opened is opened when the disk is there again', async () => {
  let broken = true;
  const queue = queueOver({
    async open() {
      if (broken) throw new Error('no space left on device');
      return 7;
    },
  });
  await queue.open('flights');
  const meanwhile = queue.next(FLIGHTS);

  broken = false;
  await queue.flush();
  await new Promise(setImmediate);

  assert.deepEqual([meanwhile, queue.next(FLIGHTS)], [undefined, 7]);
});

test('what is lost at the end is counted prediction by prediction', async () => {
  const counts = logCounts();
  const queue = queueOver(
    {
      async append() {
        throw new Error('no space left on device');
      },
    },
    counts,
  );
  await queue.open('flights');
  for (const sequence of [1, 2, 3]) {
    queue.push(FLIGHTS, { shape: '', columns: () => [['row', 'INT32']], lines: ['0', '1'], sequence });
  }

  await queue.close();

  assert.match(counts.lines(0).join('\n'), /dropped_total\{model="flights",reason="failed"\} 3/);
});

function queueOver(changes: Partial<LogWriter>, counts = logCounts()) {
  const writer: LogWriter = {
    start: async () => ({ writer: 'w', key: new Uint8Array(32) }),
    open: async () => 1,
    reserve: async () => undefined,
    append: async () => undefined,
    close: async () => undefined,
    ...changes,
  };
  return createQueue({ writer, counts, wall: memoryClock(NOON), log: () => undefined, retryMs: 0 });
}
