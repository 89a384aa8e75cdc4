/** The required check `mergeway` while there is no verdict yet, or never will be. Verdicts are rendered by core/report. */

import { MergewayError } from '../errors.ts';
import type { CheckRun, Forge } from '../ports/forge.ts';

/** Name of the check that sums up all others and can be made required. */
export const AGGREGATE_CHECK = 'mergeway';

export type Note = Pick<CheckRun, 'title' | 'summary' | 'text'> & { readonly detailsUrl?: string };

/** Work is under way. */
export async function noteProgress(
  forge: Forge,
  headSha: string,
  note: Note,
): Promise<{ readonly url: string }> {
  return await forge.upsertCheck({ name: AGGREGATE_CHECK, headSha, status: 'in_progress', ...note });
}

/** There is nothing to prove: the check is green. */
export async function noteNothingToDo(forge: Forge, headSha: string, note: Note): Promise<void> {
  await forge.upsertCheck({
    name: AGGREGATE_CHECK,
    headSha,
    status: 'completed',
    conclusion: 'success',
    ...note,
  });
}

/** Every model that the head changes is what production serves already. */
export async function noteServed(forge: Forge, headSha: string, served: readonly string[]): Promise<void> {
  await noteNothingToDo(forge, headSha, {
    title: 'Production serves this already',
    summary: `The inputs are those of ${served.join(', ')} in production, so there is nothing to train, to prove or to promote.`,
  });
}

/** There is no candidate or no evidence, and there won't be one for this head. */
export async function noteRefusal(
  forge: Forge,
  headSha: string,
  note: Note,
): Promise<{ readonly url: string }> {
  return await forge.upsertCheck({
    name: AGGREGATE_CHECK,
    headSha,
    status: 'completed',
    conclusion: 'failure',
    ...note,
  });
}

/** An error as a check's text: what was wrong, its code and the way out. The message may quote hostile input, hence the block. */
export function describeRefusal(error: MergewayError): string {
  const block = error.message.replaceAll('`', "'").replaceAll('\0', '').slice(0, 4000);
  return ['```text', block, '```', '', `\`${error.code}\`: ${error.remedy}`].join('\n');
}

/** What the pull request itself caused; everything else is an outside failure, and the story is told again later. */
const REFUSALS: readonly string[] = [
  'MW_ARTIFACT_TOO_LARGE',
  'MW_CANDIDATE_MISSING',
  'MW_CONFIG_INVALID',
  'MW_CONFIG_MISSING',
  'MW_EVIDENCE_INVALID',
  'MW_EVIDENCE_MISMATCH',
  'MW_EVIDENCE_UNSIGNED',
  'MW_EVIDENCE_VERSION',
  'MW_GATE_BELOW_NOISE',
  'MW_HOLDOUT_SEEN',
  'MW_INPUTS_EMPTY',
  'MW_MODEL_INVALID',
  'MW_ORIGIN_UNPROVEN',
  'MW_SIGNATURE_INVALID',
  'MW_SIGNER_UNTRUSTED',
  'MW_TRUST_INVALID',
  'MW_VERSION_UNPROVEN',
  'MW_ZIP_REFUSED',
];

/** Whether the error is an answer to the pull request, not trouble of ours. */
export function isRefusal(error: unknown): error is MergewayError {
  return error instanceof MergewayError && REFUSALS.includes(error.code);
}
