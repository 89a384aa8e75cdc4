/** A pull request has a new head or another base, was merged, or was closed. */

import { z } from 'zod';
import { announcePullRequest } from '#core/flows/announce-pull-request.ts';
import { followPullRequest } from '#core/flows/follow-retraining.ts';
import { queueMerge } from '#core/flows/queue-merge.ts';
import { handler } from './handler.ts';

/** Only pull requests that are pointed at another branch; a new title changes nothing here. */
const Rebased = z.object({
  action: z.literal('edited'),
  changes: z.object({ base: z.object({}) }),
  pull_request: z.object({ number: z.number().int() }),
});

const Pushed = z.object({
  action: z.enum(['opened', 'synchronize', 'reopened', 'ready_for_review']),
  pull_request: z.object({ number: z.number().int() }),
});

export const pullRequestOpened = handler({
  event: 'pull_request',
  actions: [...Pushed.shape.action.options, 'edited'],
  payload: z.union([Pushed, Rebased]),
  handle: ({ pull_request }, workspace) => announcePullRequest(workspace, pull_request.number),
});

export const pullRequestMerged = handler({
  event: 'pull_request',
  actions: ['closed'],
  payload: z.object({
    action: z.literal('closed'),
    pull_request: z.object({ number: z.number().int(), merged: z.literal(true) }),
    sender: z.object({ login: z.string().max(200) }),
  }),
  handle: ({ pull_request, sender }, workspace) =>
    queueMerge(workspace, { number: pull_request.number, actor: sender.login }),
});

/** A retraining of ours keeps in step with its pull request, whoever closed it. */
export const pullRequestClosed = handler({
  event: 'pull_request',
  actions: ['closed'],
  payload: z.object({
    action: z.literal('closed'),
    pull_request: z.object({ number: z.number().int() }),
  }),
  handle: ({ pull_request }, workspace) => followPullRequest(workspace, pull_request.number),
});
