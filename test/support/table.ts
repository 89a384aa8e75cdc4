/** A `Table` of rows in memory, for flows that only read columns. */

import type { Cell, Columns, OpenTable, Table } from '#core/ports/table.ts';

/** Columns by name; any path opens them. */
export function tableOf(columns: Readonly<Record<string, readonly Cell[]>>): Table {
  const names = Object.keys(columns);
  const rows = columns[names[0] ?? '']?.length ?? 0;

  const opened: OpenTable = {
    columns: names.map((name) => ({ name, type: 'VARCHAR' })),
    query: () => Promise.reject(new Error('this table answers no SQL')),
    stream: () => {
      throw new Error('this table answers no SQL');
    },
    numbers: () => {
      throw new Error('this table answers no SQL');
    },
    async *read({ columns: wanted, orderBy, batch = 1000 }) {
      const order = Array.from({ length: rows }, (_, row) => row);
      if (orderBy !== undefined) order.sort((a, b) => compare(columns[orderBy]?.[a], columns[orderBy]?.[b]));
      for (let from = 0; from < rows; from += batch) yield take(wanted, order.slice(from, from + batch));
    },
    close: async () => {},
  };
  return {
    open: async () => opened,
    writeParquet: () => Promise.reject(new Error('this table writes no files')),
  };

  function take(wanted: readonly string[], places: readonly number[]): Columns {
    return {
      rows: places.length,
      columns: Object.fromEntries(
        wanted.map((name) => [name, places.map((place) => columns[name]?.[place] ?? null)]),
      ),
    };
  }
}

function compare(a: Cell | undefined, b: Cell | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}
