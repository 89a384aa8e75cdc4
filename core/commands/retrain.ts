/** `/mergeway retrain [model]`: opens a retraining pull request now, whatever cool-down, budget and earlier failures say. */

import { requestRetraining } from '../flows/request-retraining.ts';
import type { Command, CommandCall } from './command.ts';
import { pickModel } from './pick-model.ts';

export const retrain: Command = {
  name: 'retrain',
  usage: '[model]',
  summary: 'opens a retraining pull request on the newest complete data interval, also after failures',
  run,
};

async function run(call: CommandCall): Promise<string> {
  const picked = await pickModel(call);
  if ('problem' in picked) return picked.problem;
  return requestRetraining(call.workspace, {
    model: picked.model,
    by: call.author,
    request: `comment-${call.commentId}`,
  });
}
