/** Issues of ours, one for each marker. The marker alone could be anybody's, so the author counts too. */

import type { Issue } from '#core/ports/forge.ts';
import { Issue as IssueAnswer } from './answers.ts';
import type { Api } from './api.ts';
import { COMMENT_LIMIT, shorten, shortenLine } from './limits.ts';

/** GitHub's own limit for titles. */
const TITLE_LIMIT = 256;

export async function upsertIssue(
  api: Api,
  login: string,
  { marker, title, body, state }: Issue,
  known: number | undefined,
): Promise<number> {
  const text = { title: shortenLine(title, TITLE_LIMIT), body: shorten(body, COMMENT_LIMIT, marker) };
  const change = async (number: number) =>
    (
      await api.askUnless([404, 410], IssueAnswer, 'PATCH /issues/{issue_number}', {
        issue_number: number,
        ...text,
        state,
      })
    )?.number;

  const atOnce = known && (await change(known));
  if (atOnce) return atOnce;
  const found = await find(api, login, marker);
  const changed = found && (await change(found));
  if (changed) return changed;
  if (state === 'closed') return 0;
  return (await api.ask(IssueAnswer, 'POST /issues', text)).number;
}

async function find(api: Api, login: string, marker: string): Promise<number | undefined> {
  const issues = await api.all(IssueAnswer, 'GET /issues', { creator: login, state: 'all', per_page: 100 });
  return issues.find(
    ({ user, body, pull_request }) =>
      pull_request === undefined &&
      user?.login.toLowerCase() === login.toLowerCase() &&
      body?.includes(marker),
  )?.number;
}
