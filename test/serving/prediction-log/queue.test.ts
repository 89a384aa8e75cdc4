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

test('what says which columns a row has takes its share of the memory, as often as it is written', async () => {
  const queue = queueOver({ append: () => new Promise(() => undefined) }, logCounts(), 1_000);
  await queue.open('flights');
  const columns = Array.from({ length: 10 }, (_, place) => [`feature.x.${place}`, 'DOUBLE'] as const);
  const push = (shape: string) =>
    queue.push(FLIGHTS, { shape, columns: () => columns, lines: ['0'], sequence: 1 });

  // Ten columns are 300 characters.
  const other = ['a', 'b', 'c', 'd'].map(push);
  const same = ['a', 'a', 'a', 'a'].map(push);

  assert.deepEqual(other, [true, true, true, false]);
  assert.deepEqual(same, [true, true, true, true]);
});

function queueOver(changes: Partial<LogWriter>, counts = logCounts(), mostWaiting = 1_000_000) {
  const writer: LogWriter = {
    start: async () => ({ writer: 'w', key: new Uint8Array(32) }),
    open: async () => 1,
    reserve: async () => undefined,
    append: async () => undefined,
    close: async () => undefined,
    ...changes,
  };
  const wall = memoryClock(NOON);
  return createQueue({ writer, counts, wall, log: () => undefined, mostWaiting, retryMs: 0 });
}
