/**
 * The story of `mergeway evaluate --predictions`: a table with labels and scores of any framework in, metrics out, for all
 * rows and by group. No model, no repository, no verdict. The result's shape is fixed (design §9).
 */

import { roleProblem, type Task } from '../config/evaluate.ts';
import { MergewayError } from '../errors.ts';
import { badRowsText, cellText, isMissing } from '../evaluation/cell-text.ts';
import { requireColumns } from '../evaluation/columns.ts';
import { confusionByGroup } from '../evaluation/confusion.ts';
import { type Grouping, groupRows, MISSING } from '../evaluation/groups.ts';
import {
  binaryLabels,
  classLabels,
  finiteNumber,
  type LabelColumn,
  sortedClasses,
} from '../evaluation/labels.ts';
import { DEFAULT_THRESHOLD, numericPredictions } from '../evaluation/predictions.ts';
import { readRoles, roleColumns } from '../evaluation/roles.ts';
import { type ChosenThreshold, chooseThreshold, type ThresholdChoice } from '../evaluation/threshold.ts';
import { disparities, disparityNames } from '../fairness/disparities.ts';
import { fairnessMetricNames, fairnessMetrics } from '../fairness/index.ts';
import { measureFairness, type NamedGroup } from '../fairness/metric.ts';
import { referenceGroups } from '../fairness/reference.ts';
import { measuresOf } from '../metrics/index.ts';
import { isDefined, type MetricValue } from '../metrics/metric.ts';
import { argmax, type Predictions, select, weightsOf } from '../metrics/predictions.ts';
import type { Progress } from '../ports/progress.ts';
import type { Cell, OpenTable, Table } from '../ports/table.ts';

export interface PredictionsRequest {
  readonly paths: readonly string[];
  readonly task: Task;
  readonly label: string;
  /**
   * Binary and regression: one column. Multiclass: a column per class in the order of the sorted labels, or one column
   * with the predicted class (metrics of scores are then undefined).
   */
  readonly score: readonly string[];
  /** Binary: score from which a row is predicted positive, or how to choose it; 0.5 without it. */
  readonly threshold?: number | ThresholdChoice;
  /** Where the threshold is chosen: rows of one key do not choose and judge; without it each row for itself. */
  readonly key?: string;
  readonly weight?: string;
  /** Ranking: rows of one query make a list. */
  readonly query?: string;
  /** Forecasting: the time series of a row. */
  readonly series?: string;
  /** Forecasting: what the naive forecast misses by on average where the series was trained on. */
  readonly scale?: string;
  /** Columns that make the groups; several make their intersections. */
  readonly by?: readonly string[];
}

type Values = Readonly<Record<string, number | null>>;
type Reasons = Readonly<Record<string, string>>;

export interface PredictionsReport {
  /** Those that were judged. */
  readonly rows: number;
  /** Where the threshold was chosen on data. */
  readonly threshold?: ChosenThreshold;
  readonly metrics: Values;
  readonly groups: readonly {
    readonly by: Readonly<Record<string, Cell>>;
    readonly rows: number;
    readonly metrics: Values;
  }[];
  /** By Fairlearn's function names. */
  readonly fairness: Values;
  /** By Aequitas' names: of the groups' ratios to the largest group the one furthest from 1, inverted above 1. */
  readonly disparities: Values;
  /** Why a value is null, in the same places. */
  readonly reasons: {
    readonly metrics: Reasons;
    readonly groups: readonly Reasons[];
    readonly fairness: Reasons;
    readonly disparities: Reasons;
  };
}

/** Metrics of predictions. MW_COLUMN_MISSING, MW_HOLDOUT_EMPTY, MW_ROWS_INVALID, MW_GROUPS_TOO_MANY, MW_THRESHOLD_UNDEFINED, MW_USAGE. */
export async function evaluatePredictions(
  { table, progress }: { readonly table: Table; readonly progress: Progress },
  request: PredictionsRequest,
): Promise<PredictionsReport> {
  requireScores(request);
  requireRoles(request);
  const read = await readAll(table, request, progress);
  const { predictions, cells, chosen } = judgedPart(toPredictions(read, request), read, request);
  const by = request.by ?? [];
  const grouping = by.length > 0 ? groupRows(by, cells, predictions.labels.length) : undefined;

  const metrics = split(measureAll(predictions));
  const groups = grouping ? measureGroups(predictions, grouping, cells) : [];
  const between = betweenGroups(
    predictions,
    grouping,
    groups.map(({ rows }) => rows),
  );
  return {
    rows: predictions.labels.length,
    ...(chosen && { threshold: chosen }),
    metrics: metrics.values,
    groups: groups.map(({ by: values, rows, measured }) => ({ by: values, rows, metrics: measured.values })),
    ...between.values,
    reasons: {
      metrics: metrics.reasons,
      groups: groups.map(({ measured }) => measured.reasons),
      ...between.reasons,
    },
  };
}

