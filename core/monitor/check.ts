/** A check of a monitor in the making: what it is of, and the words that every check says the same. */

import type { MonitorCheck, MonitorKind } from '../evidence/monitor.ts';

/** The numbers of a check; what is left out has none. */
type Numbers = Partial<
  Pick<MonitorCheck, 'statistic' | 'low' | 'high' | 'threshold' | 'pValue' | 'reference'>
>;

export type Say = (verdict: MonitorCheck['verdict'], reason: string, numbers?: Numbers) => MonitorCheck;

/** By measure; the kind is drift unless said otherwise. */
export type SayOf = (measure: string, kind?: MonitorKind) => Say;

const NONE = { statistic: null, low: null, high: null, threshold: null, pValue: null, reference: null };

const LONGEST_REASON = 500;

export function check(of: Pick<MonitorCheck, 'kind' | 'subject' | 'measure' | 'alarm'>): Say {
  return (verdict, reason, numbers = {}) => ({
    ...of,
    verdict,
    reason: reason.slice(0, LONGEST_REASON),
    ...NONE,
    ...numbers,
  });
}

/** A number for people: four digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A share for people: `5 %`. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** A chance for people: two digits. */
export function chanceText(chance: number): string {
  return String(Number(chance.toPrecision(2)));
}
