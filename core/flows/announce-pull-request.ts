/**
 * A pull request got a new head: the check `mergeway` says at once what is awaited, or that no model is affected.
 * Told again, or late, it never takes back what came after it. Pull requests to other branches promote nothing, and a check
 * there would stand on the same commit when their author points them at the default branch: they get none.
 */

import type { PullRequest } from '../ports/forge.ts';
import { affectedModels } from './affected-models.ts';
import {
  describeRefusal,
  isRefusal,
  noteNothingToDo,
  noteProgress,
  noteRefusal,
  noteServed,
} from './checks.ts';
import { sortOutServed } from './in-production.ts';
import type { Workspace } from './workspace.ts';

export async function announcePullRequest(workspace: Workspace, number: number): Promise<void> {
  const { forge, store } = workspace;
  const pullRequest = await forge.pullRequest(number);
  if (pullRequest.state !== 'open' || pullRequest.base.ref !== (await forge.defaultBranch())) return;

  const { sha } = pullRequest.head;
  const known = await store.candidates.of(forge.repository, sha);
  if (known.length > 0) return;

  try {
    await announceHead(workspace, pullRequest);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await noteRefusal(forge, sha, {
      title: 'The configuration can not be used',
      summary: describeRefusal(error),
    });
  }
}

async function announceHead(workspace: Workspace, { head, base }: PullRequest): Promise<void> {
  const { forge, source } = workspace;
  const affected = await affectedModels(source, { base: base.sha, head: head.sha });
  if (affected.length === 0) {
    return noteNothingToDo(forge, head.sha, {
      title: 'No model is affected',
      summary: 'No input of any model differs between this pull request and its base.',
    });
  }

  const { toProve, served } = await sortOutServed(workspace, affected);
  if (toProve.length === 0) return noteServed(forge, head.sha, served);
  const names = toProve.map(({ model }) => `\`${model}\``).join(', ');
  await noteProgress(forge, head.sha, {
    title: 'Waiting for training',
    summary: `The training workflow makes a candidate of ${names}; its evaluation follows.`,
  });
}
