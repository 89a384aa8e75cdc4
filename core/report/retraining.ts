/** A retraining's pull request: why it is there, what it changes, and what will happen to it. */

import { type DataLock, lockDigest } from '../config/lock.ts';
import type { Retrain } from '../config/monitor.ts';
import { shortDigest } from '../digest.ts';
import type { MonitorCheck } from '../evidence/monitor.ts';
import { instantText, intervalText } from '../intervals/instant.ts';
import { counted } from '../plural.ts';
import type { MonitorWindow, Retraining } from '../ports/store.ts';
import { escapeMarkdown } from './escape.ts';

/** Failing checks that are listed. */
const MOST_CHECKS = 10;

export interface LockChange {
  readonly path: string;
  readonly before: DataLock | undefined;
  readonly after: DataLock;
}

export interface RetrainingReport {
  readonly retraining: Retraining;
  /** Of the default branch; undefined when it has none by now. */
  readonly policy: Retrain | undefined;
  /** The newest window of each kind that asked, with what failed there. */
  readonly evidence: readonly { readonly window: MonitorWindow; readonly checks: readonly MonitorCheck[] }[];
  readonly locks: readonly LockChange[];
}

export function retrainingTitle({ model, from }: Pick<Retraining, 'model' | 'from'>): string {
  return `Retrain ${model} on data to ${instantText(from)}`;
}

export function renderRetraining(report: RetrainingReport): string {
  const { retraining, policy } = report;
  return [
    `<!-- mergeway:retraining ${retraining.id} -->`,
    why(report),
    `**What changes.** The data locks, and nothing else: training rows end at ${instantText(retraining.from)}, the holdout is ${intervalText(retraining)}.`,
    lockTable(report.locks),
    `**What happens.** The training workflow trains on this branch. The candidate is compared with the version in production on the new holdout, which counts because this commit is Mergeway's own: a commit of anybody else on this branch is not judged on it, and never merged by Mergeway. ${ending(policy)}`,
  ].join('\n\n');
}

function why({ retraining, evidence }: RetrainingReport): string {
  const { because } = retraining;
  if (evidence.length === 0) return `**Why.** ${because.map(reason).join(' ')}`;
  const lines = evidence.flatMap(({ window, checks }) => [
    `- ${escapeMarkdown(window.result.version)} in the window ${intervalText(window)}, ${counted(window.result.rows, 'prediction')}:`,
    ...checks.slice(0, MOST_CHECKS).map((check) => `  - ${escapeMarkdown(check.reason, 500)}`),
    ...(checks.length > MOST_CHECKS ? [`  - …and ${checks.length - MOST_CHECKS} more`] : []),
  ]);
  return [`**Why.** ${because.map(reason).join(' ')}`, '', ...lines].join('\n');
}

function reason(because: string): string {
  if (because === 'interval') return 'A data interval is complete.';
  const [, person] = /^@(.+)$/.exec(because) ?? [];
  return person === undefined
    ? `There is a ${because} alarm.`
    : `\`${escapeMarkdown(person)}\` asked for it.`;
}

function lockTable(locks: readonly LockChange[]): string {
  return [
    '| lock | rows | data | SHA-256 |',
    '|:--|:--|:--|:--|',
    ...locks.map(({ path, before, after }) => {
      const cells = [
        code(path),
        change(before?.rows?.toLocaleString('en-US'), after.rows?.toLocaleString('en-US')),
        change(interval(before), interval(after)),
        change(before && shortDigest(lockDigest(before)), shortDigest(lockDigest(after))),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

function interval(lock: DataLock | undefined): string | undefined {
  return lock?.interval && `${code(lock.interval.from)} to ${code(lock.interval.to)}`;
}

/** A text of a file, as it stands there. */
function code(text: string): string {
  return `\`${text.replace(/[`|\r\n]/g, ' ').slice(0, 100)}\``;
}

function change(before = '', after = ''): string {
  return before === after || before === '' ? after : `${before} → ${after}`;
}

function ending(policy: Retrain | undefined): string {
  if (!policy?.['auto-merge']) return 'People review and merge it; if a gate fails, Mergeway closes it.';
  const { approvals } = policy;
  const consent =
    approvals === 0
      ? ''
      : ` and ${counted(approvals, 'approval')} of this commit ${approvals === 1 ? 'is' : 'are'} there`;
  return `When every gate has passed${consent}, Mergeway merges it, and its rollout begins; if a gate fails, Mergeway closes it.`;
}
