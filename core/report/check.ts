/**
 * Verdicts as GitHub check runs. "Could not tell" is `action_required`, never `neutral`: GitHub counts neutral and skipped
 * as success where a check is required (design §10).
 */

import type { GateResult } from '../gates/result.ts';
import type { Conclusion } from '../ports/forge.ts';
import { overall, type VerdictStatus, wordOf } from '../verdict.ts';
import { escapeMarkdown } from './escape.ts';
import { SYMBOL, tally } from './words.ts';

/** GitHub's limit for a check's summary. */
const MOST_CHARACTERS = 65_000;

const LONGEST_TITLE = 200;

export interface CheckText {
  readonly conclusion: Conclusion;
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
}

/** One check run over these results: one gate's, or all. `required: false` lets a gate with nothing to judge show as skipped. */
export function renderCheck(
  results: readonly GateResult[],
  { required = true }: { readonly required?: boolean } = {},
): CheckText {
  const status = overall(results.map(({ verdict }) => verdict.status));
  return {
    conclusion: conclusionOf(status, required),
    title: titleOf(results, status),
    summary: summaryOf(results),
  };
}

/** What a status is as a conclusion. */
function conclusionOf(status: VerdictStatus, required: boolean): Conclusion {
  switch (status) {
    case 'pass':
      return 'success';
    case 'fail':
      return 'failure';
    case 'inconclusive':
      return 'action_required';
    case 'skipped':
      return required ? 'success' : 'skipped';
  }
}

function titleOf(results: readonly GateResult[], status: VerdictStatus): string {
  const [decisive] = results.filter(({ verdict }) => verdict.status === status);
  if (!decisive) return 'Nothing to judge';
  const isOpen = status === 'fail' || status === 'inconclusive';
  const title = isOpen ? `${tally(results)}: ${decisive.verdict.reason}` : tally(results);
  return title.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, LONGEST_TITLE);
}

function summaryOf(results: readonly GateResult[]): string {
  const lines: string[] = [];
  let length = 0;
  for (const { name, verdict } of results) {
    const settle =
      verdict.status === 'inconclusive'
        ? ` What would settle it: ${escapeMarkdown(verdict.wouldSettle, 500)}.`
        : '';
    const line = `- ${SYMBOL[verdict.status]} **${escapeMarkdown(name)}** ${wordOf(verdict)}: ${escapeMarkdown(verdict.reason, 500)}.${settle}`;
    length += line.length + 1;
    if (length > MOST_CHARACTERS)
      return [...lines, `- …and ${results.length - lines.length} more`].join('\n');
    lines.push(line);
  }
  return lines.join('\n') || 'No gate is configured.';
}
