/** Categories against their profile: PSI with χ² over the frequent ones, and values that the reference does not have. */

import type { MonitorCheck } from '../evidence/monitor.ts';
import type { CategoryProfile } from '../evidence/profile.ts';
import { beyondExtreme } from '../statistics/exceedance.ts';
import type { Counts } from '../statistics/homogeneity.ts';
import { chanceText, percent, type SayOf } from './check.ts';
import { judgeStability } from './stability.ts';
import type { CategoryCounts } from './summary.ts';
import { type DriftTerms, type Sides, tooFew } from './terms.ts';

/** A category of which fewer rows are expected on the smaller side is counted with the other thin ones. */
const THIN_ROWS = 5;

/** Values of a window that are named. */
const NAMED = 3;

export function judgeCategories(
  profile: CategoryProfile,
  counted: CategoryCounts,
  terms: DriftTerms,
  say: SayOf,
): readonly MonitorCheck[] {
  const sides = { reference: profile.rows - profile.missing, current: counted.rows - counted.missing };
  const few = tooFew(sides, terms);
  if (few) return [say('psi_categories')('inconclusive', few), say('unseen')('inconclusive', few)];

  const bins = categoryBins(profile, counted, sides);
  return [
    judgeStability(bins, mostMoved(bins, sides), terms, say('psi_categories')),
    judgeUnseen(profile, counted, sides, terms, say),
  ];
}

interface Bins extends Counts {
  readonly names: readonly string[];
}

/**
 * A bin per value of which both sides together have enough rows; the others share one. The sum of both sides decides, which a permutation of
 * the rows leaves as it is: picking what is frequent in the reference alone would find less of it in every window. Where the profile lists
 * only the most frequent values, those near the end of the list are left to the shared bin for the same reason.
 */
function categoryBins(
  { values, others }: CategoryProfile,
  { counts, others: othersNow }: CategoryCounts,
  { reference, current }: Sides,
): Bins {
  const least = THIN_ROWS * ((reference + current) / Math.min(reference, current));
  const last = others > 0 ? (values.at(-1)?.rows ?? 0) : 0;
  const enough = Math.max(least, last > 0 ? 20 + 2 * last * (1 + current / reference) : 0);
  const bins = { names: [] as string[], reference: [] as number[], current: [] as number[] };
  let [rest, restNow] = [others, othersNow];
  for (const [index, { value, rows }] of values.entries()) {
    const now = counts[index] ?? 0;
    if (rows + now < enough) {
      rest += rows;
      restNow += now;
      continue;
    }
    bins.names.push(value);
    bins.reference.push(rows);
    bins.current.push(now);
  }
  return {
    names: [...bins.names, 'others'],
    reference: [...bins.reference, rest],
    current: [...bins.current, restNow],
  };
}

function mostMoved({ names, reference, current }: Bins, rows: Sides): string {
  const shares = names.map((name, bin) => ({
    name,
    before: (reference[bin] ?? 0) / rows.reference,
    now: (current[bin] ?? 0) / rows.current,
  }));
  const [most] = shares.sort((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before));
  if (!most || most.now === most.before) return '';
  return `; ${quoted(most.name)} ${percent(most.before)}, now ${percent(most.now)}`;
}

/**
 * Given the rows of both sides together, all m rows of a value lie in the window with the chance of m exceedances; the largest unseen value
 * is one of all values that have as many rows.
 */
function judgeUnseen(
  { values, others }: CategoryProfile,
  { counts, otherValues, others: unseen }: CategoryCounts,
  { reference, current }: Sides,
  { chance }: DriftTerms,
  say: SayOf,
): MonitorCheck {
  if (others > 0) {
    return say('unseen')('skipped', `the profile lists ${values.length} values and pools the others`);
  }
  const largest = otherValues[0]?.rows ?? 0;
  const asFrequent =
    values.filter(({ rows }, index) => rows + (counts[index] ?? 0) >= largest).length +
    otherValues.filter(({ rows }) => rows >= largest).length;
  const pValue = Math.min(1, asFrequent * beyondExtreme(largest, { rows: current, reference }));
  const named = otherValues.slice(0, NAMED).map(({ value, rows }) => `${quoted(value)} (${rows})`);
  const list = named.length > 0 ? `: ${named.join(', ')}` : '';
  const reason = `${unseen} of ${current} rows have values that the reference lacks${list}, p ${chanceText(largest > 0 ? pValue : 1)}`;
  const numbers = { statistic: unseen / current, pValue: largest > 0 ? pValue : 1, reference: 0 };
  return say('unseen')(largest > 0 && pValue <= chance ? 'fail' : 'pass', reason, numbers);
}

function quoted(value: string): string {
  return JSON.stringify(value.slice(0, 40));
}
