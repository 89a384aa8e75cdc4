/** Calibration, ROC and precision over recall: numbers in a table, and Mermaid's chart of the same. */

import type {
  CalibrationBin,
  CurvesEvidence,
  ModelCurves,
  PrecisionRecallPoint,
  RocPoint,
} from '../evidence/curves.ts';
import type { Detail } from './detail.ts';
import { textBar, xychart } from './plot.ts';
import { table } from './tables.ts';

/** Where the charts have a value. Precision of the first few rows is chance: that curve begins with a tenth of the positives. */
const TENTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((tenth) => tenth / 10);

/** False-positive rates and recalls that the tables name. */
const RATES = [0.01, 0.05, 0.1, 0.2, 0.5];
const RECALLS = [0.1, 0.25, 0.5, 0.75, 0.9];

export function curveDetails({ candidate, champion }: CurvesEvidence): readonly Detail[] {
  return [
    ...calibrationDetail(candidate, champion),
    {
      title: 'ROC: how many positives are found, for how many false alarms',
      bodies: [rocText(candidate, champion)],
    },
    {
      title: 'Precision over recall: how many of those called positive are',
      bodies: [precisionText(candidate, champion)],
    },
  ];
}

function calibrationDetail(candidate: ModelCurves, champion: ModelCurves | null): readonly Detail[] {
  const bins = candidate.calibration;
  if (bins.length === 0) return [];
  const most = Math.max(...bins.map(({ observed, predicted }) => Math.max(observed, predicted)));
  const text = [
    calibrationTable(bins, most),
    champion && champion.calibration.length > 0
      ? `Mean distance between predicted and came true: ${gapText(bins)}, champion ${gapText(champion.calibration)}.`
      : `Mean distance between predicted and came true: ${gapText(bins)}.`,
    'Bars: share that came true. Line: what was predicted. ⚠️: it is outside the interval.',
    xychart({
      title: 'Calibration',
      labels: bins.map(({ predicted }) => share(predicted)),
      y: { title: 'share that came true', from: 0, to: ceiling(most) },
      bars: bins.map(({ observed }) => observed),
      lines: [bins.map(({ predicted }) => predicted)],
    }),
  ];
  return [
    {
      title: 'Calibration: how often what was predicted came true',
      bodies: [text.join('\n\n'), text.slice(0, 2).join('\n\n')],
    },
  ];
}

function calibrationTable(bins: readonly CalibrationBin[], most: number): string {
  return table(
    ['predicted', 'came true (95 %)', 'rows', ''],
    bins.map(({ predicted, observed, low, high, rows }) => [
      share(predicted),
      `${share(observed)} [${share(low)}, ${share(high)}]${predicted < low || predicted > high ? ' ⚠️' : ''}`,
      Math.round(rows).toLocaleString('en-US'),
      textBar(most > 0 ? observed / most : 0),
    ]),
  );
}

/** Expected calibration error over these bins, weighted by their rows (Naeini, Cooper and Hauskrecht 2015). */
function gapText(bins: readonly CalibrationBin[]): string {
  let [gap, all] = [0, 0];
  for (const { predicted, observed, rows } of bins) {
    gap += rows * Math.abs(predicted - observed);
    all += rows;
  }
  return all > 0 ? (gap / all).toFixed(4) : 'undefined';
}

function rocText(candidate: ModelCurves, champion: ModelCurves | null): string {
  return curveText({
    columns: ['false-positive rate', 'true-positive rate'],
    at: RATES,
    grid: [0, ...TENTHS],
    ours: (x) => heightAt(candidate.roc, x),
    theirs: champion && ((x) => heightAt(champion.roc, x)),
    title: 'ROC: true-positive rate by false-positive rate',
  });
}

function precisionText(candidate: ModelCurves, champion: ModelCurves | null): string {
  return curveText({
    columns: ['recall', 'precision'],
    at: RECALLS,
    grid: TENTHS,
    ours: (x) => precisionAt(candidate.precisionRecall, x),
    theirs: champion && ((x) => precisionAt(champion.precisionRecall, x)),
    title: 'Precision by recall',
  });
}

interface Curve {
  readonly columns: readonly [x: string, y: string];
  /** Of the table, and of the chart. */
  readonly at: readonly number[];
  readonly grid: readonly number[];
  readonly ours: (x: number) => number;
  readonly theirs: ((x: number) => number) | null;
  readonly title: string;
}

function curveText({ columns: [x, y], at, grid, ours, theirs, title }: Curve): string {
  return [
    table(
      [x, `${y}, candidate`, ...(theirs ? ['champion'] : []), ''],
      at.map((value) => [
        share(value),
        share(ours(value)),
        ...(theirs ? [share(theirs(value))] : []),
        textBar(ours(value)),
      ]),
    ),
    theirs ? 'Bars: candidate. Line: champion.' : 'Bars: candidate.',
    xychart({
      title,
      labels: grid.map((value) => value.toFixed(1)),
      y: { title: y, from: 0, to: 1 },
      bars: grid.map(ours),
      lines: theirs ? [grid.map(theirs)] : [],
    }),
  ].join('\n\n');
}

/** On the line between the points on both sides; the upper end of a rise. */
function heightAt(points: readonly RocPoint[], x: number): number {
  let before: RocPoint = { falsePositiveRate: 0, truePositiveRate: 0 };
  for (const point of points) {
    if (point.falsePositiveRate > x) {
      const width = point.falsePositiveRate - before.falsePositiveRate;
      const along = width > 0 ? (x - before.falsePositiveRate) / width : 0;
      return before.truePositiveRate + along * (point.truePositiveRate - before.truePositiveRate);
    }
    before = point;
  }
  return before.truePositiveRate;
}

/** Of the first threshold that finds as many; between thresholds there is no line to walk on (Davis and Goadrich 2006). */
function precisionAt(points: readonly PrecisionRecallPoint[], recall: number): number {
  return (points.find((point) => point.recall >= recall) ?? points.at(-1))?.precision ?? 0;
}

function share(value: number): string {
  return value.toFixed(3);
}

/** The end of a scale from zero: a little more than the largest value, at most 1. */
function ceiling(most: number): number {
  return most > 0 ? Math.min(1, Math.ceil(most * 11) / 10) : 1;
}
