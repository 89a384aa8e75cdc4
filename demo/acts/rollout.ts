/** Merging a judged pull request and watching its canary to the end. */

import { commentMatching, deploymentEnd, merge } from '../pull-request.ts';
import type { Stage, Tally } from '../stage.ts';
import type { Outcome } from './act.ts';

/** Merges; `promoted` or `rolled back` by the deployment's end. `meanwhile` begins when the merge is done. */
export async function mergeAndRollOut(
  stage: Stage,
  number: number,
  meanwhile: () => Promise<void> = async () => {},
): Promise<Outcome> {
  let merged = false;
  await stage.story.step('merge', async () => {
    const answer = await merge(stage, number);
    merged = answer.merged;
    return answer.message;
  });
  if (!merged) return 'refused';
  await meanwhile();
  return watchRollout(stage, number);
}

/** Waits for the end of the merged pull request's rollout. */
export async function watchRollout(stage: Stage, number: number): Promise<Outcome> {
  let outcome: Outcome = '';
  stage.setTraffic('full');
  await stage.story.step('canary', async () => {
    const state = await deploymentEnd(stage, number);
    outcome = state === 'success' ? 'promoted' : 'rolled back';
    return commentMatching(stage, number, state === 'success' ? /production/i : /rolled back/i);
  });
  await stage.story.step('traffic', async () => trafficLine(await stage.nextTally()));
  stage.setTraffic('quiet');
  return outcome;
}

function trafficLine({ sent, failed, byVersion }: Tally): string {
  const answered = Object.values(byVersion).reduce((sum, count) => sum + count, 0);
  const shares = Object.entries(byVersion).map(
    ([version, count]) => `${version} ${Math.round((100 * count) / Math.max(1, answered))} %`,
  );
  return `${2 * sent} requests/s, ${failed} failed, ${shares.join(', ')}`;
}
