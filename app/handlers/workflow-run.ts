/** A workflow run ended: training's or evaluation's. Which it is, and whether it counts, the API tells, not the payload. */

import { z } from 'zod';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { EVALUATE_WORKFLOW, TRAIN_WORKFLOW, workflowPath } from '#core/flows/workspace.ts';
import { handler } from './handler.ts';

export const workflowRunCompleted = handler({
  event: 'workflow_run',
  actions: ['completed'],
  payload: z.object({
    action: z.literal('completed'),
    workflow_run: z.object({ id: z.number().int(), path: z.string().max(500) }),
  }),
  async handle({ workflow_run: { id, path } }, workspace) {
    if (workflowPath(path) === TRAIN_WORKFLOW) await collectTraining(workspace, id);
    if (workflowPath(path) === EVALUATE_WORKFLOW) await collectEvaluation(workspace, id);
  },
});
