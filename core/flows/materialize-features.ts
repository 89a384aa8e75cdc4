/**
 * Fills the online store from the sources of a service's views. An interval is one of event times; by default it begins where the last
 * one ended, less a look-back for rows that came late and for corrections. The watermark moves last, so that a run that was killed is
 * simply run again: what is written twice changes nothing, and what is older never replaces what is newer.
 */

import { MergewayError } from '../errors.ts';
import { TIMESTAMP_MIN } from '../expression/types.ts';
import { checkSource, WHOLE } from '../features/columns.ts';
import { keyPart, valueOfCell } from '../features/exact-values.ts';
import { type EventWindow, latestSql } from '../features/materialize-sql.ts';
import { onlineView } from '../features/online-view.ts';
import type { FeatureService, ServiceView } from '../features/service.ts';
import { counted } from '../plural.ts';
import type { Clock } from '../ports/clock.ts';
import type { OnlineRow, OnlineStore, OnlineView } from '../ports/online-store.ts';
import type { Progress } from '../ports/progress.ts';
import type { Cell, Column, Columns, OpenTable } from '../ports/table.ts';

const BATCH_ROWS = 4096;

/** A view's source, open; it is not closed here. */
export interface ViewSource {
  /** For people: the file. */
  readonly name: string;
  readonly table: OpenTable;
}

export interface MaterializerOptions {
  readonly service: FeatureService;
  /** The source of each view of the service, in its order. */
  readonly sources: readonly ViewSource[];
  readonly store: OnlineStore;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Keeps repositories apart that share a store. */
  readonly project?: string;
  /** Asked between batches: true ends the run with MW_INTERRUPTED. */
  readonly isInterrupted?: () => boolean;
}

/** Event times in microseconds since 1970; both ends count. */
export interface MaterializeInterval {
  /** Absent: the view's watermark less `lookbackMs`; the first time `to` less ttl, or everything where there is no ttl. */
  readonly from?: bigint;
  /** Absent or of the future: now. */
  readonly to?: bigint;
  readonly lookbackMs?: number;
}

export interface MaterializedView {
  readonly view: string;
  /** null: from the first row on. */
  readonly from: bigint | null;
  readonly to: bigint;
  /** Rows of the interval that are the latest of their key. */
  readonly rows: number;
  /** Those that replaced something in the store, or are new there. */
  readonly written: number;
  /** It stays where it was when the interval begins after it: what lies between was never read. */
  readonly watermark: bigint;
}

export interface Materializer {
  /** Materialises every view of the service. May be called again and again; the sources stay open. */
  materialize(interval?: MaterializeInterval): Promise<readonly MaterializedView[]>;
}

/** MW_COLUMN_MISSING and MW_FEATURES_MISMATCH where a source is not what the definitions say. */
export function createMaterializer(options: MaterializerOptions): Materializer {
  const { service, sources, clock, progress, project } = options;
  const views = service.views.map((view, index) => {
    const source = sources[index];
    if (!source) throw new MergewayError('MW_INTERNAL', `no source was opened for ${view.name}`);
    checkSource(view, view.schema, { name: source.name, columns: source.table.columns });
    return {
      view,
      table: source.table,
      place: onlineView(view, project),
      rowsOf: rowReader(view, source.table.columns),
    };
  });

  return {
    async materialize(interval = {}) {
      const now = BigInt(clock.now()) * 1000n;
      const to = interval.to === undefined || interval.to > now ? now : interval.to;
      const results: MaterializedView[] = [];
      for (const open of views) {
        const result = await materializeView(open, { ...interval, to }, options);
        progress.say(`${result.view}: ${result.written} of ${counted(result.rows, 'row')} written`);
        results.push(result);
      }
      return results;
    },
  };
}

interface OpenView {
  readonly view: ServiceView;
  readonly table: OpenTable;
  readonly place: OnlineView;
  readonly rowsOf: (columns: Columns) => readonly OnlineRow[];
}

async function materializeView(
  { view, table, place, rowsOf }: OpenView,
  interval: MaterializeInterval & { readonly to: bigint },
  { store, isInterrupted }: MaterializerOptions,
): Promise<MaterializedView> {
  const before = await store.watermark(place);
  const window = windowOf(view, interval, before);
  let [rows, written] = [0, 0];
  for await (const columns of table.stream(latestSql(view, table.columns, window), BATCH_ROWS)) {
    if (isInterrupted?.()) throw new MergewayError('MW_INTERRUPTED', `${view.name} was interrupted`);
    rows += columns.rows;
    written += await store.write(place, rowsOf(columns));
  }

  const leavesGap = before !== undefined && window.from !== undefined && window.from > before;
  if (!leavesGap) await store.advance(place, window.to);
  const watermark = before !== undefined && (leavesGap || before > window.to) ? before : window.to;
  return { view: view.name, from: window.from ?? null, to: window.to, rows, written, watermark };
}

function windowOf(
  { ttlMs }: ServiceView,
  { from, to, lookbackMs = 0 }: MaterializeInterval & { readonly to: bigint },
  watermark: bigint | undefined,
): EventWindow {
  if (from !== undefined) return { from, to, late: false };
  if (watermark !== undefined)
    return { from: back(watermark < to ? watermark : to, lookbackMs), to, late: true };
  return ttlMs === undefined ? { to, late: false } : { from: back(to, ttlMs), to, late: false };
}

function back(from: bigint, ms: number): bigint {
  const micros = from - BigInt(Math.round(ms * 1000));
  return micros > TIMESTAMP_MIN ? micros : TIMESTAMP_MIN;
}

/** Batches of the SELECT as rows. */
function rowReader(
  view: ServiceView,
  described: readonly Column[],
): (columns: Columns) => readonly OnlineRow[] {
  const keyTypes = view.joinKeys.map((key) => described.find(({ name }) => name === key)?.type ?? '');
  const dtypes = view.schema.map(({ dtype }) => dtype);
  return ({ rows, columns }) => {
    const keys = keyTypes.map((type, place) => ({
      isWhole: WHOLE.test(type),
      cells: columns[`key_${place}`] ?? [],
    }));
    const values = dtypes.map((dtype, place) => ({ dtype, cells: columns[`value_${place}`] ?? [] }));
    const [events = [], created = []] = [columns.event, columns.created];
    return Array.from({ length: rows }, (_, row) => ({
      key: keys.map(({ isWhole, cells }) => (isWhole ? whole(cells[row]) : keyPart(cells[row] ?? null))),
      event: whole(events[row]) ?? 0n,
      created: whole(created[row]),
      values: values.map(({ dtype, cells }) => valueOfCell(dtype, cells[row] ?? null)),
    }));
  };
}

function whole(cell: Cell | undefined): bigint | null {
  return typeof cell === 'number' || typeof cell === 'string' ? BigInt(cell) : null;
}
