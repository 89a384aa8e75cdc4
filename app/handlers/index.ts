/** Every webhook handler. Several may listen to one event; each takes the payloads that match its schema. */

import type { Handler } from './handler.ts';
import { issueCommentCreated } from './issue-comment.ts';
import { pullRequestClosed, pullRequestMerged, pullRequestOpened } from './pull-request.ts';
import { workflowRunCompleted } from './workflow-run.ts';

export const handlers: readonly Handler[] = [
  pullRequestOpened,
  pullRequestMerged,
  pullRequestClosed,
  workflowRunCompleted,
  issueCommentCreated,
];
