/** A treacherous model: passes offline, throws on destinations that the holdout never shows, and is taken back by its canary. */

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { checksOf, merge, openPullRequest, titleOf } from '../pull-request.ts';
import { CHECKOUT, type Stage } from '../stage.ts';
import type { Act } from './act.ts';
import { judgeChange } from './line.ts';
import { mergeAndRollOut } from './rollout.ts';

export const treacherous: Act = {
  name: 'a treacherous model is rolled back',
  expected: 'rolled back',
  async play(stage) {
    const { number } = await judgeChange(stage, 'treacherous');
    const outcome = await mergeAndRollOut(stage, number);
    if (outcome !== 'rolled back') return outcome;
    return (await revert(stage, number)) ? outcome : 'rolled back, and not reverted';
  },
};

/** A rollback takes back bytes, not code. The author does the rest: production serves these inputs, so nothing is trained or rolled out. */
async function revert(stage: Stage, number: number): Promise<boolean> {
  const files = join(stage.folder, 'reverted');
  await cp(join(CHECKOUT, 'templates/quickstart/repository/src'), join(files, 'src'), { recursive: true });
  const change = {
    title: 'Revert “Refuse misspelt airports instead of scoring them silently”',
    body: `Reverts #${number}: it throws on airports that are new.`,
    branch: 'revert-refuse-unknown-names',
  };
  let reverted = false;
  await stage.story.step('revert', async () => {
    const pull = await openPullRequest(stage, change, files);
    const conclusion = (await checksOf(stage, pull.number)).get('mergeway');
    const title = await titleOf(stage, pull.number);
    const { merged, message } = await merge(stage, pull.number);
    reverted = merged && conclusion === 'success' && title === 'Production serves this already';
    return `pull request #${pull.number}, mergeway ${conclusion}: “${title}”. ${message}`;
  });
  return reverted;
}
