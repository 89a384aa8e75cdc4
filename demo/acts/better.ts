/** A better model: passes its gates, takes its canary, and is promoted. */

import type { Act } from './act.ts';
import { judgeChange } from './line.ts';
import { mergeAndRollOut } from './rollout.ts';

export const better: Act = {
  name: 'a better model is promoted',
  expected: 'promoted',
  async play(stage) {
    const { number } = await judgeChange(stage, 'better');
    return mergeAndRollOut(stage, number);
  },
};
