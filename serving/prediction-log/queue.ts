/**
 * Lines on their way to the writer, a batch per log at a time. A batch that fails is kept and tried again; meanwhile lines gather up to a
 * limit, and further ones are refused.
 */

import { MergewayError } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import { errorText, type Log } from '../log.ts';
import type { LogCounts } from './counts.ts';
import { type LogColumn, type LogId, layoutLine } from './log-file.ts';
import type { LogWriter } from './log-writer.ts';
import { type Numbers, openNumbers } from './numbers.ts';

interface Lines {
  /** Equal for lines of equal columns. */
  readonly shape: string;
  readonly columns: () => readonly LogColumn[];
  /** Values of each row, as the inside of a JSON array. */
  readonly lines: readonly string[];
}

export interface LogQueue {
  /** Fetches where a model's numbers go on, for predictions and feedback. */
  open(model: string): Promise<void>;
  /** The next number; undefined while none is reserved. */
  next(log: LogId): number | undefined;
  /** False when there is no room. */
  push(log: LogId, lines: Lines & { readonly sequence: number }): boolean;
  /** Numbers the lines one by one, and resolves when they are on the disk. MW_SERVER_OVERLOADED. */
  pushDurably(log: LogId, lines: Lines): Promise<void>;
  /** Hands every log's waiting lines to the writer, and tries again to open what could not be opened. */
  flush(): Promise<void>;
  /** Characters that are not on the disk yet. */
  waiting(): number;
  close(): Promise<void>;
}

const MOST_WAITING = 16 * 2 ** 20;
/** Labels come from outside and in bulk: they may take this share of what waits, so that predictions always have room. */
const LABELS_SHARE = 1 / 4;
/** Characters around a line's own: layout, number, brackets. */
const AROUND = 40;
/** Lines are handed over at once from this many characters on, instead of at the next tick. */
const LARGE_BATCH = 256 * 1024;
/** Layouts that are remembered; a model whose output is as long as it likes has one for every length. */
const MOST_LAYOUTS = 100;
/** A failed batch is tried again after this, ms. */
const RETRY_MS = 500;
/** A failing disk is spoken of once in this time, ms. */
const QUIET_MS = 60_000;
/** A caller of feedback waits no longer than this, ms. */
const PATIENCE_MS = 10_000;

interface OpenLog {
  readonly id: LogId;
  readonly numbers: Numbers;
  lines: string[];
  /** How often lines were pushed: predictions among them. */
  pushed: number;
  characters: number;
  readonly layouts: Map<string, { readonly number: number; readonly line: string }>;
  /** Layout lines of the waiting lines, by number. */
  used: Map<number, string>;
  waiters: ((error?: unknown) => void)[];
  /** The batch that the writer has, or will get again. */
  sending: Promise<void> | undefined;
}

interface QueueOptions {
  readonly writer: LogWriter;
  readonly wall: Clock;
  readonly log: Log;
  readonly counts: LogCounts;
  readonly mostWaiting?: number;
  readonly retryMs?: number;
}

