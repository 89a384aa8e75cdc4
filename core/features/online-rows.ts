/**
 * Rows of an online store as bytes, the same in every store. A row is event time, created time and values; its bytes are greater where
 * the row is later, so that "never replace what is newer" is one comparison of bytes: by event time, then created time (not known is
 * least), then the values, the greater one winning as in the point-in-time join.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { MergewayError } from '../errors.ts';
import type { Value } from '../expression/types.ts';
import type { EntityKey, OnlineRow, OnlineView } from '../ports/online-store.ts';
import { byteReader, byteWriter } from './ordered-bytes.ts';

/** Changes with the layout of keys or rows: what was written before is then not found, and is materialised again. */
const LAYOUT = 'mw1';
/** Digits of a view's digest that keys begin with. */
const VIEW_DIGITS = 20;
/** Stores limit their keys; longer ones go by their digest. */
const MAX_KEY_BYTES = 500;

const writer = byteWriter();
const beginnings = new WeakMap<OnlineView, Uint8Array>();

/** Where the row of an entity is. Equal keys have equal bytes. */
export function rowKey(view: OnlineView, key: EntityKey): Uint8Array {
  writer.bytes(beginning(view));
  for (const value of key) writer.value(value);
  const bytes = writer.take();
  if (bytes.length <= MAX_KEY_BYTES) return bytes;
  writer.bytes(utf8ToBytes(`${place(view)}#`));
  writer.bytes(sha256(bytes));
  return writer.take();
}

/** Where the view's watermark is. */
export function watermarkKey(view: OnlineView): Uint8Array {
  return utf8ToBytes(`${place(view)}!`);
}

export function packRow({ event, created, values }: OnlineRow): Uint8Array {
  writer.value(event);
  writer.value(created);
  for (const value of values) writer.value(value);
  return writer.take();
}

/** The row that was packed, with all its values or those at `places`, which ascend. MW_ONLINE_STORE_DAMAGED. */
export function unpackRow(bytes: Uint8Array, key: EntityKey, places?: readonly number[]): OnlineRow {
  try {
    return rowIn(bytes, key, places);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MergewayError('MW_ONLINE_STORE_DAMAGED', `a row is not as it was written: ${why}`, { cause });
  }
}

function rowIn(bytes: Uint8Array, key: EntityKey, places: readonly number[] | undefined): OnlineRow {
  const reader = byteReader(bytes);
  const event = reader.value();
  const created = reader.value();
  if (typeof event !== 'bigint' || (created !== null && typeof created !== 'bigint')) {
    throw new RangeError('it has no times');
  }
  const values: Value[] = [];
  if (!places) while (reader.more()) values.push(reader.value());
  let next = 0;
  for (const place of places ?? []) {
    for (; next < place; next++) reader.skip();
    values.push(reader.value());
    next++;
  }
  return { key, event, created, values };
}

/** Whether packed row `a` replaces packed row `b`. */
export function isLater(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return a.length > b.length;
}

function beginning(view: OnlineView): Uint8Array {
  const known = beginnings.get(view);
  if (known) return known;
  const bytes = utf8ToBytes(`${place(view)}:`);
  beginnings.set(view, bytes);
  return bytes;
}

function place({ digest }: OnlineView): string {
  return `${LAYOUT}:${digest.replace(/^sha256:/, '').slice(0, VIEW_DIGITS)}`;
}
