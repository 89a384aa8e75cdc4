/**
 * How far groups are apart in one number each. `groups` and `overall` are Fairlearn's `between_groups` and `to_overall`:
 *
 *     groups      max m − min m                  min m / max m
 *     overall     max_g |m_g − m_all|            min_g of m_g / m_all, inverted above 1
 *     reference   max_g |m_g − m_reference|      min_g of m_g / m_reference, inverted above 1
 *
 * A ratio inverted above 1 is at least τ exactly where Aequitas' τ ≤ disparity ≤ 1/τ holds. Groups are compared within one level of the
 * control features; the level that is furthest apart counts.
 */

import { isDefined, type MetricValue } from '../metrics/metric.ts';

export type Kind = 'difference' | 'ratio';
export type To = 'groups' | 'overall' | 'reference';

export interface Measured {
  readonly name: string;
  readonly value: number;
}

export interface Member extends Measured {
  /** Values of the control features; the same text everywhere without any. */
  readonly level: string;
  readonly reference: boolean;
}

export interface Gap {
  readonly size: number;
  readonly low: Measured;
  readonly high: Measured;
  readonly level: string;
}

type MaybeGap = Gap | Exclude<MetricValue, number>;

export interface Question {
  readonly kind: Kind;
  readonly to: To;
  /** What the value is called, for reasons. */
  readonly what: string;
}

/** What the value of all groups of a level is called beside a group's. */
const ALL_ROWS = 'all rows';

/** The widest gap over all levels; `overall` is the value of all rows of each level. */
export function widestGap(
  question: Question,
  members: readonly Member[],
  overall: ReadonlyMap<string, number>,
): MaybeGap {
  let widest: Gap | undefined;
  for (const [level, own] of byLevel(members)) {
    for (const [a, b] of comparisons(question.to, own, overall.get(level))) {
      const size = gapOf(question, a, b);
      if (!isDefined(size)) return size;
      if (widest && !isWider(question.kind, size, widest.size)) continue;
      const [low, high] = a.value <= b.value ? [a, b] : [b, a];
      widest = { size, low: measured(low), high: measured(high), level };
    }
  }
  return widest ?? { reason: nothingToCompare(question.to) };
}

function measured({ name, value }: Measured): Measured {
  return { name, value };
}

/** Members by level, in the order in which they come. */
export function byLevel<Part extends { readonly level: string }>(
  members: readonly Part[],
): ReadonlyMap<string, readonly Part[]> {
  const levels = new Map<string, Part[]>();
  for (const member of members) {
    const own = levels.get(member.level);
    if (own) own.push(member);
    else levels.set(member.level, [member]);
  }
  return levels;
}

/** Why there is no gap. */
function nothingToCompare(to: To): string {
  return to === 'groups' ? 'fewer than two groups have rows' : `no group is there to hold against ${to}`;
}

function comparisons(
  to: To,
  members: readonly Member[],
  overall: number | undefined,
): readonly (readonly [Measured, Measured])[] {
  if (to === 'groups') return extremes(members);
  const fixed =
    to === 'reference'
      ? members.find(({ reference }) => reference)
      : overall !== undefined && { name: ALL_ROWS, value: overall };
  return fixed ? members.filter((member) => member !== fixed).map((member) => [member, fixed]) : [];
}

/** Of all pairs the one that is furthest apart. */
function extremes(members: readonly Member[]): readonly (readonly [Measured, Measured])[] {
  let [low, high] = [members[0], members[0]];
  for (const member of members) {
    if (low && member.value < low.value) low = member;
    if (high && member.value >= high.value) high = member;
  }
  return low && high && members.length > 1 ? [[low, high]] : [];
}

function gapOf({ kind, what }: Question, a: Measured, b: Measured): MetricValue {
  const [low, high] = [Math.min(a.value, b.value), Math.max(a.value, b.value)];
  if (kind === 'difference') return high - low;
  if (low < 0) return { reason: `${what} is negative: a ratio says nothing of it` };
  return high > 0 ? low / high : { reason: `${what} is 0 in ${a.name} and in ${b.name}: 0/0` };
}

function isWider(kind: Kind, size: number, than: number): boolean {
  return kind === 'difference' ? size > than : size < than;
}
