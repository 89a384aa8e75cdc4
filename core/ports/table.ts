/** SQL over files. Embedded: DuckDB over Parquet and CSV. */

export interface Column {
  readonly name: string;
  /** DuckDB type name, such as `VARCHAR`, `BIGINT`, `TIMESTAMP WITH TIME ZONE`. */
  readonly type: string;
}

/** Numbers and big integers come as `number` (beyond 2^53 as string), timestamps as ISO 8601 UTC strings, blobs never. */
export type Cell = number | string | boolean | null;

export type Row = Readonly<Record<string, Cell>>;

/** Rows by column: `columns.label[3]` is row 3's label. */
export interface Columns {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly Cell[]>>;
}

export interface OpenTable {
  readonly columns: readonly Column[];
  /** Rows of a query; the table is called `data` in it. `?` placeholders take `values`. */
  query(sql: string, values?: readonly Cell[]): Promise<readonly Row[]>;
  /** Rows of a query by column, in batches of at most `batch` rows, for what is too much to hold. */
  stream(sql: string, batch?: number): AsyncIterable<Columns>;
  /** Rows of a query whose columns are all DOUBLE, as they come, a typed array for each column: for what is too much for cells. NULL is NaN. */
  numbers(sql: string): AsyncIterable<readonly Float64Array[]>;
  /** The named columns, in the given order of rows, in batches of at most `batch` rows. `flags`: conditions in SQL, by the name that their column of true and false gets. */
  read(request: {
    readonly columns: readonly string[];
    readonly flags?: Readonly<Record<string, string>>;
    readonly orderBy?: string;
    readonly batch?: number;
  }): AsyncIterable<Columns>;
  close(): Promise<void>;
}

interface ParquetRequest {
  /** Parquet or CSV files by the name of the table that they are in the query. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** One SELECT. Times without a zone are UTC in it. */
  readonly sql: string;
  /** The file, which is there whole or as it was before. */
  readonly to: string;
}

interface OpenOptions {
  /** Files may have different columns: each column that any has, by name, NULL where a file lacks it. By default all need those of the first. */
  readonly union?: boolean;
  /** More tables, by the name that they have in queries, opened in the same way. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
}

export interface Table {
  /** Opens Parquet or CSV files (by their ending) as one table. MW_TABLE_UNREADABLE. */
  open(paths: readonly string[], options?: OpenOptions): Promise<OpenTable>;
  /** Streams the rows of a query over several tables into one Parquet file; how many they were. MW_TABLE_UNREADABLE, MW_TABLE_QUERY. */
  writeParquet(request: ParquetRequest): Promise<{ readonly rows: number }>;
}
