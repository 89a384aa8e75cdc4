/**
 * The report as Markdown, for the pull request's comment and the job summary: verdict in the first line, the answer in two,
 * then tables; what is long is folded, and shortened visibly where GitHub's limit of 65,536 characters asks for it.
 */

import { shortDigest } from '../digest.ts';
import type { GateResult } from '../gates/result.ts';
import { overall, type VerdictStatus } from '../verdict.ts';
import { biasNotes } from './bias-notes.ts';
import { commentJson, escapeMarkdown } from './escape.ts';
import { mayPromote, type PolicyOrigin, type Report, reportDigest } from './report.ts';
import { skewExamplesTable, skewTable } from './skew-tables.ts';
import { allMetricsTable, gateTable, groupMetricTable, groupsTable, metricsTable } from './tables.ts';
import { timingTable } from './timing.ts';
import { SYMBOL, tally } from './words.ts';

/** Our one comment on a pull request carries this. */
export const REPORT_MARKER = '<!-- mergeway:report -->';

/** GitHub's limit for comments, in characters. */
const MOST_CHARACTERS = 65_536;

/** From everything to the least that still answers. */
const DETAILS = [
  { groups: 200, metrics: true, training: true, skew: true },
  { groups: 20, metrics: true, training: true, skew: true },
  { groups: 5, metrics: true, training: false, skew: true },
  { groups: 0, metrics: false, training: false, skew: false },
] as const;

type Detail = (typeof DETAILS)[number];

/** All reports of a pull request as one text of at most `most` characters, REPORT_MARKER included. */
export function renderReports(reports: readonly Report[], most = MOST_CHARACTERS): string {
  let text = '';
  for (const detail of DETAILS) {
    text = renderAll(reports, detail);
    if (text.length <= most) return text;
  }
  const note = '\n\n*Cut here: the whole report is in the evidence.*\n';
  return `${text.slice(0, most - note.length).replace(/\n[^\n]*$/, '')}${note}`;
}

function renderAll(reports: readonly Report[], detail: Detail): string {
  const markers = reports.map(marker).join('\n');
  const [only, ...others] = reports;
  const body =
    only && others.length === 0
      ? renderOne(only, detail, '##')
      : [headline(reports), ...reports.map((report) => renderOne(report, detail, '###'))].join('\n\n');
  return `${REPORT_MARKER}\n${markers}\n${body}\n`;
}

/** Machine-readable: which model, head and report this comment speaks of. */
function marker(report: Report): string {
  const { model, context } = report;
  return `<!-- mergeway:report ${commentJson({ model, head: context.head, digest: reportDigest(report) })} -->`;
}

function headline(reports: readonly Report[]): string {
  const status = overall(reports.map((report) => report.status));
  const names = reports
    .map((report) => `${SYMBOL[report.status]} ${escapeMarkdown(report.model)}`)
    .join(', ');
  return `## ${SYMBOL[status]} Mergeway: ${reports.length} models ${HEADLINE[status]}\n\n${names}`;
}

const HEADLINE: Readonly<Record<VerdictStatus, string>> = {
  pass: 'passed every gate',
  fail: 'failed a gate',
  inconclusive: 'could not be judged in full',
  skipped: 'had nothing to be judged by',
};

