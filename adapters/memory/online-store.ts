/** The online store in memory, for tests. */

import { isLater, packRow, rowKey, unpackRow, watermarkKey } from '#core/features/online-rows.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';

export function memoryOnlineStore(): OnlineStore {
  const rows = new Map<string, Uint8Array>();
  const watermarks = new Map<string, bigint>();
  return {
    async read(requests) {
      return requests.map(({ view, keys, places }) =>
        keys.map((key) => {
          const bytes = rows.get(String(rowKey(view, key)));
          return bytes && unpackRow(bytes, key, places);
        }),
      );
    },
    async write(view, written) {
      const later = written.filter((row) => {
        const [key, bytes] = [String(rowKey(view, row.key)), packRow(row)];
        const before = rows.get(key);
        if (before && !isLater(bytes, before)) return false;
        rows.set(key, bytes);
        return true;
      });
      return later.length;
    },
    watermark: async (view) => watermarks.get(String(watermarkKey(view))),
    async advance(view, to) {
      const key = String(watermarkKey(view));
      const before = watermarks.get(key);
      if (before === undefined || to > before) watermarks.set(key, to);
    },
    async close() {},
  };
}
