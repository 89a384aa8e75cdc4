/**
 * Whether an LMDB file can be mapped. LMDB trusts its files: garbage, or a file that was cut off, would end the process, so its two
 * meta pages are looked at first (MDB_meta of lmdb.h: magic, page size, last page, transaction).
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MAGIC = 0xbeefc0de;
const PAGE_SIZE_AT = 48;
const MAGIC_AT = 24;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_BYTES = 160;
/** LMDB's least and greatest page. */
const [MIN_PAGE, MAX_PAGE] = [256, 65536];

/** What is wrong with the file; undefined when nothing is, or there is none yet. */
export function damageOf(path: string): string | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    return fstatSync(file).size === 0 ? undefined : damageOfPages(file);
  } finally {
    closeSync(file);
  }
}

/** The size is read last: another process may be adding pages, and never takes any away. */
function damageOfPages(file: number): string | undefined {
  const first = metaAt(file, 0);
  const pageSize = first.readUInt32LE(PAGE_SIZE_AT);
  if (first.readUInt32LE(MAGIC_AT) !== MAGIC || pageSize < MIN_PAGE || pageSize > MAX_PAGE) {
    return 'it is no LMDB file';
  }
  const second = metaAt(file, pageSize);
  if (second.readUInt32LE(MAGIC_AT) !== MAGIC) return 'its second page is damaged';

  const transaction = (meta: Buffer) => meta.readBigUInt64LE(TRANSACTION_AT);
  const newest = transaction(second) > transaction(first) ? second : first;
  const bytes = (newest.readBigUInt64LE(LAST_PAGE_AT) + 1n) * BigInt(pageSize);
  const { size } = fstatSync(file);
  return bytes > BigInt(size) ? `it has ${size} of ${bytes} bytes` : undefined;
}

function metaAt(file: number, position: number): Buffer {
  const meta = Buffer.alloc(META_BYTES);
  readSync(file, meta, 0, META_BYTES, position);
  return meta;
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}
