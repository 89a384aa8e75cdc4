/**
 * `mergeway evaluate --predictions` on any number of rows: those of a small table are held, as core/flows/evaluate-predictions.ts does;
 * those of a large one stream by, sorted by score where a metric asks for it, and only sums stay. Values are the same.
 */

import { roleProblem } from '../config/evaluate.ts';
import { MergewayError } from '../errors.ts';
import { requireColumns } from '../evaluation/columns.ts';
import { finiteNumber, binaryLabel } from '../evaluation/labels.ts';
import type { Grouping } from '../evaluation/groups.ts';
import { DEFAULT_THRESHOLD } from '../evaluation/predictions.ts';
import type { Batch } from '../evaluation/streamed/batch.ts';
import { type BinarySums, binarySums } from '../evaluation/streamed/binary.ts';
import { binaryLabelSql, numberSql } from '../evaluation/streamed/columns.ts';
import { type StreamedGroups, streamedGroups } from '../evaluation/streamed/groups.ts';
import { type Expected, refuseBadRows } from '../evaluation/streamed/refuse.ts';
import { type RegressionSums, regressionSums } from '../evaluation/streamed/regression.ts';
import type { Column, OpenTable, Table } from '../ports/table.ts';
import type { Progress } from '../ports/progress.ts';
import {
  betweenGroups,
  evaluatePredictions,
  groupValue,
  type PredictionsReport,
  type PredictionsRequest,
  split,
} from './evaluate-predictions.ts';

/** Rows that are held; more stream by. */
const MOST_HELD = 1_000_000;

/** Of numbers there are no counts. */
const NO_COUNTS = {
  predictions: { task: 'regression', labels: new Float64Array(), scores: new Float64Array() },
  codes: new Int32Array(),
} as const;

/** Rows between two lines of progress. */
const SAID_EVERY = 1_000_000;

type StreamedRequest = PredictionsRequest & { readonly threshold?: number };

interface Ports {
  readonly table: Table;
  readonly progress: Progress;
}

/** As `evaluatePredictions`. `mostHeld`: rows up to which the table is read into memory. */
export async function evaluateManyPredictions(
  { table, progress }: Ports,
  request: PredictionsRequest,
  mostHeld = MOST_HELD,
): Promise<PredictionsReport> {
  if (!canStream(request)) return evaluatePredictions({ table, progress }, request);
  const opened = await table.open(request.paths);
  try {
    const [counted] = await opened.query('SELECT count(*) AS rows FROM data');
    if (Number(counted?.rows) > mostHeld) return await stream(opened, request, progress);
    const held: Table = { ...table, open: async () => ({ ...opened, close: async () => {} }) };
    return await evaluatePredictions({ table: held, progress }, request);
  } finally {
    await opened.close();
  }
}

/** Tasks whose metrics are sums over rows, or over rows in the order of their scores, with a threshold that is known before. */
function canStream(request: PredictionsRequest): request is StreamedRequest {
  const { task, score, threshold } = request;
  const isSum = task === 'binary-classification' || task === 'regression';
  return isSum && score.length === 1 && typeof threshold !== 'object' && !roleProblem(task, request);
}

async function stream(
  table: OpenTable,
  request: StreamedRequest,
  progress: Progress,
): Promise<PredictionsReport> {
  const { label, weight, by = [], threshold = DEFAULT_THRESHOLD } = request;
  const [score = ''] = request.score;
  requireColumns(
    [
      { column: label, by: '--label' },
      { column: score, by: '--score' },
      ...(weight === undefined ? [] : [{ column: weight, by: '--weight' }]),
      ...by.map((column) => ({ column, by: '--by' })),
    ],
    table.columns,
  );
  const groups = by.length > 0 ? await streamedGroups(table, by) : undefined;
  const count = groups?.grouping.groups.length ?? 0;
  const isBinary = request.task === 'binary-classification';
  const sums = isBinary ? binarySums(count + 1, threshold) : regressionSums(count + 1);

  let said = 0;
  let hasWeight = false;
  for await (const batch of batches(table, request, groups)) {
    if (!isSound(batch, isBinary)) throw await badRows(table, request);
    hasWeight ||= batch.weights?.some((one) => one > 0) ?? true;
    sums.add(batch);
    if (sums.rows(0) >= said + SAID_EVERY) said = say();
  }
  say();
  if (!hasWeight) {
    throw new MergewayError('MW_ROWS_INVALID', `column ${weight}: every weight is 0, so that no row counts`);
  }
  return reportOf(sums, groups);

  function say(): number {
    progress.say(`measured ${sums.rows(0).toLocaleString('en-US')} rows`);
    return sums.rows(0);
  }
}

