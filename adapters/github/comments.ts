/** Comments on a pull request. Ours carry a marker and our name: a marker alone could be anybody's. */

import { Comment, Ignored } from './answers.ts';
import type { Api } from './api.ts';
import { COMMENT_LIMIT, shorten } from './limits.ts';

type Reaction = 'eyes' | '+1' | '-1' | 'confused' | 'rocket';

export async function comment(api: Api, number: number, body: string): Promise<{ readonly url: string }> {
  const { html_url: url } = await api.ask(Comment, 'POST /issues/{issue_number}/comments', {
    issue_number: number,
    body: shorten(body, COMMENT_LIMIT),
  });
  return { url };
}

/** Updates the newest comment of `login` with the marker; makes one where there is none, or it was deleted meanwhile. */
export async function upsertComment(
  api: Api,
  login: string,
  { number, marker, body }: { readonly number: number; readonly marker: string; readonly body: string },
): Promise<{ readonly url: string }> {
  const text = shorten(body, COMMENT_LIMIT, marker);
  const comments = await api.all(Comment, 'GET /issues/{issue_number}/comments', {
    issue_number: number,
    per_page: 100,
  });
  const known = comments.findLast(
    ({ user, body: written }) => isSame(user?.login, login) && written?.includes(marker),
  );
  const updated =
    known &&
    (await api.askUnless([404], Comment, 'PATCH /issues/comments/{comment_id}', {
      comment_id: known.id,
      body: text,
    }));
  const { html_url: url } =
    updated ??
    (await api.ask(Comment, 'POST /issues/{issue_number}/comments', { issue_number: number, body: text }));
  return { url };
}

export async function react(api: Api, commentId: number, content: Reaction): Promise<void> {
  await api.ask(Ignored, 'POST /issues/comments/{comment_id}/reactions', { comment_id: commentId, content });
}

/** Logins are compared as GitHub does, whatever their case. */
function isSame(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}
