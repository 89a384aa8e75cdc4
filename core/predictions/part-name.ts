/**
 * Names of the prediction log's parts. A name says whose rows a part holds and which event times they span, so that a reader finds a
 * window's parts, and how far the log has come, without opening any.
 *
 *     predictions/<model>/<day it was served>/<first event ms>-<last event ms>.<writer>.<first sequence>.parquet
 *     feedback/<model>/<day it was received>/<first ms>-<last ms>.<writer>.<first sequence>.parquet
 */

export const LOG_KINDS = ['predictions', 'feedback'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

export interface PartName {
  readonly kind: LogKind;
  readonly model: string;
  /** UTC day on which the part was begun, `2013-06-01`; no row of it was served before. */
  readonly day: string;
  /** Event times of its rows, ms since 1970, both included; for feedback the times at which labels were received. */
  readonly from: number;
  readonly to: number;
  /** Id of the writing server's state, letters and digits. */
  readonly writer: string;
  /** Sequence number of the part's first row. */
  readonly sequence: number;
}

const SHAPE =
  /^(predictions|feedback)\/([a-z0-9-]{1,63})\/(\d{4}-\d\d-\d\d)\/(-?\d{1,16})-(-?\d{1,16})\.([A-Za-z0-9]{1,64})\.(\d{1,16})\.parquet$/;

export function partName({ kind, model, day, from, to, writer, sequence }: PartName): string {
  return `${kind}/${model}/${day}/${from}-${to}.${writer}.${sequence}.parquet`;
}

/** Whether the text can be a name in a part store: no empty, hidden or climbing steps. */
export function isPartPath(name: string): boolean {
  return name.length <= 500 && /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/.test(name);
}

/** What a name says; undefined for names that are none of ours. */
export function parsePartName(name: string): PartName | undefined {
  const [, kind, model = '', day = '', from, to, writer = '', sequence] = SHAPE.exec(name) ?? [];
  if (kind === undefined) return undefined;
  return {
    kind: kind as LogKind,
    model,
    day,
    from: Number(from),
    to: Number(to),
    writer,
    sequence: Number(sequence),
  };
}
