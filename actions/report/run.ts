/** Reporting as a command. Verdicts are shown, not enforced: `mergeway gate` ends with them. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { type Judged, judgeFiles } from '#actions/evidence.ts';
import { writeFileWhole } from '#actions/files.ts';
import { gitHead } from '#adapters/git/head.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import type { Json } from '#core/json.ts';
import { renderReports } from '#core/report/markdown.ts';
import { buildReport, type Report, reportJson } from '#core/report/report.ts';
import { tally } from '#core/report/words.ts';
import type { ReportOptions } from './command.ts';
import { postReport } from './post.ts';

/** Runs `mergeway report`. */
export async function run(options: ReportOptions, io: Io): Promise<Outcome> {
  const report = reportOf(await judgeFiles(options, io), await headOf(options, io));
  const markdown = renderReports([report]);
  if (options.out) await writeFileWhole(resolve(io.cwd, options.out), markdown);
  const url = options.post ? await postReport(markdown, options.pullRequest, io) : undefined;
  return {
    exit: 0,
    json: { ...reportJson(report), ...(url !== undefined && { url }) } as unknown as Json,
    text: options.out ? `${report.model}: ${tally(report.results)}; written to ${options.out}` : markdown,
    outputs: { verdict: report.status, ...(url !== undefined && { url }) },
    summary: markdown,
  };
}

function reportOf({ results, evaluation, training, policy }: Judged, head: string): Report {
  return buildReport({
    results,
    evaluation,
    ...(training && { training }),
    context: { head, policyFrom: policy.from, promotion: policy.config.promotion.evidence },
  });
}

/** The commit that the report speaks of. */
async function headOf({ head }: ReportOptions, { cwd }: Io): Promise<string> {
  const commit = head === undefined ? undefined : await gitSourceTree(cwd).resolve(head);
  return commit ?? (await gitHead(cwd)).commit;
}
