/**
 * Metrics of two classes on a window's labelled rows, with standard errors, as sums in the database.
 *
 * Means of losses: √(variance / n). ROC AUC: the placements of DeLong, DeLong and Clarke-Pearson (1988). Average precision: the
 * infinitesimal jackknife, the root of the summed squares of each row's influence.
 */

import type { MetricName } from '../metrics/index.ts';
import type { Row } from '../ports/table.ts';
import { balancedAccuracy, type Cells, f1, nothing, shareOf, type WithError } from './confusion-error.ts';
import { type LabelledWindow, labelledSql } from './labelled.ts';
import { counted } from '../plural.ts';
import { FEWEST_OF_CLASS } from './terms.ts';

/** scikit-learn clips probabilities by the float64 machine epsilon. */
const EPSILON = 2 ** -52;

export interface BinaryMeasures {
  readonly rows: number;
  /** Undefined for metrics of other tasks. */
  of(metric: MetricName): Promise<WithError | undefined>;
}

export async function binaryMeasures(window: LabelledWindow): Promise<BinaryMeasures> {
  const labelled = labelledSql(window);
  const chance = 'CASE WHEN y = 1 THEN p ELSE 1 - p END';
  const [row = {}] = await window.table.query(
    `SELECT count(*) AS n, count(*) FILTER (WHERE p < 0 OR p > 1) AS outside,
       avg(loss) AS log_loss, stddev_samp(loss) AS log_loss_spread, avg(square) AS brier, stddev_samp(square) AS brier_spread,
       count(*) FILTER (WHERE s AND y = 1) AS tp, count(*) FILTER (WHERE s AND y = 0) AS fp,
       count(*) FILTER (WHERE NOT s AND y = 1) AS fn, count(*) FILTER (WHERE NOT s AND y = 0) AS tn
     FROM (SELECT *, CASE WHEN p BETWEEN 0 AND 1 THEN (p - y) ** 2 END AS square, p >= ? AS s, -ln(least(1 - ?, greatest(?, ${chance}))) AS loss FROM (${labelled}))`,
    [window.threshold + 0, EPSILON, EPSILON],
  );
  const rows = number(row, 'n');
  const cells = {
    tp: number(row, 'tp'),
    fp: number(row, 'fp'),
    fn: number(row, 'fn'),
    tn: number(row, 'tn'),
  };
  return { rows, of: (metric) => measure(metric, { window, row, rows, cells }) };
}

interface Found {
  readonly window: LabelledWindow;
  readonly row: Row;
  readonly rows: number;
  readonly cells: Cells;
}

async function measure(metric: MetricName, found: Found): Promise<WithError | undefined> {
  const { row, rows, cells } = found;
  const { tp, fp, fn, tn } = cells;
  switch (metric) {
    case 'log_loss':
    case 'brier_score':
      return meanLoss(metric === 'log_loss' ? 'log_loss' : 'brier', row, rows);
    case 'accuracy':
      return shareOf(tp + tn, rows, 'no rows');
    case 'precision':
      return fewOfClass(cells) ?? fewPredicted(cells) ?? shareOf(tp, tp + fp, 'no row is predicted positive');
    case 'recall':
      return fewOfClass(cells) ?? shareOf(tp, tp + fn, 'no row is positive');
    case 'f1':
      return fewOfClass(cells) ?? f1(cells);
    case 'balanced_accuracy':
      return fewOfClass(cells) ?? balancedAccuracy(cells);
    case 'roc_auc':
      return fewOfClass(cells) ?? ranked(found, ROC_AUC);
    case 'average_precision':
      return fewOfClass(cells) ?? ranked(found, AVERAGE_PRECISION);
    default:
      return undefined;
  }
}

function meanLoss(name: 'log_loss' | 'brier', row: Row, rows: number): WithError {
  if (rows < 2) return nothing('one row has no spread');
  const outside = number(row, 'outside');
  if (outside > 0) return nothing(`${counted(outside, 'score')} outside 0 to 1, where probabilities lie`);
  return { value: number(row, name), error: number(row, `${name}_spread`) / Math.sqrt(rows) };
}

function fewOfClass(cells: Cells): WithError | undefined {
  const rarer = rarerClass(cells);
  return rarer >= FEWEST_OF_CLASS
    ? undefined
    : nothing(`${rarer} labelled rows of the rarer class are too few (${FEWEST_OF_CLASS})`);
}

function rarerClass({ tp, fp, fn, tn }: Cells): number {
  return Math.min(tp + fn, fp + tn);
}

function fewPredicted({ tp, fp }: Cells): WithError | undefined {
  return tp + fp >= FEWEST_OF_CLASS
    ? undefined
    : nothing(`${tp + fp} labelled rows that are predicted positive are too few (${FEWEST_OF_CLASS})`);
}

async function ranked({ window, cells }: Found, select: string): Promise<WithError> {
  const [row = {}] = await window.table.query(
    `WITH ties AS (SELECT p, CAST(sum(y) AS DOUBLE) AS pos, CAST(count(*) - sum(y) AS DOUBLE) AS neg FROM (${labelledSql(window)}) GROUP BY p),
     walked AS (SELECT *, sum(pos) OVER down AS tp, sum(neg) OVER down AS fp, sum(pos) OVER () AS positives, sum(neg) OVER () AS negatives FROM ties WINDOW down AS (ORDER BY p DESC)),
     ${select}`,
  );
  const error = Math.sqrt(number(row, 'variance'));
  return { value: number(row, 'value'), error, restsOn: rarerClass(cells) };
}

/** A positive's placement is the share of negatives below it, a negative's the share of positives above it, ties half. */
const ROC_AUC = `placed AS (SELECT *, (negatives - fp + neg / 2) / negatives AS v10, (tp - pos / 2) / positives AS v01 FROM walked),
     area AS (SELECT *, sum(pos * v10) OVER () / positives AS auc FROM placed)
     SELECT min(auc) AS value,
       sum(pos * (v10 - auc) ** 2) / (min(positives) - 1) / min(positives) + sum(neg * (v01 - auc) ** 2) / (min(negatives) - 1) / min(negatives) AS variance
     FROM area`;

/** One more row at score s moves the precision at every score up to s by ([positive] − precision) / rows above. */
const AVERAGE_PRECISION = `precise AS (SELECT *, tp / (tp + fp) AS precision FROM walked),
     moved AS (SELECT *, sum(pos * (1 - precision) / (tp + fp)) OVER up AS gain, sum(pos * precision / (tp + fp)) OVER up AS harm, sum(pos * precision) OVER () / positives AS ap FROM precise WINDOW up AS (ORDER BY p)),
     influence AS (SELECT pos, neg, ap, (precision - ap + gain) / positives AS of_positive, harm / positives AS of_negative FROM moved)
     SELECT min(ap) AS value, sum(pos * of_positive ** 2 + neg * of_negative ** 2) AS variance FROM influence`;

function number(row: Row, name: string): number {
  return Number(row[name] ?? 0);
}
