/**
 * Values as bytes that compare as the values do: null first, numbers by size, text by code points, so that whoever can compare bytes
 * can tell which of two rows is the later one. Each value is a tag and its payload, none is the beginning of another, and every value
 * comes back as it was: NaN, -0, NUL and halves of surrogate pairs too. (-0 is below 0 here; DuckDB takes them for equal.)
 *
 *     null 00 · false 01 · true 02 · int 03 + 8 bytes, sign turned · double 04 + 8 bytes, turned so that they sort · text 05 + UTF-8,
 *     NUL as 00 FF, then 00 · int beyond 64 bits 06 + its digits as text
 */

import { fitted, type Value } from '../expression/types.ts';

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const INT = 3;
const DOUBLE = 4;
const TEXT = 5;
const BIG = 6;

const NUMBER_BYTES = 9;
const SIGN = 0x8000_0000;
const WORD = 0x1_0000_0000;
/** A high word this far from 0 leaves a number that a double holds exactly. */
const SAFE_HIGH = 0x20_0000;

/** The eight bytes of a double, to look at. */
const scratch = new DataView(new ArrayBuffer(8));

export interface ByteWriter {
  value(value: Value): void;
  bytes(bytes: Uint8Array): void;
  /** What was written since the last call, as a copy. */
  take(): Uint8Array;
}

/** Collects values in one buffer that grows. */
export function byteWriter(): ByteWriter {
  let buffer = new Uint8Array(512);
  let view = new DataView(buffer.buffer);
  let end = 0;

  return { value, bytes, take };

  function value(value: Value): void {
    if (typeof value === 'string') text(TEXT, value);
    else if (typeof value === 'number') double(value);
    else if (typeof value === 'bigint') whole(value);
    else tag(value === null ? NULL : value ? TRUE : FALSE);
  }

  function bytes(more: Uint8Array): void {
    reserve(more.length);
    buffer.set(more, end);
    end += more.length;
  }

  function take(): Uint8Array {
    const taken = buffer.slice(0, end);
    end = 0;
    return taken;
  }

  function tag(tag: number): void {
    reserve(1);
    buffer[end++] = tag;
  }

  function whole(value: bigint): void {
    if (fitted(value) === null) {
      text(BIG, String(value));
      return;
    }
    reserve(NUMBER_BYTES);
    buffer[end] = INT;
    view.setBigInt64(end + 1, value);
    view.setUint8(end + 1, view.getUint8(end + 1) ^ 0x80);
    end += NUMBER_BYTES;
  }

  /** Positive numbers get their sign turned, negative ones every bit; NaN has one form and is above all. */
  function double(value: number): void {
    reserve(NUMBER_BYTES);
    buffer[end] = DOUBLE;
    view.setFloat64(end + 1, Number.isNaN(value) ? Number.NaN : value);
    const high = view.getUint32(end + 1);
    if (high < SIGN) view.setUint32(end + 1, high + SIGN);
    else {
      view.setUint32(end + 1, ~high);
      view.setUint32(end + 5, ~view.getUint32(end + 5));
    }
    end += NUMBER_BYTES;
  }

  function text(kind: number, value: string): void {
    reserve(3 * value.length + 2);
    buffer[end++] = kind;
    for (let at = 0; at < value.length; at++) {
      const unit = value.charCodeAt(at);
      if (unit > 0 && unit < 0x80) buffer[end++] = unit;
      else if (unit === 0) {
        buffer[end++] = 0;
        buffer[end++] = 0xff;
      } else {
        const point = value.codePointAt(at) ?? unit;
        if (point > 0xffff) at++;
        multibyte(point);
      }
    }
    buffer[end++] = 0;
  }

  function multibyte(point: number): void {
    if (point < 0x800) buffer[end++] = 0xc0 | (point >> 6);
    else {
      if (point < 0x1_0000) buffer[end++] = 0xe0 | (point >> 12);
      else {
        buffer[end++] = 0xf0 | (point >> 18);
        buffer[end++] = 0x80 | ((point >> 12) & 0x3f);
      }
      buffer[end++] = 0x80 | ((point >> 6) & 0x3f);
    }
    buffer[end++] = 0x80 | (point & 0x3f);
  }

  function reserve(more: number): void {
    if (end + more <= buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * buffer.length, end + more));
    larger.set(buffer.subarray(0, end));
    buffer = larger;
    view = new DataView(buffer.buffer);
  }
}

export interface ByteReader {
  value(): Value;
  /** Steps over a value without making it. */
  skip(): void;
  /** Whether there is another value. */
  more(): boolean;
}

/** Reads what a writer took, from its beginning. The bytes must not change meanwhile. RangeError where they are no writer's. */
export function byteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  return { value, skip, more: () => at < bytes.length };

  function value(): Value {
    const tag = bytes[at++];
    if (tag === DOUBLE) return double();
    if (tag === INT) return whole();
    if (tag === TEXT) return text();
    if (tag === BIG) return BigInt(text());
    if (tag === TRUE || tag === FALSE) return tag === TRUE;
    if (tag === NULL) return null;
    throw new RangeError(`there is no value at byte ${at - 1}`);
  }

  function skip(): void {
    const tag = bytes[at++];
    if (tag === DOUBLE || tag === INT) at += NUMBER_BYTES - 1;
    else if (tag === TEXT || tag === BIG) at = endOfText() + 1;
    else if (tag === undefined || tag > BIG) throw new RangeError(`there is no value at byte ${at - 1}`);
  }

  function double(): number {
    const high = view.getUint32(at);
    const low = view.getUint32(at + 4);
    at += 8;
    scratch.setUint32(0, high >= SIGN ? high - SIGN : ~high);
    scratch.setUint32(4, high >= SIGN ? low : ~low);
    return scratch.getFloat64(0);
  }

  /** Small ones without a step through 64-bit arithmetic, which is slow. */
  function whole(): bigint {
    const high = view.getUint32(at) - SIGN;
    const low = view.getUint32(at + 4);
    at += 8;
    if (high >= -SAFE_HIGH && high < SAFE_HIGH) return BigInt(high * WORD + low);
    return (BigInt(high) << 32n) | BigInt(low);
  }

  function text(): string {
    const end = endOfText();
    let made = '';
    let units: number[] = [];
    while (at < end) {
      const point = codePoint();
      if (point > 0xffff) units.push(0xd7c0 + (point >> 10), 0xdc00 + (point & 0x3ff));
      else units.push(point);
      if (units.length < 4096) continue;
      made += String.fromCharCode(...units);
      units = [];
    }
    at = end + 1;
    return made + String.fromCharCode(...units);
  }

  /** The 00 that is not followed by FF. */
  function endOfText(): number {
    let end = bytes.indexOf(0, at);
    while (end >= 0 && bytes[end + 1] === 0xff) end = bytes.indexOf(0, end + 2);
    if (end >= 0) return end;
    throw new RangeError(`the text at byte ${at} has no end`);
  }

  function codePoint(): number {
    const first = bytes[at++] ?? 0;
    if (first === 0) at++;
    if (first < 0x80) return first;
    if (first < 0xe0) return ((first & 0x1f) << 6) | rest();
    if (first < 0xf0) return ((first & 0x0f) << 12) | (rest() << 6) | rest();
    return ((first & 0x07) << 18) | (rest() << 12) | (rest() << 6) | rest();
  }

  function rest(): number {
    return (bytes[at++] ?? 0) & 0x3f;
  }
}
