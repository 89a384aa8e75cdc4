/**
 * Files out of an untrusted zip, into memory. The central directory alone says what is there; what disagrees with it is
 * refused, and so are paths that leave a folder, links, names twice, encryption, overlaps and bombs. Nothing is
 * inflated before every entry was judged. PKWARE APPNOTE 6.3, without zip64 and spanning.
 */

import { crc32, inflateRawSync } from 'node:zlib';
import { MergewayError } from '#core/errors.ts';
import { type Entry, readDirectory, refused } from './directory.ts';

/** Deflate reaches 1032:1 on zeros; honest models and evidence stay far below. Small entries may be as dense as they like. */
const MAX_RATIO = 300;
const RATIO_COUNTS_FROM = 1024 ** 2;

export interface ReadZipOptions {
  /** Bytes of all files together, unpacked. */
  readonly maxBytes: number;
  /** Files to unpack; the others are only judged. Without it, all are unpacked. */
  readonly names?: readonly string[];
  /** Files and folders in the archive. */
  readonly maxEntries?: number;
}

/** The archive's files by name. MW_ZIP_REFUSED; MW_ARTIFACT_TOO_LARGE above `maxBytes`. */
export function readZip(
  bytes: Uint8Array,
  { maxBytes, names, maxEntries = 200 }: ReadZipOptions,
): ReadonlyMap<string, Uint8Array> {
  const entries = readDirectory(bytes, maxEntries);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes) {
    throw new MergewayError(
      'MW_ARTIFACT_TOO_LARGE',
      `the archive unpacks to ${total} bytes; the limit is ${maxBytes}`,
    );
  }
  for (const entry of entries) judge(entry);

  const wanted = entries.filter(({ name }) => !name.endsWith('/') && (names?.includes(name) ?? true));
  return new Map(wanted.map((entry) => [entry.name, unpack(bytes, entry)]));
}

function judge({ name, size, data, method }: Entry): void {
  const packed = data.end - data.start;
  if (method === 'stored' && packed !== size) {
    throw refused(`${name} is stored in ${packed} bytes but said to have ${size}`);
  }
  if (size > RATIO_COUNTS_FROM && size > packed * MAX_RATIO) {
    throw refused(`${name} unpacks from ${packed} to ${size} bytes, more than ${MAX_RATIO}:1`);
  }
}

function unpack(bytes: Uint8Array, entry: Entry): Uint8Array {
  const packed = bytes.subarray(entry.data.start, entry.data.end);
  const content = entry.method === 'stored' ? packed.slice() : inflate(packed, entry);
  if (content.byteLength !== entry.size || crc32(content) !== entry.checksum) {
    throw refused(`${entry.name} does not unpack to what its entry says`);
  }
  return content;
}

function inflate(packed: Uint8Array, { name, size }: Entry): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) }));
  } catch (cause) {
    throw refused(`${name} does not unpack to the ${size} bytes that its entry says`, cause);
  }
}
