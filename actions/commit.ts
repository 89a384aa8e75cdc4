/** References that people and workflows write, as commits of the clone. */

import { MergewayError } from '#core/errors.ts';
import type { SourceTree } from '#core/ports/source-tree.ts';

/** The commit id that `ref` names. MW_COMMIT_NOT_FOUND. */
export async function commitOf(source: SourceTree, ref: string): Promise<string> {
  const commit = await source.resolve(ref);
  if (commit) return commit;
  throw new MergewayError('MW_COMMIT_NOT_FOUND', `the clone has no commit ${ref}`);
}
