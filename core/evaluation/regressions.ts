/**
 * Where the candidate lost most: slices by the lower end of the loss's interval, so that a large loss on few rows does not hide a sure
 * one, and single rows by what they cost either model. Rows are named by their keys, never by their values.
 */

import type { Estimate } from '../evidence/estimate.ts';
import type { RegressionEvidence, RowRegressions, SliceRegression } from '../evidence/regressions.ts';
import type { SliceEvidence } from '../evidence/slices.ts';
import { metrics } from '../metrics/index.ts';
import { type Lost, rowLosses } from './row-losses.ts';
import type { Contest } from './measure.ts';

const MOST_SLICES = 10;
const MOST_METRICS = 10;
const MOST_ROWS = 20;

export interface RegressionsRequest {
  readonly contest: Contest;
  readonly slices: readonly SliceEvidence[];
  /** Metrics that gates judge; without any, the first that was measured. */
  readonly judged: readonly string[];
  readonly key: string;
  readonly label: string;
  readonly keyOf: (row: number) => string;
  /** Columns whose values must not leave the data, in lower case. */
  readonly restricted: ReadonlySet<string>;
}

/** Undefined without a champion. */
export function regressionsOf(request: RegressionsRequest): RegressionEvidence | undefined {
  const { candidate, champion } = request.contest;
  if (!champion) return undefined;
  const [ours, theirs] = [rowLosses(candidate), rowLosses(champion)];
  return {
    slices: lostSlices(request),
    rows: ours && theirs && ours.measure === theirs.measure ? lostRows([ours, theirs], request) : null,
  };
}

function lostSlices({ slices, judged }: RegressionsRequest): SliceRegression[] {
  const measured = [...new Set(slices.flatMap((slice) => slice.metrics.map(({ metric }) => metric)))];
  const wanted = measured.filter((metric) => judged.includes(metric));
  const shown = wanted.length > 0 ? wanted : measured.slice(0, 1);
  return shown.slice(0, MOST_METRICS).flatMap((metric) =>
    slices
      .flatMap(({ name, metrics: own }): readonly SliceRegression[] => {
        const difference = own.find((one) => one.metric === metric)?.difference;
        const loss = difference && lossOf(metric, difference);
        return loss && (loss.point ?? 0) > 0 ? [{ slice: name, metric, loss }] : [];
      })
      .sort((a, b) => surelyLost(b) - surelyLost(a) || (b.loss.point ?? 0) - (a.loss.point ?? 0))
      .slice(0, MOST_SLICES),
  );
}

/** The difference turned round where more is better. */
function lossOf(metric: string, difference: Estimate): Estimate {
  const isLowerBetter =
    Object.hasOwn(metrics, metric) && metrics[metric as keyof typeof metrics].better === 'lower';
  if (isLowerBetter) return difference;
  const { point, low, high, ...rest } = difference;
  const minus = (value: number | null) => (value === null ? null : 0 - value);
  return { point: minus(point), low: minus(high), high: minus(low), ...rest };
}

/** What has no interval comes last. */
function surelyLost({ loss: { low } }: SliceRegression): number {
  return low ?? -Number.MAX_VALUE;
}

function lostRows(
  [ours, theirs]: readonly [Lost, Lost],
  { key, label, keyOf, restricted }: RegressionsRequest,
): RowRegressions {
  const { worse, most } = mostLost(ours.losses, theirs.losses);
  const found = { measure: ours.measure, worse };
  if (restricted.has(key.toLowerCase())) {
    return { ...found, rows: [], hidden: `the contract restricts the key, ${key}`.slice(0, 300) };
  }
  const isLabelHidden = restricted.has(label.toLowerCase());
  const rows = most.map((row) => ({
    key: keyOf(row).slice(0, 200),
    ...(!isLabelHidden && { candidate: ours.losses[row] ?? 0, champion: theirs.losses[row] ?? 0 }),
  }));
  return { ...found, rows };
}

/** Rows by falling loss; of equal ones the first. A small sorted list is kept, nothing is sorted as a whole. */
function mostLost(
  ours: Float64Array,
  theirs: Float64Array,
): { readonly worse: number; readonly most: readonly number[] } {
  const lost = (row: number) => (ours[row] ?? 0) - (theirs[row] ?? 0);
  const most: number[] = [];
  let worse = 0;
  for (let row = 0; row < ours.length; row++) {
    const loss = lost(row);
    if (!(loss > 0)) continue;
    worse++;
    if (most.length === MOST_ROWS && loss <= lost(most[MOST_ROWS - 1] ?? 0)) continue;
    const place = most.findIndex((other) => lost(other) < loss);
    most.splice(place < 0 ? most.length : place, 0, row);
    most.length = Math.min(most.length, MOST_ROWS);
  }
  return { worse, most };
}
