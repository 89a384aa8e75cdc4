/** One column of two tables, measured and judged. */

import type { Column, OpenTable } from '../ports/table.ts';
import { binNames, type CategoryBins, categoryBins, edgesOf, type ValueCount } from './bins.ts';
import { isWhole } from './columns.ts';
import {
  binCounts,
  decilesOf,
  MAX_CATEGORIES,
  MAX_ROWS,
  MAX_VALUES,
  type Summary,
  sampleOf,
  summarise,
  valueCounts,
  valuesInOrder,
} from './counts.ts';
import { evidentlyChoice } from './evidently/choice.ts';
import type { DriftMeasureName } from './index.ts';
import { type Judged, judgeScore, judgeStability, type Threshold } from './judge.ts';
import { type CountPair, type DriftMeasure, sum } from './measure.ts';
import { stability } from './population-stability.ts';

interface Side {
  readonly table: OpenTable;
  readonly column: Column;
}

export interface Pair {
  readonly reference: Side;
  readonly current: Side;
  readonly numeric: boolean;
}

export interface Summaries {
  readonly reference: Summary;
  readonly current: Summary;
}

/** A judged column, and what a person should know beside the number. */
export interface Compared extends Judged {
  readonly notes: readonly string[];
}

/** Why nothing was compared. */
export interface Skipped {
  readonly skipped: string;
}

const NUMBERS_ONLY: Skipped = { skipped: 'this method compares numbers' };

/** Numbers of at most this many different reference values are compared value by value. */
const FEW_VALUES = 10;

/** Share of different values beyond which Evidently takes strings for text. */
const TEXT_SHARE = 0.5;

/** Share of different values from which text is a key, and rows from which that can be told. */
const KEY_SHARE = 0.95;
const KEY_ROWS = 20;

export async function summaries({ reference, current, numeric }: Pair): Promise<Summaries> {
  return {
    reference: await summarise(reference.table, reference.column.name, numeric),
    current: await summarise(current.table, current.column.name, numeric),
  };
}

/** Our PSI, in deciles or categories. */
export async function compareStability(
  pair: Pair,
  found: Summaries,
  { threshold, falseAlarms }: { readonly threshold: Threshold; readonly falseAlarms: number },
): Promise<Compared | Skipped> {
  const sizes = { reference: found.reference.rows, current: found.current.rows };
  const counts = await binsOf(pair, found);
  if ('skipped' in counts) return counts;
  const judged = judgeStability(stability(counts, falseAlarms), { sizes, threshold, falseAlarms });
  return { ...judged, notes: [...missingNote(found), ...infiniteNote(found), ...unseenNote(counts)] };
}

/** A library's measure, on the values it would see: missing and infinite ones left out. */
export async function compareScore(
  pair: Pair,
  found: Summaries,
  { measure, threshold }: { readonly measure: DriftMeasure; readonly threshold: number | undefined },
): Promise<Compared | Skipped> {
  const sizes = {
    reference: found.reference.present - found.reference.infinite,
    current: found.current.present - found.current.infinite,
  };
  if (Math.min(sizes.reference, sizes.current) === 0) {
    return {
      statistic: null,
      pValue: null,
      threshold: threshold ?? measure.threshold,
      notes: [],
      verdict: {
        status: 'inconclusive',
        reason: 'one side has no value',
        wouldSettle: 'values on both sides',
      },
    };
  }
  const score = await scoreOf(pair, found, measure);
  if ('skipped' in score) return score;
  if ('undefined' in score) return { skipped: `not defined here: ${score.undefined}` };
  return {
    ...judgeScore(score, measure, { sizes, threshold }),
    notes: [...missingNote(found), ...infiniteNote(found)],
  };
}

/** The measure that Evidently would take for this column, by its name; undefined for text, which it hands to a classifier. */
export async function chosenByEvidently(pair: Pair, found: Summaries): Promise<DriftMeasureName | undefined> {
  const rows = found.reference.present - found.reference.infinite;
  const counts = await bothCounts(pair);
  if ('skipped' in counts)
    return pair.numeric ? evidentlyChoice({ numeric: true, rows, distinct: MAX_CATEGORIES }) : undefined;
  const { keys, current } = byCategory(counts, pair.numeric);
  const different = current.filter((count) => count > 0).length;
  if (!pair.numeric && different > TEXT_SHARE * sum(current)) return undefined;
  return evidentlyChoice({ numeric: pair.numeric, rows, distinct: keys.length });
}

async function binsOf(pair: Pair, found: Summaries): Promise<(CountPair & Partial<CategoryBins>) | Skipped> {
  const { reference, current, numeric } = pair;
  if (numeric && found.reference.distinct > 2 * FEW_VALUES) return decileBins(pair, found);

  const counts = await bothCounts(pair);
  if ('skipped' in counts) return numeric ? decileBins(pair, found) : counts;
  if (numeric && counts.reference.length > FEW_VALUES)
    return decileBins({ reference, current, numeric }, found);
  const key = numeric ? undefined : keyReason(counts.reference);
  return key ?? categoryBins(counts.reference, counts.current);
}

