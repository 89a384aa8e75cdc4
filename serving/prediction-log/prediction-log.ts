/**
 * The request's side of the prediction log: takes numbers, makes lines once the answers of the turn are on their way, and hands them to
 * the writer four times a second. It never waits and never throws: what does not fit into the bounded memory is dropped and counted,
 * and leaves a gap in the numbers.
 */

import { createSecretKey } from 'node:crypto';
import { MergewayError } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Random } from '#core/ports/random.ts';
import type { InferRequest } from '#core/wire/oip.ts';
import type { Tensors } from '../batch/stack.ts';
import type { Made } from '../features/feature-request.ts';
import { errorText, type Log } from '../log.ts';
import type { ServedVersion } from '../served-version.ts';
import { type DropReason, type LogCounts, logCounts } from './counts.ts';
import { hashText, type LoggedRows, loggedRows } from './layout.ts';
import type { LogColumn } from './log-file.ts';
import type { LogWriter } from './log-writer.ts';
import { predictionId } from './part.ts';
import { createQueue, type LogQueue } from './queue.ts';
import { scoresOf } from './score.ts';

/** A prediction's place in the log. */
export interface Place {
  /** Given to the client. */
  readonly id: string;
  readonly model: string;
  readonly sequence: number;
}

interface Prediction {
  readonly served: ServedVersion;
  readonly arm: string;
  /** Inputs as the request brought them. */
  readonly given: InferRequest['inputs'];
  readonly made: Made;
  readonly outputs: Tensors;
  /** The time that it is for, microseconds since 1970. */
  readonly at: bigint;
  readonly latencyMs: number;
  /** Header of W3C Trace Context. */
  readonly traceparent: unknown;
}

interface Feedback {
  readonly predictionId: string;
  readonly row: number;
  readonly label: string;
  /** When it came true, ms since 1970. */
  readonly time: number | null;
}

export interface PredictionLog {
  /** Makes the model's numbers ready; the log goes on without where that fails. */
  open(model: string): Promise<void>;
  /** A place for a prediction, or undefined: it is not to be logged, or there is no number; either is counted. */
  take(model: string, served: ServedVersion, about: { readonly synthetic: boolean }): Place | undefined;
  /** Writes a prediction down a little later. */
  write(place: Place, prediction: Prediction): void;
  /** Resolves when the labels are on the disk; `versions`: those in traffic. MW_MODEL_NOT_READY, MW_TRAFFIC_REFUSED, MW_SERVER_OVERLOADED, MW_PART_STORE. */
  feedback(model: string, labels: readonly Feedback[], versions: readonly ServedVersion[]): Promise<void>;
  /** Lines for /metrics. */
  metrics(): readonly string[];
  /** Hands over what waits; called by a timer. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface PredictionLogOptions {
  readonly writer: LogWriter;
  readonly counts?: LogCounts;
  /** Of the day, ms since 1970. */
  readonly wall: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Characters of lines that wait for the disk, all models together. */
  readonly mostWaiting?: number;
  /** After which a failed batch is tried again, ms. */
  readonly retryMs?: number;
}

/** Values of one prediction; a larger one would hold everybody up while it is written down, about a microsecond each. */
const MOST_VALUES = 200_000;

const PREDICTION_ROW = [
  ['row', 'INT32'],
  ['event_time', 'TIMESTAMP'],
  ['served_at', 'TIMESTAMP'],
  ['version', 'STRING'],
  ['arm', 'STRING'],
  ['trace_id', 'STRING'],
  ['latency_ms', 'DOUBLE'],
  ['score', 'DOUBLE'],
] as const satisfies readonly LogColumn[];

const FEEDBACK_ROW = [
  ['prediction_id', 'STRING'],
  ['row', 'INT32'],
  ['label', 'STRING'],
  ['label_time', 'TIMESTAMP'],
  ['received_at', 'TIMESTAMP'],
] as const satisfies readonly LogColumn[];

