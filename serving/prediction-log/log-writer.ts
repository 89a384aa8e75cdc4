/**
 * The disk's side of the prediction log. Rows are appended to a file per log and flushed before `append` resolves; from time to time a
 * file is closed, becomes one part in the part store, and is deleted only then. What a crash leaves behind becomes parts at the next
 * start. Sequence numbers are reserved here before anybody uses them, so that none is used twice, whatever happens.
 */

import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MergewayError } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { PartStore } from '#core/ports/part-store.ts';
import { errorText, type Log } from '../log.ts';
import { replaceFile, syncFolder } from '../replace-file.ts';
import { type LogId, parseWaitingFile, readRows, waitingFile } from './log-file.ts';
import { partsOf } from './part.ts';

export interface LogWriter {
  /** Who writes, and the key that restricted values are hashed with. Takes up what an earlier run left behind. */
  start(): Promise<{ readonly writer: string; readonly key: Uint8Array }>;
  /** The first sequence number that nobody used; it is reserved by `reserve`. */
  open(log: LogId): Promise<number>;
  /** From now on numbers below `upTo` may be used. */
  reserve(log: LogId, upTo: number): Promise<void>;
  /** The lines are on the disk when this resolves, and not there at all when it does not. */
  append(log: LogId, lines: string): Promise<void>;
  /** Makes parts of what waits, as far as the part store allows, and notes where each log's numbers go on. */
  close(next: readonly (readonly [LogId, number])[]): Promise<void>;
}

/** What the writer has to tell; counts go to /metrics. */
interface WriterEvents {
  readonly say: Log;
  readonly count: (what: WriterCount) => void;
}
export type WriterCount = 'parts' | 'part_failures' | 'append_failures' | 'damaged_files';

export interface LogWriterOptions {
  /** Folder of the waiting files, in the server's state folder. */
  readonly folder: string;
  readonly parts: PartStore;
  /** How often files are closed and become parts, ms. */
  readonly everyMs: number;
  /** Of the day. */
  readonly clock: Clock;
  readonly events: WriterEvents;
  /** Bytes of waiting files from which nothing more is taken. */
  readonly mostWaiting?: number;
}

/** A writer that something calls `tick` of, every second or so. */
export interface FolderLogWriter extends LogWriter {
  tick(): Promise<void>;
}

/** A file is closed early at this size: a part is made in memory. */
const LARGEST_FILE = 16 * 2 ** 20;
const MOST_WAITING = 2 ** 30;
/** Labels come from outside: however many do, predictions have room. */
const LABELS_SHARE = 1 / 4;
/** The part store gets a rest after a failure, ms. */
const REST_MS = 5_000;

interface ActiveFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly begun: number;
  size: number;
}