async function decileBins({ reference, current }: Pair, found: Summaries): Promise<CountPair> {
  const edges = edgesOf(await decilesOf(reference.table, reference.column.name), found.reference.highest);
  return {
    keys: binNames(edges),
    reference: await binCounts(reference.table, reference.column.name, edges),
    current: await binCounts(current.table, current.column.name, edges),
  };
}

async function bothCounts({
  reference,
  current,
  numeric,
}: Pair): Promise<{ reference: ValueCount[]; current: ValueCount[] } | Skipped> {
  const before = await valueCounts(reference.table, reference.column.name, numeric);
  const now = await valueCounts(current.table, current.column.name, numeric);
  if (!before || !now)
    return { skipped: `looks like a key or free text: more than ${MAX_CATEGORIES} different values` };
  return { reference: before, current: now };
}

function keyReason(counts: readonly ValueCount[]): Skipped | undefined {
  const present = counts.filter(({ value }) => value !== null);
  const rows = present.reduce((total, entry) => total + entry.rows, 0);
  if (rows < KEY_ROWS || present.length < KEY_SHARE * rows) return undefined;
  return { skipped: `looks like a key: ${present.length} different values in ${rows} rows` };
}

async function scoreOf(pair: Pair, found: Summaries, measure: DriftMeasure) {
  if (pair.numeric && measure.samples) return scoreOfSamples(pair, found, measure.samples);
  if (!measure.counts && !measure.rows) return NUMBERS_ONLY;

  const counts = await bothCounts(pair);
  if ('skipped' in counts) return counts;
  const key = pair.numeric ? undefined : keyReason(counts.reference);
  if (key) return key;
  const categories = byCategory(counts, pair.numeric);
  if (measure.rows) return scoreOfRows(pair, categories, measure.rows);
  return measure.counts ? measure.counts(categories) : NUMBERS_ONLY;
}

async function scoreOfRows(pair: Pair, counts: CountPair, of: NonNullable<DriftMeasure['rows']>) {
  const rows = sum(counts.reference) + sum(counts.current);
  if (rows > MAX_ROWS) return { skipped: `more than ${MAX_ROWS} rows: this method permutes them one by one` };
  const place = new Map(counts.keys.map((key, index) => [key, index]));
  return of({
    categories: counts.keys.length,
    reference: await placesOf(pair.reference, place, pair.numeric),
    current: await placesOf(pair.current, place, pair.numeric),
  });
}

/** Each row's category; rows without one are left out. */
async function placesOf(
  { table, column }: Side,
  place: ReadonlyMap<string, number>,
  numeric: boolean,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const value of await valuesInOrder(table, column.name, numeric)) {
    const category = place.get(value);
    if (category !== undefined) found.push(category);
  }
  return found;
}

async function scoreOfSamples(
  { reference, current }: Pair,
  found: Summaries,
  of: NonNullable<DriftMeasure['samples']>,
) {
  const before = await sampleOf(reference.table, reference.column.name);
  const now = await sampleOf(current.table, current.column.name);
  if (!before || !now) {
    return { skipped: `more than ${MAX_VALUES} different values: psi_deciles counts them in the database` };
  }
  const complete =
    found.reference.present === found.reference.rows && found.current.present === found.current.rows;
  return of({
    reference: before,
    current: now,
    whole: complete && isWhole(reference.column) && isWhole(current.column),
  });
}

/** Present values of both sides, sorted as Python sorts them: numbers by size, text by code unit. */
function byCategory(
  counts: { readonly reference: readonly ValueCount[]; readonly current: readonly ValueCount[] },
  numeric: boolean,
): CountPair {
  const [before, now] = [counts.reference, counts.current].map(
    (side) =>
      new Map(
        side.flatMap(({ value, rows }) =>
          value === null || (numeric && !Number.isFinite(Number(value))) ? [] : [[value, rows] as const],
        ),
      ),
  );
  const keys = [...new Set([...(before?.keys() ?? []), ...(now?.keys() ?? [])])];
  keys.sort(numeric ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : Number(a > b)));
  return {
    keys,
    reference: keys.map((key) => before?.get(key) ?? 0),
    current: keys.map((key) => now?.get(key) ?? 0),
  };
}

function missingNote({ reference, current }: Summaries): readonly string[] {
  if (reference.present === reference.rows && current.present === current.rows) return [];
  return [
    `missing ${percent(reference.rows - reference.present, reference.rows)}, now ${percent(current.rows - current.present, current.rows)}`,
  ];
}

function infiniteNote({ reference, current }: Summaries): readonly string[] {
  if (reference.infinite + current.infinite === 0) return [];
  return [`${reference.infinite} infinite values, now ${current.infinite}`];
}

function unseenNote({ unseen = [] }: Partial<CategoryBins>): readonly string[] {
  if (unseen.length === 0) return [];
  const named = unseen
    .slice(0, 3)
    .map(({ value, rows }) => `${JSON.stringify(value?.slice(0, 40))} (${rows})`);
  const more = unseen.length > 3 ? ` and ${unseen.length - 3} more` : '';
  return [`new: ${named.join(', ')}${more}`];
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'of no rows' : `${Number(((100 * part) / whole).toPrecision(3))} %`;
}
