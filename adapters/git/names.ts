/** Names that may stand in a git command: never an option, never a revision expression with a path. */

import { MergewayError } from '#core/errors.ts';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const REF = /^(?!-)(?!.*\.\.)[^\s:\\\p{Cc}]{1,250}$/u;
const REMOTE = /^(?!-)[A-Za-z0-9._/-]{1,200}$/;

/** Whether this is a full commit id. */
function isCommit(text: string): boolean {
  return COMMIT.test(text);
}

/** Whether git may be asked for this branch, tag, commit or expression such as `HEAD~1`. */
export function isRef(text: string): boolean {
  return REF.test(text);
}

/** The commit id itself. MW_COMMIT_NOT_FOUND when it is none. */
export function checkCommit(commit: string): string {
  if (isCommit(commit)) return commit;
  throw new MergewayError('MW_COMMIT_NOT_FOUND', `'${commit.slice(0, 100)}' is not a full commit id`);
}

/** The tag's name itself. MW_GIT_FAILED when git could take it for something else. */
export function checkTagName(name: string): string {
  if (isRef(name) && !/[~^?*[]|@\{|\/$|\.lock$/.test(name)) return name;
  throw new MergewayError('MW_GIT_FAILED', `'${name.slice(0, 100)}' can not be the name of a tag`);
}

/** The remote's name itself. MW_GIT_FAILED when it is an option or an address. */
export function checkRemote(name: string): string {
  if (REMOTE.test(name)) return name;
  throw new MergewayError('MW_GIT_FAILED', `'${name.slice(0, 100)}' is not the name of a remote`);
}
