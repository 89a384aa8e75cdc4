/** A treacherous model: passes offline, throws on destinations that the holdout never shows, and is taken back by its canary. */

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { checksOf, merge, openPullRequest } from '../pull-request.ts';
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
    if (outcome === 'rolled back') await revert(stage, number);
    return outcome;
  },
};

/** A rollback takes back bytes, not code. The author does the rest: production serves these inputs, so nothing is trained or rolled out. */
async function revert(stage: Stage, number: number): Promise<void> {
  const files = join(stage.folder, 'reverted');
  await cp(join(CHECKOUT, 'templates/quickstart/repository/src'), join(files, 'src'), { recursive: true });
  const change = {
    title: 'Revert “Refuse misspelt airports instead of scoring them silently”',
    body: `Reverts #${number}: it throws on airports that are new.`,
    branch: 'revert-refuse-unknown-names',
  };
  await stage.story.step('revert', async () => {
    const pull = await openPullRequest(stage, change, files);
    const checks = await checksOf(stage, pull.number);
    const { message } = await merge(stage, pull.number);
    return `pull request #${pull.number}, mergeway ${checks.get('mergeway')}: production serves this already. ${message}`;
  });
}
