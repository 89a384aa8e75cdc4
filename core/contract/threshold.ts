/** ODCS comparison operators (`mustBe`, `mustBeLessThan` …) and units of library metrics. */

import type { Judgement } from './check.ts';
import type { QualityCheck } from './odcs.ts';

type Test = (value: number, bound: never) => boolean;

/** `mustBeBetween` includes its ends, as the reference implementation does; the standard's text leaves them out. */
const OPERATORS = {
  mustBe: { words: 'be', test: (value: number, bound: number) => value === bound },
  mustNotBe: { words: 'not be', test: (value: number, bound: number) => value !== bound },
  mustBeGreaterThan: { words: 'be more than', test: (value: number, bound: number) => value > bound },
  mustBeGreaterOrEqualTo: { words: 'be at least', test: (value: number, bound: number) => value >= bound },
  mustBeLessThan: { words: 'be less than', test: (value: number, bound: number) => value < bound },
  mustBeLessOrEqualTo: { words: 'be at most', test: (value: number, bound: number) => value <= bound },
  mustBeBetween: {
    words: 'be from',
    test: (value: number, [low, high]: readonly [number, number]) => low <= value && value <= high,
  },
  mustNotBeBetween: {
    words: 'be outside',
    test: (value: number, [low, high]: readonly [number, number]) => value < low || high < value,
  },
} as const satisfies Record<string, { words: string; test: Test }>;

type Operator = keyof typeof OPERATORS;

export interface Threshold {
  readonly words: string;
  readonly holds: (value: number) => boolean;
  readonly unit: 'rows' | 'percent';
}

/** The check's threshold, or the reason why it has none that can be judged. All operators given must hold. */
export function thresholdOf(check: QualityCheck): Threshold | { readonly unusable: string } {
  const given = (Object.keys(OPERATORS) as Operator[]).filter((name) => check[name] !== undefined);
  if (given.length === 0) return { unusable: 'it has no operator such as mustBe or mustBeLessThan' };

  const unit = check.unit ?? 'rows';
  if (unit !== 'rows' && unit !== 'percent')
    return { unusable: `unit ${JSON.stringify(unit)} is neither rows nor percent` };

  const odd = given.find((name) => [check[name]].flat().some((bound) => typeof bound !== 'number'));
  if (odd) return { unusable: `${odd} is not a number` };

  return {
    words: given
      .map((name) => `must ${OPERATORS[name].words} ${[check[name]].flat().join(' to ')}`)
      .join(' and '),
    holds: (value) => given.every((name) => OPERATORS[name].test(value, check[name] as never)),
    unit,
  };
}

/** Judges a number of rows against the threshold. Of no rows at all nothing can be told. */
export function judgeRows(threshold: Threshold, count: number, rows: number, what: string): Judgement {
  if (rows === 0) return { status: 'inconclusive', reason: 'there are no rows to check', failed: 0 };
  const value = threshold.unit === 'percent' ? (100 * count) / rows : count;
  const shown = threshold.unit === 'percent' ? `${Number(value.toPrecision(4))} %` : String(value);
  const status = threshold.holds(value) ? 'pass' : 'fail';
  return { status, reason: `${shown} ${what}, ${threshold.words}`, failed: status === 'fail' ? count : 0 };
}

/** ODCS leaves severity free; what sounds less than an error does not fail a contract. */
export function severityOf(check: QualityCheck): 'error' | 'warning' {
  return /^(warn|info|low|minor)/i.test(check.severity ?? 'error') ? 'warning' : 'error';
}
