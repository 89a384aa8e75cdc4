/**
 * The online store in a folder: LMDB, a memory-mapped tree. Readers never wait and see what any process has committed; writers wait for
 * each other. A write is one transaction, so that `kill -9` leaves it whole or undone. It is flushed to disk in the background: a loss
 * of power may take back the newest transactions, the watermark with them, and the next run materialises them again.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { MergewayError } from '#core/errors.ts';
import { isLater, packRow, rowKey, unpackRow, watermarkKey } from '#core/features/online-rows.ts';
import { byteReader, byteWriter } from '#core/features/ordered-bytes.ts';
import type { OnlineStore, OnlineView } from '#core/ports/online-store.ts';
import { damageOf } from './check-file.ts';

type Database = RootDatabase<Uint8Array, Uint8Array>;

/** Opens the folder, which is made if need be. MW_ONLINE_STORE_UNREACHABLE, MW_ONLINE_STORE_DAMAGED. */
export function lmdbOnlineStore(folder: string): OnlineStore {
  const database = openFolder(folder);

  return {
    async read(requests) {
      database.resetReadTxn();
      return requests.map(({ view, keys, places }) =>
        keys.map((key) => {
          const bytes = stored(database, rowKey(view, key));
          return bytes && unpackRow(bytes, key, places);
        }),
      );
    },

    write: (view, rows) =>
      transaction(() => {
        let written = 0;
        for (const row of rows) {
          if (putIfLater(database, rowKey(view, row.key), packRow(row))) written++;
        }
        return written;
      }),

    async watermark(view) {
      database.resetReadTxn();
      return watermarkOf(database, view);
    },

    async advance(view, to) {
      const writer = byteWriter();
      writer.value(to);
      const bytes = writer.take();
      await transaction(() => putIfLater(database, watermarkKey(view), bytes));
    },

    close: () => database.close(),
  };

  async function transaction<T>(work: () => T): Promise<T> {
    try {
      return await database.transaction(work);
    } catch (cause) {
      throw unreachable(folder, 'written', cause);
    }
  }
}

function putIfLater(database: Database, key: Uint8Array, bytes: Uint8Array): boolean {
  const before = stored(database, key);
  if (before && !isLater(bytes, before)) return false;
  database.put(key, bytes);
  return true;
}

function watermarkOf(database: Database, view: OnlineView): bigint | undefined {
  const bytes = stored(database, watermarkKey(view));
  const value = bytes && byteReader(bytes).value();
  return typeof value === 'bigint' ? value : undefined;
}

/** The bytes until the next read: LMDB's one buffer, which is longer than what is in it. */
function stored(database: Database, key: Uint8Array): Uint8Array | undefined {
  const buffer = database.getBinaryFast(key);
  return buffer?.subarray(0, buffer.length);
}

function openFolder(folder: string): Database {
  const file = join(folder, 'data.mdb');
  let damage: string | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    damage = damageOf(file);
    if (damage === undefined) {
      return open({ path: folder, noSubdir: false, encoding: 'binary', keyEncoding: 'binary' });
    }
  } catch (cause) {
    throw unreachable(folder, 'opened', cause);
  }
  throw new MergewayError('MW_ONLINE_STORE_DAMAGED', `${file} is damaged: ${damage}`);
}

function unreachable(folder: string, done: string, cause: unknown): MergewayError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MergewayError('MW_ONLINE_STORE_UNREACHABLE', `${folder} can't be ${done}: ${why}`, { cause });
}
