/** How a status is said: one symbol and one word each, everywhere the same. */

import type { GateResult } from '../gates/result.ts';
import type { VerdictStatus } from '../verdict.ts';

export const SYMBOL: Readonly<Record<VerdictStatus, string>> = {
  pass: '✅',
  fail: '❌',
  inconclusive: '❔',
  skipped: '➖',
};

export const WORD: Readonly<Record<VerdictStatus, string>> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'could not tell',
  skipped: 'not judged',
};

/** `5 of 6 passed, 1 could not tell, 2 not judged`. */
export function tally(results: readonly GateResult[]): string {
  const count = (status: VerdictStatus) => results.filter(({ verdict }) => verdict.status === status).length;
  const judged = results.length - count('skipped');
  const parts = judged > 0 ? [`${count('pass')} of ${judged} passed`] : ['nothing to judge'];
  for (const status of ['fail', 'inconclusive', 'skipped'] as const) {
    if (count(status) > 0) parts.push(`${count(status)} ${WORD[status]}`);
  }
  return parts.join(', ');
}
