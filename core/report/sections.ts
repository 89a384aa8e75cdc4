/** What stands in every report of a model, however short it must be: verdict, answer, glance, a table per gate, and the footer. */

import { shortDigest } from '../digest.ts';
import { type EvaluationPredicate, judgedRows } from '../evidence/evaluation.ts';
import { number } from '../gates/number.ts';
import type { GateResult } from '../gates/result.ts';
import type { VerdictStatus } from '../verdict.ts';
import { biasNotes } from './bias-notes.ts';
import { escapeMarkdown } from './escape.ts';
import { glance } from './glance.ts';
import { mayPromote, type PolicyOrigin, type Report } from './report.ts';
import { seedsLine } from './seeds.ts';
import { dataTable, gateTable, metricsTable } from './tables.ts';
import { SYMBOL, tally } from './words.ts';

export const HEADLINE: Readonly<Record<VerdictStatus, string>> = {
  pass: 'passed every gate',
  fail: 'failed a gate',
  inconclusive: 'could not be judged in full',
  skipped: 'had nothing to be judged by',
};

/** From the verdict to the last gate. */
export function headOf(report: Report, heading: '##' | '###'): string {
  const { evaluation, results, status } = report;
  const title = heading === '##' ? `Mergeway: ${escapeMarkdown(report.model)}` : escapeMarkdown(report.model);
  return [
    `${heading} ${SYMBOL[status]} ${title} ${HEADLINE[status]}`,
    answer(report),
    ...warnings(report),
    openQuestions(results),
    glance(report),
    metricsTable(evaluation, results),
    seedsLine(evaluation, results),
    gateTable(results, 'bias'),
    biasNotes(evaluation, results),
    gateTable(results, 'latency', 'throughput', 'size', 'memory', 'load-time'),
    dataTable(results),
    gateTable(results, 'skew'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const ADVICE: Readonly<Record<VerdictStatus, string>> = {
  pass: 'The gates allow merging.',
  fail: 'The gates are against merging.',
  inconclusive: 'The gates could not tell, so they do not allow merging yet.',
  skipped: 'No gate judged this.',
};

/** The answer in two lines: what was compared and how it went, then the sentence that decided. */
function answer({ evaluation, results, status }: Report): string {
  const { champion } = evaluation;
  const { now, name } = judgedRows(evaluation);
  const rows = `${now.toLocaleString('en-US')} ${name}`;
  const against = champion
    ? `against champion ${escapeMarkdown(champion.version)} on the same ${rows}`
    : `on ${rows}; it is the first version, there is no champion`;
  const decisive = results.filter(({ verdict }) => verdict.status === status);
  const compared = decisive.find(({ name }) => name.endsWith('versus champion')) ?? decisive[0];
  const shown =
    status === 'fail' || status === 'inconclusive' ? decisive.slice(0, 2) : compared ? [compared] : [];
  const second = shown.map(({ verdict }) => escapeMarkdown(verdict.reason, 500)).join('; ');
  return [
    `${ADVICE[status]} Candidate \`${shortDigest(evaluation.candidate)}\` ${against}: ${tally(results)}.`,
    second ? `**${second}.**` : 'No gate is configured.',
    ...thresholdText(evaluation),
  ].join('\n\n');
}

/** Where each model chose its own. */
function thresholdText({
  threshold,
  champion,
  chosenThreshold: chosen,
}: EvaluationPredicate): readonly string[] {
  if (!chosen || threshold === undefined) return [];
  const theirs = champion && chosen.champion !== null ? `, the champion ${number(chosen.champion)}` : '';
  return [
    `Threshold ${number(threshold)}${theirs}: where ${escapeMarkdown(chosen.maximize, 60)} is highest on ${chosen.choosing.toLocaleString('en-US')} other holdout rows.`,
  ];
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

const POLICY_PLACE: Readonly<Record<PolicyOrigin, string>> = {
  base: 'base branch',
  head: "pull request's head",
  'working-tree': 'working tree',
};

/** What was compared, by whose policy, and where to look further. */
export function footerOf({ evaluation, context }: Report): string {
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

/** A Markdown link, or nothing where the address is no plain web address. */
export function link({ text, url }: { readonly text: string; readonly url: string }): readonly string[] {
  return /^https?:\/\/[^\s()<>"'\\]+$/.test(url) ? [`[${escapeMarkdown(text)}](${url})`] : [];
}