export function folderLogWriter(options: LogWriterOptions): FolderLogWriter {
  const { folder, parts, everyMs, clock, events, mostWaiting = MOST_WAITING } = options;
  const active = new Map<string, ActiveFile>();
  /** Closed files by path, oldest first, and their bytes. */
  const closed = new Map<string, number>();
  let writer = '';
  let restUntil = 0;
  let making: Promise<void> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** A thread that took over from a dead one is asked to append at once: files of its own must not be taken for ones left behind. */
  const start = () => inTurn(startNow);

  async function startNow() {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const key = await kept(join(folder, 'key'), () => randomBytes(32).toString('hex'));
    writer = await kept(join(folder, 'writer'), () => randomBytes(8).toString('hex'));
    for (const file of (await readdir(folder)).sort()) {
      if (!parseWaitingFile(file)) continue;
      const path = join(folder, file);
      closed.set(path, (await stat(path)).size);
    }
    if (closed.size > 0) events.say('info', 'rows of an earlier run become parts', { files: closed.size });
    return { writer, key: Buffer.from(key, 'hex') };
  }

  /** Files are written and closed one after the other. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  }

  async function appendNow(log: LogId, lines: string): Promise<void> {
    const bytes = Buffer.from(lines);
    const { all, labels } = waiting();
    const isFull = log.kind === 'feedback' && labels + bytes.length > mostWaiting * LABELS_SHARE;
    if (isFull || all + bytes.length > mostWaiting) {
      throw failed(`${Math.floor(all / 2 ** 20)} MiB of rows wait for the part store already`);
    }
    const file = active.get(keyOf(log)) ?? (await begin(log));
    try {
      await file.handle.appendFile(bytes);
      await file.handle.datasync();
      file.size += bytes.length;
    } catch (cause) {
      events.count('append_failures');
      // What was written in part must not stand in front of what is written next.
      await file.handle.truncate(file.size).catch(() => closeFile(log, file));
      throw failed(`${file.path}: ${errorText(cause)}`, cause);
    }
    if (file.size >= LARGEST_FILE) await closeFile(log, file);
  }

  async function begin(log: LogId): Promise<ActiveFile> {
    let begun = Math.floor(clock.now());
    while (closed.has(join(folder, waitingFile(log, begun)))) begun++;
    const path = join(folder, waitingFile(log, begun));
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'ax', 0o600);
      await syncFolder(folder);
      const file = { path, handle, begun: clock.now(), size: 0 };
      active.set(keyOf(log), file);
      return file;
    } catch (cause) {
      await handle
        ?.close()
        .then(() => rm(path, { force: true }))
        .catch(() => undefined);
      events.count('append_failures');
      throw failed(`${path}: ${errorText(cause)}`, cause);
    }
  }

  async function closeFile(log: LogId, file: ActiveFile): Promise<void> {
    active.delete(keyOf(log));
    closed.set(file.path, file.size);
    await file.handle.close().catch(() => undefined);
  }

  async function tick(): Promise<void> {
    await inTurn(() => closeOld(everyMs));
    if (clock.now() < restUntil) return;
    making ??= makeParts().finally(() => {
      making = undefined;
    });
    await making;
  }

  async function closeOld(ageMs: number): Promise<void> {
    const now = clock.now();
    for (const [key, file] of active) {
      if (now - file.begun >= ageMs) await closeFile(idOf(key), file);
    }
  }

  async function makeParts(): Promise<void> {
    for (const path of [...closed.keys()]) {
      try {
        await putPart(path);
        closed.delete(path);
      } catch (error) {
        restUntil = clock.now() + REST_MS;
        events.count('part_failures');
        events.say('error', 'a part of the prediction log could not be written; it is tried again', {
          file: path,
          reason: errorText(error),
        });
        return;
      }
    }
  }

  async function putPart(path: string): Promise<void> {
    const log = parseWaitingFile(path.slice(folder.length + 1));
    const { rows, unreadable } = readRows(await readFile(path, 'utf8'));
    for (const part of log ? partsOf(log, writer, rows) : []) {
      await parts.put(part.name, part.bytes);
      events.count('parts');
    }
    if (unreadable > 0) await setAside(path);
    else await rm(path, { force: true });
  }

  /** What can't be read is kept for people. */
  async function setAside(path: string): Promise<void> {
    events.count('damaged_files');
    events.say('error', 'lines of the prediction log can not be read; their file is kept', {
      file: `${path}.damaged`,
    });
    await rename(path, `${path}.damaged`);
  }

  async function close(next: readonly (readonly [LogId, number])[]): Promise<void> {
    await inTurn(() => closeOld(Number.NEGATIVE_INFINITY));
    for (const [log, sequence] of next) await reserve(log, sequence);
    restUntil = 0;
    await tick();
  }

  function reserve(log: LogId, upTo: number): Promise<void> {
    return replaceFile(sequenceFile(log), `${upTo}\n`);
  }

  async function openLog(log: LogId): Promise<number> {
    const path = sequenceFile(log);
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return '1';
      throw cause;
    });
    const next = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(next) && next >= 1) return next;
    throw failed(`${path} holds no sequence number; numbers that were used must not be used again`);
  }

  function sequenceFile({ kind, model }: LogId): string {
    return join(folder, `${kind}.${model}.sequence`);
  }

  /** Bytes. */
  function waiting(): { readonly all: number; readonly labels: number } {
    let [all, labels] = [0, 0];
    for (const [path, size] of [
      ...closed,
      ...[...active.values()].map(({ path, size }) => [path, size] as const),
    ]) {
      all += size;
      if (basename(path).startsWith('feedback.')) labels += size;
    }
    return { all, labels };
  }

  const append = (log: LogId, lines: string) => inTurn(() => appendNow(log, lines));
  return { start, open: openLog, reserve, append, close, tick };
}

function keyOf({ kind, model }: LogId): string {
  return `${kind}/${model}`;
}

function idOf(key: string): LogId {
  const [kind, model = ''] = key.split('/');
  return { kind: kind === 'feedback' ? 'feedback' : 'predictions', model };
}

/** The text of a file that is made once. */
async function kept(path: string, make: () => string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const text = make();
    await replaceFile(path, `${text}\n`);
    return text;
  }
}

function failed(why: string, cause?: unknown): MergewayError {
  return new MergewayError('MW_PART_STORE', why, { cause });
}
