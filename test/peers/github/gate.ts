// Whether a pull request may be merged: open, free of conflicts, and every check that its base branch requires is green.

import { mergedTree } from './merge.ts';
import type { CheckRun, Issue, Pull, Repository } from './model.ts';

/** Conclusions that satisfy a required check. */
const GREEN = new Set(['success', 'neutral', 'skipped']);

export interface MergeState {
  readonly mergeable: boolean;
  /** GitHub's `mergeable_state`. */
  readonly name: 'clean' | 'dirty' | 'blocked' | 'unstable' | 'draft' | 'unknown';
  /** Required checks that are missing, running or red, with GitHub's sentence for each. */
  readonly blockedBy: readonly string[];
}

/** The newest check run of each name and App on a commit. */
export function latestChecks(repository: Repository, sha: string): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const check of repository.checkRuns.values())
    if (check.headSha === sha) latest.set(`${check.app.id} ${check.name}`, check);
  return [...latest.values()];
}

/** GitHub's sentence for each required check that isn't green. */
export function blockers(repository: Repository, branch: string, sha: string): string[] {
  const checks = latestChecks(repository, sha);
  const sentences: string[] = [];
  for (const name of repository.protections.get(branch) ?? []) {
    const named = checks.filter((check) => check.name === name);
    if (named.length === 0) sentences.push(`Required status check "${name}" is expected.`);
    else if (named.some(({ status }) => status !== 'completed'))
      sentences.push(`Required status check "${name}" is in progress.`);
    else if (named.some(({ conclusion }) => !GREEN.has(conclusion ?? '')))
      sentences.push(`Required status check "${name}" is failing.`);
  }
  return sentences;
}

export async function mergeStateOf(repository: Repository, issue: Issue, pull: Pull): Promise<MergeState> {
  if (issue.state === 'closed') return { mergeable: false, name: 'unknown', blockedBy: [] };

  const blockedBy = blockers(repository, pull.baseRef, pull.headSha);
  const tree = await mergedTree(repository.path, pull.baseSha, pull.headSha);
  if (!tree) return { mergeable: false, name: 'dirty', blockedBy };
  if (pull.draft) return { mergeable: true, name: 'draft', blockedBy };
  if (blockedBy.length > 0) return { mergeable: true, name: 'blocked', blockedBy };

  const red = latestChecks(repository, pull.headSha).some((check) => !GREEN.has(check.conclusion ?? ''));
  return { mergeable: true, name: red ? 'unstable' : 'clean', blockedBy };
}
