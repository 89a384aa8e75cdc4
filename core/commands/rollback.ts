/** `/mergeway rollback [model]`: ends the running rollout, or returns production to the version before. */

import { rollBack } from '../flows/roll-back.ts';
import type { Command, CommandCall } from './command.ts';
import { pickModel } from './pick-model.ts';

export const rollback: Command = {
  name: 'rollback',
  usage: '[model]',
  summary: 'ends the running rollout, or returns production to the version before',
  run,
};

async function run(call: CommandCall): Promise<string> {
  const picked = await pickModel(call);
  if ('problem' in picked) return picked.problem;
  return rollBack(call.workspace, {
    model: picked.model,
    by: call.author,
    request: `comment-${call.commentId}`,
    ...(call.on === 'pull-request' && { pullRequest: call.number }),
  });
}
