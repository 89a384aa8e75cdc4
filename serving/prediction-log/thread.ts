/** The thread of the prediction log: builds the writer and its part store, and does what it is told. */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '#adapters/system/clock.ts';
import { errorText } from '../log.ts';
import { folderLogWriter } from './log-writer.ts';
import { openPartPlace } from './part-place.ts';
import type { Call, Message, ThreadOptions } from './remote-writer.ts';

/** How often files are looked at. */
const TICK_MS = 1_000;

if (parentPort) serve(parentPort, workerData as ThreadOptions);

function serve(port: MessagePort, { folder, parts, everyMs }: ThreadOptions): void {
  const tell = (message: Message) => port.postMessage(message);
  const writer = folderLogWriter({
    folder,
    parts: openPartPlace(parts),
    everyMs,
    clock: systemClock(),
    events: { say: (...say) => tell({ say }), count: (count) => tell({ count }) },
  });
  const methods = {
    start: writer.start,
    open: writer.open,
    reserve: writer.reserve,
    append: writer.append,
    close: writer.close,
  } as Record<Call['method'], (...args: readonly unknown[]) => Promise<unknown>>;

  port.on('message', async ({ id, method, args }: Call) => {
    try {
      tell({ id, value: await methods[method](...args) });
    } catch (error) {
      tell({ id, error: errorText(error) });
    }
  });
  setInterval(() => {
    writer.tick().catch((error) =>
      tell({
        say: ['error', 'the prediction log can not look after its files', { reason: errorText(error) }],
      }),
    );
  }, TICK_MS);
}
