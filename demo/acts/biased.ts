/** A biased model: the bias gate fails with numbers, and GitHub refuses the merge. */

import { merge } from '../pull-request.ts';
import type { Act } from './act.ts';
import { judgeChange, openChange } from './line.ts';

export const biased: Act = {
  name: 'a biased model is refused',
  expected: 'refused by the bias gate',
  async play(stage) {
    await openChange(stage, 'biased');
    await openChange(stage, 'treacherous'); // a colleague's, of the next act: it trains while this one is evaluated
    const { number, checks } = await judgeChange(stage, 'biased');
    let outcome = '';
    await stage.story.step('merge', async () => {
      const { merged, message } = await merge(stage, number);
      const failed = [...checks].filter(
        ([name, conclusion]) => name !== 'mergeway' && conclusion !== 'success' && conclusion !== 'skipped',
      );
      outcome = merged
        ? 'merged'
        : `refused by the ${failed.map(([name]) => name.replace('mergeway / ', '')).join(' and ')} gate`;
      return message;
    });
    return outcome;
  },
};
