/** The log writer in a thread of its own: flushing files and making Parquet must not hold requests up. */

import { Worker } from 'node:worker_threads';
import type { PartPlace } from '#adapters/s3/part-place.ts';
import { MergewayError } from '#core/errors.ts';
import { errorText, type Log } from '../log.ts';
import type { LogCounts } from './counts.ts';
import type { LogWriter, WriterCount } from './log-writer.ts';

/** What the thread is started with. */
export interface ThreadOptions {
  readonly folder: string;
  readonly parts: PartPlace;
  readonly everyMs: number;
}

/** To the thread: one call of the writer. */
export interface Call {
  readonly id: number;
  readonly method: keyof LogWriter;
  readonly args: readonly unknown[];
}

/** From the thread: an answer, or something to tell. */
export type Message =
  | { readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly say: Parameters<Log> }
  | { readonly count: WriterCount };

interface Waiter {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that ended by itself is started again after this, ms. */
const RESTART_MS = 1_000;

export interface RemoteLogWriter extends LogWriter {
  /** Ends the thread wherever it is: what it had flushed is taken up at the next start. */
  abandon(): Promise<void>;
}

/** Starts the thread, again when it dies: what it had flushed is taken up. It ends after `close`. */
export function remoteLogWriter(
  options: ThreadOptions,
  { log, counts }: { readonly log: Log; readonly counts: LogCounts },
): RemoteLogWriter {
  const waiters = new Map<number, Waiter>();
  let calls = 0;
  let closing = false;
  let worker: Worker | undefined = spawn();

  function spawn(): Worker {
    // Flags of this process, such as --eval, are not for the thread.
    const started = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: options,
      execArgv: [],
    });
    started.on('message', hear);
    started.on('error', (error) =>
      log('error', 'the thread of the prediction log failed', { reason: errorText(error) }),
    );
    started.on('exit', restart);
    return started;
  }

  function hear(message: Message): void {
    if ('say' in message) log(...message.say);
    else if ('count' in message) counts.writer(message.count);
    else answer(message);
  }

  function answer({ id, value, error }: Extract<Message, { readonly id: number }>): void {
    const waiter = waiters.get(id);
    waiters.delete(id);
    if (error === undefined) waiter?.resolve(value as never);
    else waiter?.reject(new MergewayError('MW_PART_STORE', error));
  }

  /** Nobody waits for a dead thread; its files are the next one's. */
  function restart(): void {
    worker = undefined;
    for (const { reject } of waiters.values()) reject(gone());
    waiters.clear();
    if (closing) return;
    setTimeout(() => {
      if (closing) return;
      worker = spawn();
      call('start').catch((error) =>
        log('error', 'the prediction log can not be taken up', { reason: errorText(error) }),
      );
    }, RESTART_MS);
  }

  function call<Result>(method: keyof LogWriter, ...args: readonly unknown[]): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (!worker) return reject(gone());
      const id = calls++;
      waiters.set(id, { resolve: resolve as Waiter['resolve'], reject });
      worker.postMessage({ id, method, args } satisfies Call);
    });
  }

  return {
    start: () => call('start'),
    open: (id) => call('open', id),
    reserve: (id, upTo) => call('reserve', id, upTo),
    append: (id, lines) => call('append', id, lines),
    async close(next) {
      closing = true;
      try {
        await call('close', next);
      } finally {
        await worker?.terminate();
      }
    },
    async abandon() {
      closing = true;
      await worker?.terminate();
    },
  };
}

function gone(): MergewayError {
  return new MergewayError('MW_PART_STORE', 'the thread that writes the prediction log has ended');
}
