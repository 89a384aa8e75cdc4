/** A better model: passes its gates, takes its canary, and is promoted. */

import type { Act } from './act.ts';
import { judgeChange, openChange } from './line.ts';
import { mergeAndRollOut } from './rollout.ts';

export const better: Act = {
  name: 'a better model is promoted',
  expected: 'promoted',
  async play(stage) {
    const { number } = await judgeChange(stage, 'better');
    return mergeAndRollOut(stage, number, async () => {
      await openChange(stage, 'biased'); // work goes on: the next act's pull request trains while the canary is watched
    });
  },
};
