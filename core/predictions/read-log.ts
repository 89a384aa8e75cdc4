/** The reader's side of the prediction log: which parts a window needs, how far the log has come, and what is missing from it. */

import type { Part, PartStore } from '../ports/part-store.ts';
import { type LogKind, type PartName, parsePartName } from './part-name.ts';

export interface LogWindow {
  readonly kind: LogKind;
  readonly model: string;
  /** Event times (of feedback: when it was received), ms since 1970; `to` is left out. */
  readonly from: number;
  readonly to: number;
}

export interface LogParts {
  /** Names of the parts that may have rows of the window, by name. */
  readonly names: readonly string[];
  /** The latest time of any row of the log; undefined for an empty log. */
  readonly watermark: number | undefined;
}

/** Lists the log and picks a window's parts. A part has rows of other times too: the reader filters. */
export async function readLog(store: PartStore, window: LogWindow): Promise<LogParts> {
  const parts = await store.list(logPrefix(window));
  return { names: partsOfWindow(parts, window), watermark: watermark(parts) };
}

/** What the names of a model's parts begin with. */
function logPrefix({ kind, model }: Pick<LogWindow, 'kind' | 'model'>): string {
  return `${kind}/${model}/`;
}

/** Parts whose times overlap the window. */
export function partsOfWindow(
  parts: readonly Part[],
  { kind, model, from, to }: LogWindow,
): readonly string[] {
  return named(parts)
    .filter(({ part }) => part.kind === kind && part.model === model && part.from < to && part.to >= from)
    .map(({ name }) => name);
}

/** The newest time over all parts, ms since 1970; undefined without parts. */
export function watermark(parts: readonly Part[]): number | undefined {
  let newest: number | undefined;
  for (const { part } of named(parts)) newest = Math.max(newest ?? part.to, part.to);
  return newest;
}

/**
 * Numbers that the log should have and has not, by writer, over the parts in the table `data`: a crash or a full buffer leaves them. One
 * prediction is one number, whatever rows it has. Numbers are reserved ahead, so that after a crash some were never used: an upper bound.
 * Parts that were left out between two that were read count as missing, so read a writer's parts without holes (`withoutHoles`).
 */
export const MISSING_NUMBERS_SQL = `SELECT writer, count(DISTINCT sequence) AS logged,
  max(sequence) - min(sequence) + 1 - count(DISTINCT sequence) AS missing
FROM data GROUP BY writer ORDER BY writer`;

/** The named parts, and those that their writers wrote in between. */
export function withoutHoles(parts: readonly Part[], names: readonly string[]): readonly string[] {
  const chosen = new Set(names);
  const spans = new Map<string, { first: number; last: number }>();
  for (const { name, part } of named(parts)) {
    if (!chosen.has(name)) continue;
    const { first, last } = spans.get(logOf(part)) ?? { first: part.sequence, last: part.sequence };
    spans.set(logOf(part), { first: Math.min(first, part.sequence), last: Math.max(last, part.sequence) });
  }
  return named(parts)
    .filter(({ part }) => {
      const span = spans.get(logOf(part));
      return span !== undefined && part.sequence >= span.first && part.sequence <= span.last;
    })
    .map(({ name }) => name);
}

function named(parts: readonly Part[]): readonly { readonly name: string; readonly part: PartName }[] {
  return parts.flatMap(({ name }) => {
    const part = parsePartName(name);
    return part ? [{ name, part }] : [];
  });
}

/** Numbers are counted per writer, model and kind. */
function logOf({ kind, model, writer }: PartName): string {
  return `${kind}/${model}/${writer}`;
}
