/** What reviewers said last. Only people who may write count: anybody may review a public repository's pull request. */

import type { Permission, Reviews } from '#core/ports/forge.ts';
import { Pull, Review } from './answers.ts';
import type { Api } from './api.ts';

interface LastWord {
  readonly login: string;
  readonly state: string;
  readonly commit: string | null;
}

export async function reviewsOf(
  api: Api,
  number: number,
  permission: (user: string) => Promise<Permission>,
): Promise<Reviews> {
  const { head, user: author } = await api.ask(Pull, 'GET /pulls/{pull_number}', { pull_number: number });
  const words = await lastWords(api, number);
  const approvals: string[] = [];
  const objections: string[] = [];
  for (const { login, state, commit } of words) {
    const counts = state === 'CHANGES_REQUESTED' || (state === 'APPROVED' && commit === head.sha);
    if (!counts || login === author?.login) continue;
    if (!['admin', 'write'].includes(await permission(login))) continue;
    (state === 'APPROVED' ? approvals : objections).push(login);
  }
  return { approvals: approvals.sort(), objections: objections.sort() };
}

/** Of each person the newest review that takes a side; a comment takes none, and a dismissed one says nothing any more. */
async function lastWords(api: Api, number: number): Promise<readonly LastWord[]> {
  const reviews = await api.all(Review, 'GET /pulls/{pull_number}/reviews', {
    pull_number: number,
    per_page: 100,
  });
  const last = new Map<string, LastWord>();
  for (const { user, state, commit_id: commit } of reviews) {
    if (user?.type !== 'User' || state === 'COMMENTED' || state === 'PENDING') continue;
    last.set(user.login.toLowerCase(), { login: user.login, state, commit });
  }
  return [...last.values()];
}
