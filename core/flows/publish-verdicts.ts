/**
 * What is known of a head, shown: one comment with every report, a check per gate, and the check `mergeway` over all.
 * Everything is read from the store, so showing it again shows the same.
 */

import { GATE_NAMES } from '../gates/result.ts';
import type { PullRequest } from '../ports/forge.ts';
import type { Candidate, Evaluation } from '../ports/store.ts';
import { renderCheck } from '../report/check.ts';
import { escapeMarkdown } from '../report/escape.ts';
import { REPORT_MARKER, renderReports, renderRest } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import { AGGREGATE_CHECK, noteProgress, noteRefusal } from './checks.ts';
import { changesSince } from './input-changes.ts';
import { storedReport } from './stored-report.ts';
import type { Workspace } from './workspace.ts';

interface Subject {
  readonly candidate: Candidate;
  /** The newest that counts; undefined before the first. */
  readonly evaluation: Evaluation | undefined;
}

export async function publishVerdicts(workspace: Workspace, pullRequest: PullRequest): Promise<void> {
  const subjects = await subjectsOf(workspace, pullRequest);
  const reports: Report[] = [];
  for (const subject of subjects) {
    const report = await reportOf(workspace, subject);
    if (report) reports.push(report);
  }

  // Checks first: the comment links to what it has no room for, and a locked conversation takes no verdict away.
  if (reports.length > 0) await publishGates(workspace, pullRequest, reports);
  const { url } = await publishAggregate(workspace, { pullRequest, subjects, reports });
  if (reports.length === 0) return;
  const text = renderReports(reports, { rest: { text: `the check \`${AGGREGATE_CHECK}\``, url } });
  await workspace.forge.upsertComment(pullRequest.number, REPORT_MARKER, text);
}

async function subjectsOf({ store, forge }: Workspace, { head }: PullRequest): Promise<readonly Subject[]> {
  const [candidates, evaluations] = await Promise.all([
    store.candidates.of(forge.repository, head.sha),
    store.evaluations.of(forge.repository, head.sha),
  ]);
  return candidates.map((candidate) => ({
    candidate,
    evaluation: evaluations.find(({ model, state }) => model === candidate.model && state !== 'superseded'),
  }));
}

async function reportOf(
  workspace: Workspace,
  { candidate, evaluation }: Subject,
): Promise<Report | undefined> {
  const report = evaluation && (await storedReport(workspace.artifacts, { candidate, evaluation }));
  if (!report) return undefined;
  const { champion } = report.evaluation;
  const { model, headSha: head } = candidate;
  const changes = champion && (await changesSince(workspace, { model, head, version: champion.version }));
  const context = { ...report.context, ...(changes && { changes }), links: linksOf(workspace) };
  return { ...report, context };
}

/** Reports link over https only. */
function linksOf({ publicUrl }: Workspace): readonly { readonly text: string; readonly url: string }[] {
  return publicUrl?.startsWith('https://') ? [{ text: 'Dashboard', url: publicUrl }] : [];
}

async function publishGates(
  { forge }: Workspace,
  { head }: PullRequest,
  reports: readonly Report[],
): Promise<void> {
  for (const gate of GATE_NAMES) {
    const results = reports.flatMap((report) => report.results.filter((result) => result.gate === gate));
    await forge.upsertCheck({
      name: `${AGGREGATE_CHECK} / ${gate}`,
      headSha: head.sha,
      status: 'completed',
      ...renderCheck(results, { required: false }),
    });
  }
}

/** Green only when every affected model was judged and none failed or stayed open. */
async function publishAggregate(
  { forge }: Workspace,
  {
    pullRequest,
    subjects,
    reports,
  }: {
    readonly pullRequest: PullRequest;
    readonly subjects: readonly Subject[];
    readonly reports: readonly Report[];
  },
): Promise<{ readonly url: string }> {
  const { sha } = pullRequest.head;
  const rest = renderRest(reports);
  const text = rest === '' ? {} : { text: rest };
  const failed = subjects.filter(({ evaluation }) => evaluation?.state === 'failed');
  if (failed.length > 0) {
    return noteRefusal(forge, sha, {
      title: 'The evaluation did not succeed',
      summary: failed.map(failureLine).join('\n'),
      ...text,
    });
  }
  if (reports.length < subjects.length) {
    return noteProgress(forge, sha, {
      title: `Evaluating: ${reports.length} of ${subjects.length} done`,
      summary:
        'Each candidate is compared with the version in production, on the same rows. The verdict follows.',
      ...text,
    });
  }
  return await forge.upsertCheck({
    name: AGGREGATE_CHECK,
    headSha: sha,
    status: 'completed',
    ...renderCheck(reports.flatMap(({ results }) => results)),
    ...text,
  });
}

function failureLine({ candidate, evaluation }: Subject): string {
  return `- \`${candidate.model}\`: ${escapeMarkdown(evaluation?.outcome?.reason ?? '', 2000)}`;
}
