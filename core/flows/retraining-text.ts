/** What stands in a retraining's pull request, put together from what is stored. */

import { parseDataLock } from '../config/load.ts';
import type { Retraining } from '../ports/store.ts';
import { type LockChange, type RetrainingReport, renderRetraining } from '../report/retraining.ts';
import { readDataLock, readModel } from './policy.ts';
import type { Workspace } from './workspace.ts';

/** Windows that are looked through for what asked. */
const RECENT = 50;

export async function describeRetraining(workspace: Workspace, retraining: Retraining): Promise<string> {
  const { source } = workspace;
  const { base, model } = retraining;
  return renderRetraining({
    retraining,
    policy: (await readModel(source, base, model))?.monitor?.retrain,
    evidence: await evidenceOf(workspace, retraining),
    locks: await lockChanges(workspace, retraining),
  });
}

async function evidenceOf(
  { store }: Workspace,
  { repository, model, because }: Retraining,
): Promise<RetrainingReport['evidence']> {
  const windows = await store.monitors.of(repository, model, RECENT);
  return because.flatMap((kind) => {
    for (const window of windows) {
      const checks = window.result.checks.filter(
        (check) => check.kind === kind && check.alarm && check.verdict === 'fail',
      );
      if (checks.length > 0) return [{ window, checks }];
    }
    return [];
  });
}

async function lockChanges(
  { source }: Workspace,
  { base, locks }: Retraining,
): Promise<readonly LockChange[]> {
  const changes: LockChange[] = [];
  for (const [path, text] of Object.entries(locks)) {
    changes.push({
      path,
      before: await readDataLock(source, base, path),
      after: parseDataLock({ path, text }),
    });
  }
  return changes;
}