export function createQueue({
  writer,
  wall,
  log,
  counts,
  mostWaiting = MOST_WAITING,
  retryMs = RETRY_MS,
}: QueueOptions): LogQueue {
  const logs = new Map<string, OpenLog>();
  /** Logs on their way to be open, and those that could not be opened yet. */
  const opening = new Map<string, Promise<void>>();
  const unopened = new Map<string, LogId>();
  let waiting = 0;
  let waitingLabels = 0;
  let layouts = 0;
  let quietUntil = Number.NEGATIVE_INFINITY;
  let closing = false;

  async function open(model: string): Promise<void> {
    for (const kind of ['predictions', 'feedback'] as const) await openOnce({ kind, model });
  }

  /** Asked for twice at a time it is opened once: a second start would give numbers again. */
  async function openOnce(id: LogId): Promise<void> {
    const key = keyOf(id);
    if (logs.has(key)) return;
    const open = opening.get(key) ?? openLog(id).finally(() => opening.delete(key));
    opening.set(key, open);
    try {
      await open;
      unopened.delete(key);
    } catch (error) {
      unopened.set(key, id);
      complain('the prediction log of a model can not be opened; it is tried again', id.model, error);
    }
  }

  async function openLog(id: LogId): Promise<void> {
    const numbers = await openNumbers(id, {
      writer,
      wall,
      failed: (error) =>
        complain('sequence numbers of the prediction log can not be reserved', id.model, error),
    });
    logs.set(keyOf(id), {
      id,
      numbers,
      lines: [],
      pushed: 0,
      characters: 0,
      layouts: new Map(),
      used: new Map(),
      waiters: [],
      sending: undefined,
    });
  }

  function push(id: LogId, { sequence, ...lines }: Lines & { readonly sequence: number }): boolean {
    const open = logs.get(keyOf(id));
    return open !== undefined && add(open, lines, () => sequence);
  }

  function add(open: OpenLog, { shape, columns, lines }: Lines, sequence: () => number): boolean {
    const layout = open.layouts.get(shape) ?? newLayout(open, shape, columns());
    const texts = lines.map((line) => `[${layout.number},${sequence()},${line}]\n`);
    const header = open.used.has(layout.number) ? 0 : layout.line.length;
    const characters = texts.reduce((sum, text) => sum + text.length, header);
    if (waiting + characters > mostWaiting) return false;
    // A call can not take as many arguments as a request may have rows.
    for (const text of texts) open.lines.push(text);
    open.pushed++;
    open.used.set(layout.number, layout.line);
    open.characters += characters;
    waiting += characters;
    if (open.id.kind === 'feedback') waitingLabels += characters;
    if (open.characters >= LARGE_BATCH) void send(open);
    return true;
  }

  function newLayout(open: OpenLog, shape: string, columns: readonly LogColumn[]) {
    if (open.layouts.size >= MOST_LAYOUTS) open.layouts.clear();
    const number = layouts++;
    const layout = { number, line: layoutLine(number, columns) };
    open.layouts.set(shape, layout);
    return layout;
  }

  async function pushDurably(id: LogId, lines: Lines): Promise<void> {
    const open = logs.get(keyOf(id));
    if (!open) throw new MergewayError('MW_PART_STORE', `the log of ${id.model} is not open`);
    await inTime(addLabels(open, lines));
  }

  async function addLabels(open: OpenLog, lines: Lines): Promise<void> {
    refuseLabels(lines);
    const numbers = (await open.numbers.take(lines.lines.length)).values();
    refuseLabels(lines);
    const done = Promise.withResolvers<void>();
    const tell = (error?: unknown) => (error === undefined ? done.resolve() : done.reject(error));
    // A large batch is sent at once: whoever waits for it must be there by then.
    open.waiters.push(tell);
    if (!add(open, lines, () => numbers.next().value ?? 0)) tell(tooMuch());
    setImmediate(() => void send(open));
    await done.promise;
  }

  /** Before they have numbers: a gap says that something was lost. */
  function refuseLabels({ lines }: Lines): void {
    const characters = lines.reduce((sum, line) => sum + line.length + AROUND, 0);
    if (waitingLabels + characters <= mostWaiting * LABELS_SHARE && waiting + characters <= mostWaiting)
      return;
    throw tooMuch();
  }

  /** One batch of a log at a time, in order. */
  function send(open: OpenLog): Promise<void> {
    open.sending ??= sendAll(open).finally(() => {
      open.sending = undefined;
    });
    return open.sending;
  }

  async function sendAll(open: OpenLog): Promise<void> {
    while (open.lines.length > 0) {
      const { id, lines, used, waiters, characters, pushed } = open;
      Object.assign(open, { lines: [], used: new Map(), waiters: [], characters: 0, pushed: 0 });
      const sent = await deliver(open, [...used.values()].join('') + lines.join(''));
      waiting -= characters;
      if (id.kind === 'feedback') waitingLabels -= characters;
      for (const tell of waiters) tell(sent);
      if (sent !== undefined && id.kind === 'predictions') counts.drop(id.model, 'failed', pushed);
    }
  }

  /** Tries until the writer has it; at the end of the server once. Undefined, or what kept it. */
  async function deliver({ id }: OpenLog, text: string): Promise<unknown> {
    for (;;) {
      try {
        await writer.append(id, text);
        return undefined;
      } catch (error) {
        complain('rows of the prediction log can not be written; they are tried again', id.model, error);
        if (closing) return error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  function complain(message: string, model: string, error: unknown): void {
    const now = wall.now();
    if (now < quietUntil) return;
    quietUntil = now + QUIET_MS;
    log('error', message, { model, reason: errorText(error) });
  }

  async function flush(): Promise<void> {
    for (const id of unopened.values()) void openOnce(id);
    await Promise.all([...logs.values()].map(send));
  }

  async function close(): Promise<void> {
    closing = true;
    await flush();
    await writer.close([...logs.values()].map(({ id, numbers }) => [id, numbers.unused()]));
  }

  return {
    open,
    next: (id) => logs.get(keyOf(id))?.numbers.next(),
    push,
    pushDurably,
    flush,
    waiting: () => waiting,
    close,
  };
}

function keyOf({ kind, model }: LogId): string {
  return `${kind}/${model}`;
}

function tooMuch(): MergewayError {
  return new MergewayError('MW_SERVER_OVERLOADED', 'too much waits for the disk already');
}

async function inTime(done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new MergewayError('MW_SERVER_OVERLOADED', 'the disk did not take it in time')),
      PATIENCE_MS,
    );
  });
  try {
    await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
