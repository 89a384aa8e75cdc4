/** A treacherous model: passes offline, throws on destinations that the holdout never shows, and is taken back by its canary. */

import type { Act } from './act.ts';
import { judgeChange } from './line.ts';
import { mergeAndRollOut } from './rollout.ts';

export const treacherous: Act = {
  name: 'a treacherous model is rolled back',
  expected: 'rolled back',
  async play(stage) {
    const { number } = await judgeChange(stage, 'treacherous');
    return mergeAndRollOut(stage, number);
  },
};