function renderOne(report: Report, detail: Detail, heading: '##' | '###'): string {
  const { evaluation, results, status } = report;
  const title = heading === '##' ? `Mergeway: ${escapeMarkdown(report.model)}` : escapeMarkdown(report.model);
  return [
    `${heading} ${SYMBOL[status]} ${title} ${HEADLINE[status]}`,
    answer(report),
    ...warnings(report),
    metricsTable(evaluation, results),
    gateTable(results, 'bias'),
    biasNotes(evaluation, results),
    gateTable(results, 'latency'),
    gateTable(results, 'throughput'),
    gateTable(results, 'size'),
    gateTable(results, 'memory'),
    gateTable(results, 'load-time'),
    gateTable(results, 'data'),
    gateTable(results, 'skew'),
    openQuestions(results),
    groupDetails(report, detail),
    skewDetails(report, detail),
    detail.metrics ? fold('All metrics', allMetricsTable(evaluation)) : '',
    detail.metrics ? timingDetails(report) : '',
    detail.training ? trainingDetails(report) : '',
    footer(report),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The answer in two lines: what was compared and how it went, then the sentence that decided. */
function answer({ evaluation, results, status }: Report): string {
  const { champion, holdout } = evaluation;
  const against = champion
    ? `against champion ${escapeMarkdown(champion.version)} on the same ${holdout.rows.toLocaleString('en-US')} holdout rows`
    : `on ${holdout.rows.toLocaleString('en-US')} holdout rows; it is the first version, there is no champion`;
  const decisive = results.filter(({ verdict }) => verdict.status === status);
  const compared = decisive.find(({ name }) => name.endsWith('versus champion')) ?? decisive[0];
  const shown =
    status === 'fail' || status === 'inconclusive' ? decisive.slice(0, 2) : compared ? [compared] : [];
  const second = shown.map(({ verdict }) => escapeMarkdown(verdict.reason, 500)).join('; ');
  return `Candidate \`${shortDigest(evaluation.candidate)}\` ${against}: ${tally(results)}.<br>\n${second ? `**${second}.**` : 'No gate is configured.'}`;
}

function warnings(report: Report): readonly string[] {
  const lines: string[] = [];
  if (report.evaluation.origin === 'advisory') {
    const consequence = mayPromote(report)
      ? 'The policy lets advisory evidence promote.'
      : 'It does not promote: the policy asks for trusted evidence.';
    lines.push(
      `> ⚠️ **Advisory evidence:** the job that measured this also ran the pull request's code. ${consequence}`,
    );
  }
  if (report.context.policyFrom === 'head') {
    lines.push(
      '> ⚠️ **New model:** the base branch has no policy for it yet, so the one in this pull request was applied. Review its gates too.',
    );
  }
  return lines;
}

function openQuestions(results: readonly GateResult[]): string {
  const lines = results.flatMap(({ name, verdict }) => {
    if (verdict.status !== 'inconclusive') return [];
    return [
      `- **${escapeMarkdown(name)}**: ${escapeMarkdown(verdict.reason, 500)}. What would settle it: ${escapeMarkdown(verdict.wouldSettle, 500)}.`,
    ];
  });
  return lines.length === 0 ? '' : `**Could not tell**\n\n${lines.join('\n')}`;
}

function groupDetails({ evaluation, results }: Report, { groups: most }: Detail): string {
  const { groups: counted, groupMetrics = [] } = evaluation;
  const size = counted.length + groupMetrics.length;
  if (size === 0) return '';
  if (most === 0) return `*Groups are left out here for length; the evidence holds ${size} tables.*`;
  const tables = [
    ...counted.map(({ by, groups }) => groupsTable(groups, by, most)),
    ...groupMetrics.map((one) => groupMetricTable(one, most)),
  ];
  const isOpen = results.some(
    ({ gate, verdict: { status } }) => gate === 'bias' && (status === 'fail' || status === 'inconclusive'),
  );
  return fold('Groups: counts and rates', tables.join('\n\n'), isOpen);
}

/** Which columns differ and why, with rows to look at. Empty where nothing differs. */
function skewDetails({ evaluation: { skew } }: Report, { skew: isShown }: Detail): string {
  if (!skew || !isShown) return '';
  const differing = skew.features.filter((feature) => feature.differing > 0);
  if (differing.length === 0) return '';
  const tables = [skewTable(differing), skewExamplesTable(skew.examples)].filter((part) => part !== '');
  return fold('Skew: served features that differ from training', tables.join('\n\n'));
}

function timingDetails({ evaluation }: Report): string {
  const timing = timingTable(evaluation);
  return timing === '' ? '' : fold('Latency: what was measured', timing);
}

function trainingDetails({ training }: Report): string {
  if (!training) return '';
  const { params, metrics, environment, seconds, command } = training;
  const pairs = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values)
      .slice(0, 50)
      .map(
        ([name, value]) =>
          `${escapeMarkdown(name, 100)} = ${escapeMarkdown(typeof value === 'number' ? String(value) : JSON.stringify(value), 100)}`,
      )
      .join(', ') || 'none';
  const lines = [
    `- command: ${escapeMarkdown(command)}`,
    `- parameters: ${pairs(params)}`,
    `- measured by the script itself: ${pairs(metrics)}`,
    `- environment: ${escapeMarkdown([environment.interpreter, environment.platform, environment.gpu].filter(Boolean).join(', '))}`,
    `- took ${Math.round(seconds).toLocaleString('en-US')} s`,
  ];
  return fold('Training, as it describes itself (advisory: no verdict rests on it)', lines.join('\n'));
}

const POLICY_PLACE: Readonly<Record<PolicyOrigin, string>> = {
  base: 'base branch',
  head: "pull request's head",
  'working-tree': 'working tree',
};

function footer({ evaluation, context }: Report): string {
  const { candidate, champion, holdout, configuration, runner, origin, mergeway, features } = evaluation;
  const parts = [
    `head \`${context.head.replace(/[^0-9a-f]/g, '').slice(0, 12)}\``,
    `candidate \`${shortDigest(candidate)}\``,
    ...(champion ? [`champion ${escapeMarkdown(champion.version)} \`${shortDigest(champion.digest)}\``] : []),
    `holdout \`${shortDigest(holdout.digest)}\``,
    ...(features?.candidate
      ? [
          `features ${escapeMarkdown(features.candidate.service, 100)} \`${shortDigest(features.candidate.digest)}\``,
        ]
      : []),
    `policy \`${shortDigest(configuration)}\` of the ${POLICY_PLACE[context.policyFrom]}`,
    ...Object.entries(context.evidence ?? {}).map(
      ([of, digest]) => `${of} evidence \`${shortDigest(digest)}\``,
    ),
    `origin: ${origin === 'advisory' ? '**advisory**' : 'evaluation'}`,
    escapeMarkdown(runner, 100),
    `Mergeway ${escapeMarkdown(mergeway, 50)}`,
    ...(context.links ?? []).flatMap(link),
  ];
  return `<sub>${parts.join(' · ')}</sub>`;
}

function link({ text, url }: { readonly text: string; readonly url: string }): readonly string[] {
  return /^https?:\/\/[^\s()<>"'\\]+$/.test(url) ? [`[${escapeMarkdown(text)}](${url})`] : [];
}

function fold(summary: string, body: string, isOpen = false): string {
  return `<details${isOpen ? ' open' : ''}><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
