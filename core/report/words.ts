/** How a status is said: one symbol each, and how many of each there are, everywhere in the same words. */

import type { GateResult } from '../gates/result.ts';
import { type Verdict, type VerdictStatus, wordOf } from '../verdict.ts';

export const SYMBOL: Readonly<Record<VerdictStatus, string>> = {
  pass: '✅',
  fail: '❌',
  inconclusive: '❔',
  skipped: '➖',
};

const ORDER: readonly VerdictStatus[] = ['pass', 'fail', 'inconclusive', 'skipped'];

/** `6 passed, 1 could not tell, 1 reported only, 2 skipped (no champion yet)`: every result is in exactly one number. */
export function tally(results: readonly GateResult[]): string {
  const counts = new Map<string, number>();
  for (const status of ORDER) {
    for (const { verdict } of results) {
      if (verdict.status !== status) continue;
      const word = wordOf(verdict);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'nothing to judge';
}

/** A verdict in a table's cell; one that was not reached says why. */
export function verdictCell(verdict: Verdict): string {
  const word = verdict.status === 'skipped' ? (verdict.because ?? 'skipped') : wordOf(verdict);
  return `${SYMBOL[verdict.status]} ${word}`;
}
