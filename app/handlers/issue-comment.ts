/** A new comment on a pull request or an issue may hold a command. Edits never do, and bots are not obeyed. */

import { z } from 'zod';
import { obeyComment } from '#core/flows/obey-comment.ts';
import { handler } from './handler.ts';

export const issueCommentCreated = handler({
  event: 'issue_comment',
  actions: ['created'],
  payload: z.object({
    action: z.literal('created'),
    issue: z.object({ number: z.number().int(), pull_request: z.object({}).optional() }),
    comment: z.object({ id: z.number().int(), body: z.string().max(100_000) }),
    sender: z.object({ login: z.string().max(200), type: z.string().max(50) }),
  }),
  async handle({ issue, comment, sender }, workspace) {
    if (sender.type !== 'User') return;
    await obeyComment(workspace, {
      number: issue.number,
      on: issue.pull_request ? 'pull-request' : 'issue',
      commentId: comment.id,
      body: comment.body,
      author: sender.login,
    });
  },
});
