/** Reporting as a command. Verdicts are shown, not enforced: `mergeway gate` ends with them. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { type EvidenceFiles, type Judged, judgeFiles } from '#actions/evidence.ts';
import { writeFileWhole } from '#actions/files.ts';
import { repositoryTags } from '#actions/tags.ts';
import { gitHead } from '#adapters/git/head.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import type { InputChange } from '#core/candidate/input-changes.ts';
import { MergewayError } from '#core/errors.ts';
import { changesSince } from '#core/flows/input-changes.ts';
import type { Json } from '#core/json.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { renderReports } from '#core/report/markdown.ts';
import { buildReport, type Report, reportJson } from '#core/report/report.ts';
import { tally } from '#core/report/words.ts';
import { cmlComment, postCml, readComment } from './cml.ts';
import type { CmlComment } from './cml-arguments.ts';
import type { ReportOptions } from './command.ts';
import { reportFiles } from './formats.ts';
import { postReport } from './post.ts';

/** A job summary of more than 1 MiB is lost as a whole; a character has at most three bytes here. */
const MOST_IN_SUMMARY = 300_000;

/** Runs `mergeway report`. */
export async function run(options: ReportOptions, io: Io): Promise<Outcome> {
  const { evidence } = options;
  const comment = options.cml && cmlComment(options.cml, io, evidence !== undefined);
  if (evidence !== undefined) return runReport({ ...options, evidence }, comment, io);
  if (comment?.file === undefined) {
    throw new MergewayError('MW_USAGE', '`mergeway report` needs --evidence <file>');
  }
  const url = await postCml(comment, await readComment(comment.file, io), io);
  return { exit: 0, json: { url: url ?? null }, text: url ?? '', outputs: url === undefined ? {} : { url } };
}

type GivenEvidence = ReportOptions & EvidenceFiles;

async function runReport(options: GivenEvidence, comment: CmlComment | undefined, io: Io): Promise<Outcome> {
  const report = await reportOf(options, io);
  const whole = renderReports([report], { most: MOST_IN_SUMMARY });
  if (options.out) await writeFileWhole(resolve(io.cwd, options.out), whole);
  for (const [path, content] of Object.entries(await reportFiles(report, options, io))) {
    await writeFileWhole(resolve(io.cwd, path), content);
  }
  const url = await post(report, { ...options, comment }, io);
  const posted = url === undefined ? {} : { url };
  return {
    exit: 0,
    json: { ...reportJson(report), ...posted } as unknown as Json,
    text: options.out ? `${report.model}: ${tally(report.results)}; written to ${options.out}` : whole,
    outputs: { verdict: report.status, ...posted },
    summary: whole,
  };
}

/** As CML's comment or as ours, where one of them is asked for. */
async function post(
  report: Report,
  { comment, post: isWanted, pullRequest }: ReportOptions & { readonly comment: CmlComment | undefined },
  io: Io,
): Promise<string | undefined> {
  const markdown = renderReports([report], restOf(io));
  if (comment) {
    return postCml(comment, comment.file === undefined ? markdown : await readComment(comment.file, io), io);
  }
  return isWanted ? postReport(markdown, pullRequest, io) : undefined;
}

/** The run's summary holds what a comment has no room for. */
function restOf({ env }: Io) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  if (!server || !repository || !id) return {};
  return { rest: { text: 'the summary of the run', url: `${server}/${repository}/actions/runs/${id}` } };
}

async function reportOf(options: GivenEvidence, io: Io): Promise<Report> {
  const { results, evaluation, training, policy }: Judged = await judgeFiles(options, io);
  const head = await headOf(options, io);
  const changes = await changesOf(
    { model: evaluation.model, head, version: evaluation.champion?.version },
    io,
  );
  return buildReport({
    results,
    evaluation,
    ...(training && { training }),
    context: {
      head,
      policyFrom: policy.from,
      promotion: policy.config.promotion.evidence,
      ...(changes && { changes }),
    },
  });
}

/** Against the version that the evidence names, where this clone has its tag and its commit. */
async function changesOf(
  {
    model,
    head,
    version,
  }: { readonly model: string; readonly head: string; readonly version: string | undefined },
  io: Io,
): Promise<readonly InputChange[] | undefined> {
  const tags = version === undefined ? undefined : await repositoryTags(io);
  if (!tags || version === undefined) return undefined;
  const ports = { source: gitSourceTree(io.cwd), registry: gtoRegistry(tags) };
  return changesSince(ports, { model, head, version });
}

/** The commit that the report speaks of. */
async function headOf({ head }: ReportOptions, { cwd }: Io): Promise<string> {
  const commit = head === undefined ? undefined : await gitSourceTree(cwd).resolve(head);
  return commit ?? (await gitHead(cwd)).commit;
}
