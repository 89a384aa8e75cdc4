/** The number of a pull request as people write it. */

import { MergewayError } from '#core/errors.ts';

/** MW_USAGE for anything but a positive whole number. */
export function pullRequestNumber(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new MergewayError('MW_USAGE', `--pull-request takes a number, got ${JSON.stringify(text)}`);
}
