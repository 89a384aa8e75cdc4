/** Check runs: one of ours per name and commit. Only the App that made a check run may change it. */

import type { CheckRun } from '#core/ports/forge.ts';
import { Check } from './answers.ts';
import type { Api } from './api.ts';
import { CHECK_TEXT_LIMIT, shorten, shortenLine } from './limits.ts';

/** GitHub cuts longer titles in its lists. */
const TITLE_LIMIT = 250;

/**
 * Updates our check of that name on the commit, or makes it. A completed one is not opened again: work that starts anew
 * gets a new check run, which is the one that GitHub shows and requires from then on.
 */
export async function upsertCheck(
  api: Api,
  login: string,
  check: CheckRun,
): Promise<{ readonly url: string }> {
  const known = (
    await api.all(Check, 'GET /commits/{ref}/check-runs', {
      ref: check.headSha,
      check_name: check.name,
      filter: 'latest',
      per_page: 100,
      under: 'check_runs',
    })
  ).find(({ name, app }) => name === check.name && `${app?.slug}[bot]` === login);

  const fields = {
    name: check.name,
    status: check.status,
    ...(check.conclusion && { conclusion: check.conclusion }),
    ...(check.detailsUrl && { details_url: check.detailsUrl }),
    output: {
      title: shortenLine(check.title, TITLE_LIMIT),
      summary: shorten(check.summary, CHECK_TEXT_LIMIT),
      ...(check.text && { text: shorten(check.text, CHECK_TEXT_LIMIT) }),
    },
  };
  const isOpen = known && (known.status !== 'completed' || check.status === 'completed');
  const { html_url: url } = isOpen
    ? await api.ask(Check, 'PATCH /check-runs/{check_run_id}', { check_run_id: known.id, ...fields })
    : await api.ask(Check, 'POST /check-runs', { head_sha: check.headSha, ...fields });
  return { url: url ?? '' };
}
