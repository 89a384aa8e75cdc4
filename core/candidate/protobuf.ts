/**
 * The protobuf wire format, read from hostile bytes: one pass, no library, every length checked against the message around it.
 * https://protobuf.dev/programming-guides/encoding/
 */

import { MergewayError } from '../errors.ts';

/** One field of a message. Embedded messages, strings and bytes are a range of the file; numbers are `value`. */
export interface Field {
  readonly number: number;
  readonly wire: 'varint' | 'fixed' | 'bytes';
  /** Of varints; exact up to 2^53, and more is of no interest here. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

const VARINT_BYTES = 10;
const FIELD_NUMBERS = 2 ** 29;

/** Calls `visit` for every field between `start` and `end`. MW_MODEL_INVALID when the bytes are no protobuf message. */
export function readFields(
  bytes: Uint8Array,
  start: number,
  end: number,
  visit: (field: Field) => void,
): void {
  let at = start;
  while (at < end) {
    const field = readField(bytes, at, end);
    visit(field);
    at = field.end;
  }
}

function readField(bytes: Uint8Array, start: number, end: number): Field {
  const tag = readVarint(bytes, start, end);
  const number = Math.floor(tag.value / 8);
  if (number < 1 || number >= FIELD_NUMBERS) throw broken(start, `field number ${number} is impossible`);

  switch (tag.value % 8) {
    case 0: {
      const { value, end: after } = readVarint(bytes, tag.end, end);
      return { number, wire: 'varint', value, start: tag.end, end: after };
    }
    case 1:
      return range({ number, wire: 'fixed' }, tag.end, tag.end + 8, end);
    case 2: {
      const length = readVarint(bytes, tag.end, end);
      return range({ number, wire: 'bytes' }, length.end, length.end + length.value, end);
    }
    case 5:
      return range({ number, wire: 'fixed' }, tag.end, tag.end + 4, end);
    default:
      throw broken(start, `wire type ${tag.value % 8} is not in use`);
  }
}

function range(head: Pick<Field, 'number' | 'wire'>, start: number, end: number, limit: number): Field {
  if (end > limit) {
    throw broken(start, `field ${head.number} needs ${end - start} bytes where ${limit - start} are left`);
  }
  return { ...head, value: 0, start, end };
}

/** A base-128 number, lowest digits first. */
function readVarint(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < VARINT_BYTES; i++) {
    const byte = start + i < end ? bytes[start + i] : undefined;
    if (byte === undefined) throw broken(start, 'a number is cut off');
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, end: start + i + 1 };
  }
  throw broken(start, 'a number is too long');
}

function broken(at: number, what: string): MergewayError {
  return new MergewayError(
    'MW_MODEL_INVALID',
    `not an ONNX file, or a truncated one: at byte ${at}, ${what}`,
  );
}
