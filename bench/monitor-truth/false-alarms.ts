/** Windows without drift: how often our monitor and the peers' rules alarm. Reference and window are drawn anew each time. */

import { seededRandom } from '#core/chance.ts';
import { Monitor } from '#core/config/monitor.ts';
import { digestOf } from '#core/digest.ts';
import type { ProfilePredicate } from '#core/evidence/profile.ts';
import { judgeWindow, windowVerdict } from '#core/monitor/judge-window.ts';
import type { WindowSummary } from '#core/monitor/summary.ts';
import type { Random } from '#core/ports/random.ts';
import { evidentlyDrifts, nannymlDrifts, nannymlLimit } from './peers.ts';
import { healthyColumns, type Population } from './populations.ts';
import { countedBy, type Drawn, draw, profileOf, together } from './samples.ts';

export const REFERENCE_ROWS = 20_000;
export const WINDOWS = 2000;

/** A rate that shows in so few windows, and the one that policies start with, for windows of a day. */
export const LOUD = { perWindow: 0.05, policy: policyOf(0.05), windowsPerMonth: 1 } as const;
export const STATED = {
  perWindow: 0.1 / 30.436875,
  policy: policyOf(0.1),
  windowsPerMonth: 30.436875,
} as const;

/** NannyML cuts the reference into chunks of the windows' size, at least 10 and, so that this ends, at most 100. */
function chunksFor(rows: number): number {
  return Math.min(100, Math.max(10, Math.floor(REFERENCE_ROWS / rows)));
}

export interface FalseAlarms {
  readonly rows: number;
  readonly columns: number;
  readonly windows: number;
  /** Windows that alarmed at each rate. */
  readonly loud: number;
  readonly stated: number;
  /** The peers' rules on so many of the windows: any column, and Evidently's data set. */
  readonly compared: number;
  readonly evidently: number;
  readonly evidentlyDataset: number;
  readonly nannyml: number;
}

export function countFalseAlarms(size: {
  readonly rows: number;
  readonly columns: number;
  /** Windows on which the peers are tried too. */
  readonly compared: number;
}): FalseAlarms {
  const { rows, columns, compared } = size;
  const random = seededRandom(`no drift ${rows} ${columns}`);
  const populations = healthyColumns(columns);
  const found = { loud: 0, stated: 0, evidently: 0, evidentlyDataset: 0, nannyml: 0 };
  for (let window = 0; window < WINDOWS; window++) {
    const pairs = populations.map((population) =>
      drawPair(population, { rows, chunked: window < compared }, random),
    );
    const ours = judge(pairs);
    found.loud += Number(ours.loud);
    found.stated += Number(ours.stated);
    if (window >= compared) continue;
    const drifted = pairs.filter(({ reference, current }) => evidentlyDrifts(reference, current)).length;
    found.evidently += Number(drifted > 0);
    found.evidentlyDataset += Number(drifted >= columns / 2);
    found.nannyml += Number(pairs.some(nannymlAlarms));
  }
  return { ...found, rows, columns, windows: WINDOWS, compared };
}

interface Pair {
  readonly reference: Drawn;
  readonly chunks: readonly Drawn[];
  readonly current: Drawn;
}

export function drawPair(
  population: Population,
  {
    rows,
    chunked,
    now = population,
  }: { readonly rows: number; readonly chunked: boolean; readonly now?: Population },
  random: Random,
): Pair {
  const chunks = chunked
    ? Array.from({ length: chunksFor(rows) }, () =>
        draw(population, REFERENCE_ROWS / chunksFor(rows), random),
      )
    : [draw(population, REFERENCE_ROWS, random)];
  return { reference: together(chunks), chunks, current: draw(now, rows, random) };
}

export function nannymlAlarms({ reference, chunks, current }: Pair): boolean {
  return nannymlDrifts(reference, current, nannymlLimit(reference, chunks));
}

function judge(pairs: readonly Pair[]): { readonly loud: boolean; readonly stated: boolean } {
  const columns = pairs.map(({ reference }, index) => ({
    column: `c${index}`,
    profile: profileOf(reference),
  }));
  const profile = profileWith(columns);
  const window = windowWith(
    new Map(
      columns.map(({ column, profile: one }, index) => [column, countedBy(one, currentOf(pairs, index))]),
    ),
    pairs[0]?.current.rows ?? 0,
  );
  const alarms = ({ policy, windowsPerMonth }: typeof LOUD | typeof STATED) =>
    windowVerdict(judgeWindow({ profile, window, policy, windowsPerMonth })) === 'fail';
  const loud = alarms(LOUD);
  // What the milder limit lets through the stricter one does too.
  return { loud, stated: loud && alarms(STATED) };
}

function currentOf(pairs: readonly Pair[], index: number): Drawn {
  const pair = pairs[index];
  if (!pair) throw new Error('every column has a pair');
  return pair.current;
}

function profileWith(columns: ProfilePredicate['columns']): ProfilePredicate {
  return {
    mergeway: '',
    model: 'bench',
    task: 'binary-classification',
    origin: 'evaluation',
    data: { digest: digestOf('bench'), uri: '', rows: REFERENCE_ROWS },
    columns,
    predictions: null,
    labels: null,
    performance: [],
  };
}

function windowWith(columns: WindowSummary['columns'], rows: number): WindowSummary {
  return { rows, labelled: 0, missing: 0, silenceMs: null, columns, predictions: null, performance: [] };
}

/** One look a window: what a rate per window is stated for. */
function policyOf(falseAlarms: number): Monitor {
  return Monitor.parse({ drift: {}, lookback: 0, 'min-rows': 100, 'false-alarms': falseAlarms });
}
