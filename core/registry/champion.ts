/** Who holds `production`, when it can be compared with. */

import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { ModelState } from '../ports/model-registry.ts';

export interface Champion {
  readonly digest: Digest;
  readonly version: string;
}

/**
 * The version in production with its digest; undefined before the first one. MW_VERSION_UNPROVEN when another tool put a version
 * there without saying which bytes it is: that is no "first version", whose gates against the champion would be skipped.
 */
export function provenChampion({ model, stages }: ModelState): Champion | undefined {
  const holder = stages.production;
  if (!holder) return undefined;
  if (holder.digest) return { digest: holder.digest, version: holder.version };

  throw new MergewayError(
    'MW_VERSION_UNPROVEN',
    `${model} ${holder.version} holds production, but its tag carries no artifact's digest to compare with`,
  );
}
