/** The little that the repositories need of a database: one statement with `$1` placeholders. A transaction is one too. */

export interface Sql {
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** What PGlite and its transactions have in common. */
interface Queryable {
  query<Row>(text: string, values?: unknown[]): Promise<{ readonly rows: Row[] }>;
}

export function sqlOf(database: Queryable): Sql {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const { rows } = await database.query<Row>(text, [...values]);
      return rows;
    },
  };
}

/** A value for a jsonb placeholder (`$1::jsonb`). */
export function jsonb(value: unknown): string {
  return JSON.stringify(value);
}
