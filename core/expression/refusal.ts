/** How an expression is refused: by the place of the character and what was found there. */

import { MergewayError } from '../errors.ts';

/** MW_EXPRESSION_INVALID at a place, counted from 0 here and from 1 for people. */
export function refusal(at: number, problem: string): MergewayError {
  return new MergewayError('MW_EXPRESSION_INVALID', `character ${at + 1}: ${problem}`);
}
