/** The central directory of a zip, entry by entry, held against the local headers. */

import { MergewayError } from '#core/errors.ts';
import { checkName } from './names.ts';

export interface Entry {
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** CRC-32 of the unpacked bytes. */
  readonly checksum: number;
  readonly method: 'stored' | 'deflated';
  /** Where the packed bytes stand in the archive. */
  readonly data: { readonly start: number; readonly end: number };
}

const END = 0x06054b50;
const END_SIZE = 22;
const CENTRAL = 0x02014b50;
const CENTRAL_SIZE = 46;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const ENCRYPTED = 0x1;

/** Unix file types in the upper half of an entry's external attributes. */
const TYPE_MASK = 0xf000;
const REGULAR = 0x8000;
const FOLDER = 0x4000;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Every entry, in the directory's order. MW_ZIP_REFUSED. */
export function readDirectory(bytes: Uint8Array, maxEntries: number): readonly Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (view.getUint16(end + 8, true) !== count || view.getUint32(end + 4, true) !== 0) {
    throw refused('it spans several disks');
  }
  if (count > maxEntries) throw refused(`it has ${count} entries; the limit is ${maxEntries}`);
  const start = view.getUint32(end + 16, true);
  if (start + view.getUint32(end + 12, true) !== end) {
    throw refused('its directory is not where its end says; zip64 is not read');
  }

  const entries: Entry[] = [];
  let at = start;
  while (entries.length < count) {
    const { entry, next } = readEntry(view, bytes, at, start, end);
    entries.push(entry);
    at = next;
  }
  if (at !== end) throw refused('its directory holds more than its entries');
  refuseDoubles(entries);
  refuseOverlaps(entries);
  return entries;
}

/** A refusal with its reason. */
export function refused(reason: string, cause?: unknown): MergewayError {
  return new MergewayError('MW_ZIP_REFUSED', `the archive was not unpacked: ${reason}`, { cause });
}

/** The end record, which closes the file: its comment reaches exactly to the last byte. */
function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let at = view.byteLength - END_SIZE; at >= lowest; at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw refused('it is no zip, or it is cut off');
}

function readEntry(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  directory: number,
  end: number,
): { readonly entry: Entry; readonly next: number } {
  if (at + CENTRAL_SIZE > end || view.getUint32(at, true) !== CENTRAL)
    throw refused('its directory is damaged');
  const nameEnd = at + CENTRAL_SIZE + view.getUint16(at + 28, true);
  const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) throw refused('its directory is damaged');

  const rawName = bytes.subarray(at + CENTRAL_SIZE, nameEnd);
  const name = checkName(decode(rawName), refused);
  if (view.getUint16(at + 8, true) & ENCRYPTED) throw refused(`${name} is encrypted`);
  checkType(name, view.getUint32(at + 38, true) >>> 16);

  const size = view.getUint32(at + 24, true);
  if (name.endsWith('/') && size > 0) throw refused(`the folder ${name} has content`);
  const dataStart = startOfData(view, bytes, view.getUint32(at + 42, true), rawName, name);
  const dataEnd = dataStart + view.getUint32(at + 20, true);
  if (dataEnd > directory) throw refused(`${name} reaches beyond the archive`);

  const method = methodOf(view.getUint16(at + 10, true), name);
  const checksum = view.getUint32(at + 16, true);
  return { entry: { name, size, checksum, method, data: { start: dataStart, end: dataEnd } }, next };
}

function decode(raw: Uint8Array): string {
  try {
    return decoder.decode(raw);
  } catch (cause) {
    throw refused('a name in it is not UTF-8', cause);
  }
}

/** Regular files and folders only; archives made without Unix attributes have type 0. */
function checkType(name: string, mode: number): void {
  const type = mode & TYPE_MASK;
  if (type === 0 || type === REGULAR || (type === FOLDER && name.endsWith('/'))) return;
  throw refused(`${name} is a link or a device`);
}

function methodOf(code: number, name: string): Entry['method'] {
  if (code === 0) return 'stored';
  if (code === 8) return 'deflated';
  throw refused(`${name} is packed by method ${code}`);
}

/** Behind the local header, whose name must be the directory's: other readers go by it. */
function startOfData(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  rawName: Uint8Array,
  name: string,
): number {
  if (at + LOCAL_SIZE > view.byteLength || view.getUint32(at, true) !== LOCAL) {
    throw refused(`${name} has no header where the directory says`);
  }
  const nameEnd = at + LOCAL_SIZE + view.getUint16(at + 26, true);
  const localName = bytes.subarray(at + LOCAL_SIZE, nameEnd);
  if (Buffer.compare(localName, rawName) !== 0) throw refused(`${name} has another name in its own header`);
  return nameEnd + view.getUint16(at + 28, true);
}

function refuseDoubles(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) throw refused(`${name} is in it twice`);
    seen.add(name);
  }
}

function refuseOverlaps(entries: readonly Entry[]): void {
  const ordered = entries.toSorted((a, b) => a.data.start - b.data.start);
  let reached = 0;
  for (const { name, data } of ordered) {
    if (data.start < reached) throw refused(`${name} shares bytes with another entry`);
    reached = data.end;
  }
}
