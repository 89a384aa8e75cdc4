/** Before the acts: the first version of the model. It has no champion to be compared with and goes straight to production. */

import { join } from 'node:path';
import { deploymentEnd, merge } from '../pull-request.ts';
import { CHECKOUT, type Stage } from '../stage.ts';
import { judge } from './line.ts';

const FIRST = {
  title: 'A first model: a linear one',
  body: 'Predicts whether a flight arrives more than 30 minutes late from what is known before departure.',
  branch: 'first-model',
};

/** Trains, judges and merges the quickstart's model, and starts traffic on it. */
export async function playFirst(stage: Stage): Promise<void> {
  const { number } = await judge(stage, FIRST, join(CHECKOUT, 'templates/quickstart/repository'));
  await stage.story.step('merge', async () => {
    const { merged, message } = await merge(stage, number);
    if (!merged) throw new Error(`the first model was not merged: ${message}`);
    return message;
  });
  await stage.story.step('production', async () => `deployment ${await deploymentEnd(stage, number)}`);
  await stage.story.step('traffic', async () => {
    await stage.startTraffic();
    return 'the second half of May, in a loop, without a key';
  });
}