function requireScores({ task, score }: PredictionsRequest): void {
  if (score.length === 1 || (score.length > 1 && task === 'multiclass-classification')) return;
  throw new MergewayError('MW_USAGE', `${task} takes one score column, got ${score.length}`);
}

function requireRoles(request: PredictionsRequest): void {
  const wrong = roleProblem(request.task, request);
  if (wrong) throw new MergewayError('MW_USAGE', `--${wrong.role}: ${wrong.problem}`);
}

type Cells = Readonly<Record<string, readonly Cell[]>>;

/** All rows, or those that had no part in choosing the threshold. */
function judgedPart(
  predictions: Predictions,
  cells: Cells,
  { threshold, key }: PredictionsRequest,
): { readonly predictions: Predictions; readonly cells: Cells; readonly chosen?: ChosenThreshold } {
  if (typeof threshold !== 'object') return { predictions, cells };
  if (predictions.task !== 'binary-classification') {
    throw new MergewayError('MW_USAGE', `${predictions.task} has no threshold to choose`);
  }
  const { chosen, rows } = chooseThreshold(
    predictions,
    threshold,
    key === undefined ? undefined : cells[key]?.map(String),
  );
  const rest = select({ ...predictions, threshold: chosen.value }, rows);
  const kept = Object.entries(cells).map(([name, column]) => [name, rows.map((row) => column[row] ?? null)]);
  return { predictions: rest, cells: Object.fromEntries(kept), chosen };
}

async function readAll(table: Table, request: PredictionsRequest, progress: Progress): Promise<Cells> {
  const opened = await table.open(request.paths);
  try {
    return await readCells(opened, request, progress);
  } finally {
    await opened.close();
  }
}

async function readCells(
  opened: OpenTable,
  { label, score, key, by = [], ...roles }: PredictionsRequest,
  progress: Progress,
): Promise<Cells> {
  const wanted = [
    { column: label, by: '--label' },
    ...score.map((column) => ({ column, by: '--score' })),
    ...(key === undefined ? [] : [{ column: key, by: '--key' }]),
    ...roleColumns(roles, '--'),
    ...by.map((column) => ({ column, by: '--by' })),
  ];
  const columns = requireColumns(wanted, opened.columns);
  const cells: Record<string, Cell[]> = Object.fromEntries(columns.map((name) => [name, []]));
  let rows = 0;
  for await (const batch of opened.read({ columns })) {
    for (const name of columns) for (const cell of batch.columns[name] ?? []) cells[name]?.push(cell);
    rows += batch.rows;
    progress.say(`read ${rows.toLocaleString('en-US')} rows`);
  }
  if (rows === 0) throw new MergewayError('MW_HOLDOUT_EMPTY', 'the predictions have no rows');
  return cells;
}

function toPredictions(cells: Cells, request: PredictionsRequest): Predictions {
  const { task, label, score, threshold } = request;
  const column = { name: label, cells: cells[label] ?? [], nameRow };
  const roles = readRoles(request, { cells, nameRow });
  const weights = roles.weights ? { weights: roles.weights } : {};
  const [first = ''] = score;
  switch (task) {
    case 'binary-classification':
      return {
        task,
        labels: binaryLabels(column),
        scores: readNumbers(cells, first),
        threshold: typeof threshold === 'number' ? threshold : DEFAULT_THRESHOLD,
        ...weights,
      };
    case 'multiclass-classification':
      return { ...multiclass(cells, request), ...weights };
    case 'regression':
    case 'ranking':
    case 'forecasting':
      return numericPredictions({ task, label: column, scores: readNumbers(cells, first) }, roles);
  }
}

function multiclass(cells: Cells, { label, score }: PredictionsRequest): Predictions {
  const task = 'multiclass-classification';
  const column = { name: label, cells: cells[label] ?? [], nameRow };
  if (score.length === 1) {
    const [name = ''] = score;
    return onlyClasses(column, { name, cells: cells[name] ?? [], nameRow });
  }

  const { classes, labels } = classLabels(column, score.length);
  if (classes.length !== score.length) {
    throw new MergewayError(
      'MW_USAGE',
      `--score names ${score.length} columns, but ${label} has ${classes.length} classes (${classes.slice(0, 10).join(', ')})`,
    );
  }
  const byClass = score.map((name) => readNumbers(cells, name));
  const scores = Float64Array.from(
    { length: labels.length * classes.length },
    (_, place) => byClass[place % classes.length]?.[Math.floor(place / classes.length)] ?? 0,
  );
  return { task, classes, labels, scores, predicted: argmax(scores, classes.length) };
}