/** Starts the writer. MW_PART_STORE, MW_SYSTEM. */
export async function openPredictionLog(options: PredictionLogOptions): Promise<PredictionLog> {
  const { writer, wall, random, log, mostWaiting, retryMs } = options;
  const counts = options.counts ?? logCounts();
  const { writer: writerId, key: keyBytes } = await writer.start();
  const key = createSecretKey(keyBytes);
  const versions = numbered();
  const queue: LogQueue = createQueue({
    writer,
    wall,
    log,
    counts,
    ...(mostWaiting && { mostWaiting }),
    ...(retryMs !== undefined && { retryMs }),
  });

  function take(
    model: string,
    served: ServedVersion,
    { synthetic }: { readonly synthetic: boolean },
  ): Place | undefined {
    const reason = whyNot(served, synthetic);
    if (reason) {
      counts.skip(model, reason);
      return undefined;
    }
    const sequence = queue.next({ kind: 'predictions', model });
    if (sequence !== undefined) return { id: predictionId(writerId, sequence), model, sequence };
    counts.drop(model, 'no_number');
    return undefined;
  }

  /** The columns of a version that the plan gives no settings are not known to be harmless; a bare file was named by hand. */
  function whyNot({ version, prepared }: ServedVersion, synthetic: boolean) {
    if (synthetic) return 'synthetic';
    if (version !== undefined && !prepared) return 'no_settings';
    const share = prepared?.settings.serve.log.share ?? 1;
    return share < 1 && random.next() >= share ? 'sampled_out' : undefined;
  }

  let unwritten: (readonly [Place, Prediction])[] = [];

  function write(place: Place, prediction: Prediction): void {
    if (unwritten.push([place, prediction]) === 1) setImmediate(writeAll);
  }

  function writeAll(): void {
    const predictions = unwritten;
    unwritten = [];
    for (const [{ model, sequence }, prediction] of predictions) {
      const dropped = written({ model, sequence }, prediction);
      if (dropped) counts.drop(model, dropped);
      else counts.logged(model);
    }
  }

  /** Why it was dropped, if it was. */
  function written({ model, sequence }: Omit<Place, 'id'>, prediction: Prediction): DropReason | undefined {
    try {
      const rows = loggedRows(prediction, key);
      if (rows.rows * (PREDICTION_ROW.length + rows.columns.length) > MOST_VALUES) return 'too_large';
      const shape = `${versions.numberOf(prediction.served)} ${rows.shape}`;
      const columns = () => [...PREDICTION_ROW, ...rows.columns];
      const lines = linesOf(prediction, rows);
      return queue.push({ kind: 'predictions', model }, { sequence, shape, columns, lines })
        ? undefined
        : 'full';
    } catch (error) {
      log('error', 'a prediction could not be written down', { model, reason: errorText(error) });
      return 'failed';
    }
  }

  function linesOf(prediction: Prediction, rows: LoggedRows): readonly string[] {
    const { served, outputs, at, arm, latencyMs, traceparent } = prediction;
    const score = scoresOf(served.prepared?.settings, outputs, rows.rows);
    const version = JSON.stringify(served.version ?? '');
    const head = `${at / 1000n},${Math.floor(wall.now())},${version},"${arm}",${traceId(traceparent)},${latencyMs}`;
    return Array.from(
      { length: rows.rows },
      (_, row) => `${row},${head},${score(row) ?? 'null'}${rows.row(row)}`,
    );
  }

  async function feedback(
    model: string,
    labels: readonly Feedback[],
    versions: readonly ServedVersion[],
  ): Promise<void> {
    const treatment = treatmentOfLabel(model, versions);
    const now = Math.floor(wall.now());
    const labelOf = (label: string) => {
      if (treatment === 'plain') return label;
      return treatment === 'omit' ? null : hashText(label, key);
    };
    const lines = labels.map(({ predictionId: id, row, label, time }) =>
      JSON.stringify([id, row, labelOf(label), time, now]).slice(1, -1),
    );
    await queue.pushDurably({ kind: 'feedback', model }, { shape: '', columns: () => FEEDBACK_ROW, lines });
    counts.labelled(model, labels.length);
  }

  return {
    open: (model) => queue.open(model),
    take,
    write,
    feedback,
    metrics() {
      writeAll();
      return counts.lines(queue.waiting());
    },
    flush() {
      writeAll();
      return queue.flush();
    },
    close() {
      writeAll();
      return queue.close();
    },
  };
}

/** The strictest of the versions in traffic: a label does not say whose it is. */
function treatmentOfLabel(model: string, versions: readonly ServedVersion[]): 'plain' | 'hash' | 'omit' {
  if (versions.length === 0) throw new MergewayError('MW_MODEL_NOT_READY', `model ${model} is not loaded`);
  const known = versions.filter(({ version, prepared }) => version === undefined || prepared);
  if (known.length === 0) {
    throw new MergewayError(
      'MW_TRAFFIC_REFUSED',
      `the traffic plan of ${model} names no settings, so nobody knows whether its label may be written down`,
    );
  }
  const treatments = known.map(({ prepared }) => {
    const isHidden = prepared?.restricted.has(prepared.settings.label.toLowerCase());
    return isHidden ? prepared?.settings.serve.log.restricted : 'plain';
  });
  if (treatments.includes('omit')) return 'omit';
  return treatments.includes('hash') ? 'hash' : 'plain';
}

/** Columns belong to a version under its settings, so a name is not enough to tell their layouts apart. */
function numbered(): { numberOf(served: ServedVersion): number } {
  const numbers = new WeakMap<ServedVersion, number>();
  let count = 0;
  return {
    numberOf(served) {
      const number = numbers.get(served) ?? count++;
      numbers.set(served, number);
      return number;
    },
  };
}

/** `00-<trace id>-<parent id>-<flags>`, https://www.w3.org/TR/trace-context/ */
function traceId(header: unknown): string {
  const [, id] = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(String(header ?? '')) ?? [];
  return id === undefined ? 'null' : `"${id}"`;
}