/** Group 0 is all rows; those of the grouping follow it. */
function reportOf(sums: BinarySums | RegressionSums, groups: StreamedGroups | undefined): PredictionsReport {
  const metrics = split(sums.metrics(0));
  const grouping = groups?.grouping;
  const measured = (grouping?.groups ?? []).map((_, group) => split(sums.metrics(group + 1)));
  const between = streamedBetween(sums, grouping);
  return {
    rows: sums.rows(0),
    metrics: metrics.values,
    groups: measured.map(({ values }, group) => ({
      by: Object.fromEntries(
        (grouping?.by ?? []).map((column, place) => [
          column,
          groupValue(groups?.cells[group]?.[place] ?? null),
        ]),
      ),
      rows: sums.rows(group + 1),
      metrics: values,
    })),
    ...between.values,
    reasons: {
      metrics: metrics.reasons,
      groups: measured.map(({ reasons }) => reasons),
      ...between.reasons,
    },
  };
}

function streamedBetween(sums: BinarySums | RegressionSums, grouping: Grouping | undefined) {
  const own = (grouping?.groups ?? []).map((_, group) => group + 1);
  const { predictions, codes } = 'confusion' in sums ? sums.confusion(own) : NO_COUNTS;
  return betweenGroups(predictions, grouping && { ...grouping, codes }, own.map(sums.rows));
}

async function* batches(
  table: OpenTable,
  { task, label, score: [score = ''], weight }: PredictionsRequest,
  groups: StreamedGroups | undefined,
): AsyncIterable<Batch> {
  const isBinary = task === 'binary-classification';
  const labelSql = isBinary ? binaryLabelSql : numberSql;
  const columns = [
    `${labelSql(columnOf(table, label))} AS label`,
    `${numberSql(columnOf(table, score))} AS score`,
    ...(groups ? ['CAST(combination AS DOUBLE) AS combination'] : []),
    ...(weight === undefined ? [] : [`${numberSql(columnOf(table, weight))} AS weight`]),
  ];
  const from = groups?.sql ?? 'data';
  const order = isBinary ? ' ORDER BY score DESC' : '';
  for await (const [labels, scores, ...rest] of table.numbers(
    `SELECT ${columns.join(', ')} FROM ${from}${order}`,
  )) {
    if (!labels || !scores) continue;
    const all = new Int32Array(labels.length);
    const combinations = groups && rest[0];
    const own = combinations && Int32Array.from(combinations, (place) => (groups.groupOf[place] ?? 0) + 1);
    yield {
      labels,
      scores,
      weights: weight === undefined ? undefined : rest.at(-1),
      codes: own ? [all, own] : [all],
    };
  }
}

function columnOf(table: OpenTable, name: string): Column {
  const column = table.columns.find((one) => one.name === name);
  if (!column) throw new Error(`the table was checked for ${name}`);
  return column;
}

function isSound({ labels, scores, weights }: Batch, isBinary: boolean): boolean {
  const isLabel = isBinary ? (label: number) => label === 0 || label === 1 : Number.isFinite;
  return labels.every(isLabel) && scores.every(Number.isFinite) && (weights?.every(isWeight) ?? true);
}

/** By its row; or, where it is a value that cells are read in and SQL is not, such as `0o17` or an ENUM, as a whole. */
async function badRows(table: OpenTable, request: StreamedRequest): Promise<MergewayError> {
  await refuseBadRows(table, expectedOf(request));
  return new MergewayError(
    'MW_ROWS_INVALID',
    'a label, score or weight is not written as a plain number: of so many rows only numbers such as 0.25, -3 or 1e-7 are read',
  );
}

function isWeight(weight: number): boolean {
  return weight >= 0 && Number.isFinite(weight);
}

function expectedOf({ task, label, score: [score = ''], weight }: PredictionsRequest): readonly Expected[] {
  const number = (column: string, named: string): Expected => ({
    column,
    named,
    expected: 'a number',
    isBad: (cell) => finiteNumber(cell) === undefined,
  });
  const positive = (column: string): Expected => ({
    ...number(column, `column ${column}`),
    isBad: (cell) => !isWeight(finiteNumber(cell) ?? Number.NaN),
    problem: (cell) => `a weight is 0 or more, got ${cell}`,
  });
  const binary: Expected = {
    column: label,
    named: `label ${label}`,
    expected: '0 or 1, false or true',
    isBad: (cell) => binaryLabel(cell) === undefined,
  };
  return [
    ...(weight === undefined ? [] : [number(weight, `column ${weight}`), positive(weight)]),
    task === 'binary-classification' ? binary : number(label, `label ${label}`),
    number(score, `column ${score}`),
  ];
}