function onlyClasses(label: LabelColumn, prediction: LabelColumn): Predictions {
  for (const { name, cells } of [label, prediction]) {
    const missing = cells.findIndex(isMissing);
    if (missing < 0) continue;
    throw new MergewayError(
      'MW_ROWS_INVALID',
      `${nameRow(missing)}, column ${name}: expected a class, got ${cellText(cells[missing])}${badRowsText(cells, isMissing)}`,
    );
  }
  requireSameClasses(label, prediction);
  const { cells: labelCells } = label;
  const { cells: predictedCells } = prediction;
  const classes = sortedClasses([...labelCells, ...predictedCells]);
  const places = new Map(classes.map((name, index) => [name, index]));
  return {
    task: 'multiclass-classification',
    classes,
    labels: Int32Array.from(labelCells, (cell) => places.get(String(cell)) ?? -1),
    predicted: Int32Array.from(predictedCells, (cell) => places.get(String(cell)) ?? -1),
    scores: null,
  };
}

/** Predictions of which not one is among the labels are no classes, but most likely a score. */
function requireSameClasses(label: LabelColumn, prediction: LabelColumn): void {
  const known = new Set(label.cells.map(String));
  if (prediction.cells.some((cell) => known.has(String(cell)))) return;
  const few = ({ cells }: LabelColumn) => {
    const classes = sortedClasses(cells);
    const shown = classes.slice(0, 5).map((name) => name.slice(0, 50));
    return `${shown.join(', ')}${classes.length > 5 ? ', …' : ''}`;
  };
  throw new MergewayError(
    'MW_ROWS_INVALID',
    `column ${prediction.name}: none of its values (${few(prediction)}) is among the classes of ${label.name} (${few(label)}); --score takes the predicted class, or a column of scores for each class`,
  );
}

function readNumbers(cells: Cells, column: string): Float64Array {
  const all = cells[column] ?? [];
  return Float64Array.from(all, (cell, row) => {
    const value = finiteNumber(cell);
    if (value !== undefined) return value;
    const count = badRowsText(all, (each) => finiteNumber(each) === undefined);
    throw new MergewayError(
      'MW_ROWS_INVALID',
      `${nameRow(row)}, column ${column}: expected a number, got ${cellText(cell)}${count}`,
    );
  });
}

type Named = readonly (readonly [string, MetricValue])[];

function measureAll(predictions: Predictions): Named {
  const weights = weightsOf(predictions);
  return measuresOf(predictions).map(({ name, measure }) => [name, measure(weights)]);
}

function measureGroups(predictions: Predictions, { by, groups, codes }: Grouping, cells: Cells) {
  const rowsOf: number[][] = groups.map(() => []);
  for (const [row, code] of codes.entries()) rowsOf[code]?.push(row);
  return rowsOf.map((rows) => ({
    by: Object.fromEntries(by.map((column) => [column, groupValue(cells[column]?.[rows[0] ?? 0] ?? null)])),
    rows: rows.length,
    measured: split(measureAll(select(predictions, rows))),
  }));
}

/** A group's value as the table has it. */
export function groupValue(cell: Cell): Cell {
  return isMissing(cell) ? MISSING : cell;
}

interface BetweenGroups {
  readonly values: Pick<PredictionsReport, 'fairness' | 'disparities'>;
  readonly reasons: Pick<PredictionsReport['reasons'], 'fairness' | 'disparities'>;
}

/** What sets the groups apart, of binary classification only. `rows`: of each group, of which the largest is what others are held against. */
export function betweenGroups(
  predictions: Predictions,
  grouping: Grouping | undefined,
  rows: readonly number[],
): BetweenGroups {
  const groups = grouping ? countedGroups(predictions, grouping, rows) : [];
  const names = groups.length > 0 ? fairnessMetricNames : [];
  const fairness = split(names.map((name) => [name, measureFairness(fairnessMetrics[name], groups)]));
  const aequitas = groups.length > 0 ? disparityNames : [];
  const apart = split(aequitas.map((name) => [name, measureFairness(disparities[name], groups)]));
  return {
    values: { fairness: fairness.values, disparities: apart.values },
    reasons: { fairness: fairness.reasons, disparities: apart.reasons },
  };
}

function countedGroups(
  predictions: Predictions,
  grouping: Grouping,
  rows: readonly number[],
): readonly NamedGroup[] {
  if (predictions.task !== 'binary-classification') return [];
  const places = grouping.groups.map((values, group) => ({ values, level: '', rows: rows[group] ?? 0 }));
  const references = referenceGroups(places, 'majority');
  return confusionByGroup(predictions, grouping).map((counts, group) => ({
    name: (grouping.groups[group] ?? []).join(', '),
    counts,
    reference: references.has(group),
  }));
}

/** Values, and why some are none. */
export function split(named: Named): { readonly values: Values; readonly reasons: Reasons } {
  return {
    values: Object.fromEntries(named.map(([name, value]) => [name, isDefined(value) ? value : null])),
    reasons: Object.fromEntries(
      named.flatMap(([name, value]) => (isDefined(value) ? [] : [[name, value.reason]])),
    ),
  };
}

function nameRow(row: number): string {
  return `row ${row + 1}`;
}
