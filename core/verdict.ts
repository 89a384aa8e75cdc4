/**
 * What a gate says, always with a reason. Missing data, too few rows and too much noise are `inconclusive`:
 * "could not tell" is an answer of its own and never a pass (design §2).
 */

export type Verdict =
  | { readonly status: 'pass'; readonly reason: string }
  | { readonly status: 'fail'; readonly reason: string }
  | { readonly status: 'inconclusive'; readonly reason: string; readonly wouldSettle: string }
  | { readonly status: 'skipped'; readonly reason: string; readonly because?: SkipCause };

/** Why nothing was judged, in two or three words. */
type SkipCause = 'no limit' | 'no champion yet' | 'no rules' | 'not served yet';

export type VerdictStatus = Verdict['status'];

/** Worst first: what a list of verdicts comes to. An empty list is `skipped`. */
const SEVERITY: readonly VerdictStatus[] = ['fail', 'inconclusive', 'pass', 'skipped'];

/** The status of several verdicts together: one failure fails all, one inconclusive leaves all open. */
export function overall(statuses: readonly VerdictStatus[]): VerdictStatus {
  return SEVERITY.find((status) => statuses.includes(status)) ?? 'skipped';
}

/** Exit code of a command whose answer is this status: 0 passed, 1 failed, 3 inconclusive. */
export function exitCode(status: VerdictStatus): 0 | 1 | 3 {
  switch (status) {
    case 'pass':
    case 'skipped':
      return 0;
    case 'fail':
      return 1;
    case 'inconclusive':
      return 3;
  }
}

/** The word for a verdict, the same wherever people read one. */
export function wordOf(verdict: Verdict): string {
  switch (verdict.status) {
    case 'pass':
      return 'passed';
    case 'fail':
      return 'failed';
    case 'inconclusive':
      return 'could not tell';
    case 'skipped':
      if (verdict.because === 'no limit') return 'reported only';
      return verdict.because ? `skipped (${verdict.because})` : 'skipped';
  }
}

/** One sentence for logs and summaries. */
export function describe(verdict: Verdict): string {
  const sentence = `${wordOf(verdict)}: ${verdict.reason}`;
  return verdict.status === 'inconclusive' ? `${sentence}; ${verdict.wouldSettle} would settle it` : sentence;
}
