/**
 * The reports of a pull request as Markdown: verdict in the first line, the answer in two, then tables; what is long is folded. The
 * comment, the job summary and the dashboard show this text. GitHub takes 65,536 characters of it: folded parts that find no room are
 * shortened or left to the check run, and both places say so.
 */

import { overall } from '../verdict.ts';
import { type Detail, fold } from './detail.ts';
import { detailsOf } from './details.ts';
import { commentJson, escapeMarkdown } from './escape.ts';
import { type Report, reportDigest } from './report.ts';
import { footerOf, HEADLINE, headOf, link } from './sections.ts';
import { SYMBOL } from './words.ts';

/** Our one comment on a pull request carries this. */
export const REPORT_MARKER = '<!-- mergeway:report -->';

/** GitHub's limit for comments, in characters. */
const MOST_CHARACTERS = 65_536;

/** A check run's text takes one character less. */
const MOST_IN_CHECK = 65_535;

/** Kept free for the sentence that says where the rest is, and for line ends. */
const ROOM_FOR_NOTE = 700;

export interface RenderOptions {
  /** Characters that there is room for. */
  readonly most?: number;
  /** Where the rest stands, when there is one. */
  readonly rest?: { readonly text: string; readonly url: string };
}

/** All reports of a pull request as one text of at most `most` characters, REPORT_MARKER included. */
export function renderReports(
  reports: readonly Report[],
  { most = MOST_CHARACTERS, rest }: RenderOptions = {},
): string {
  const plan = planOf(reports, most);
  const bodies = plan.map(({ head, placed, footer }) => {
    const folds = placed.flatMap(({ detail, body }) => (body === undefined ? [] : [fold(detail, body)]));
    return [head, ...folds, footer].join('\n\n');
  });
  const parts = [...(reports.length === 1 ? [] : [headline(reports)]), ...bodies, ...restNote(plan, rest)];
  const text = `${REPORT_MARKER}\n${reports.map(marker).join('\n')}\n${parts.join('\n\n')}\n`;
  return text.length <= most ? text : cut(text, most);
}

/** What the comment leaves out or shortens, for the check run's text; '' when it holds everything. */
export function renderRest(reports: readonly Report[], most = MOST_IN_CHECK): string {
  let text = '';
  for (const { report, placed } of planOf(reports, MOST_CHARACTERS)) {
    const missing = placed.filter(({ isWhole }) => !isWhole);
    if (missing.length > 0) text += `## ${escapeMarkdown(report.model)}\n\n`;
    for (const { detail } of missing) {
      const room = most - text.length - ROOM_FOR_NOTE;
      const body = detail.bodies.find((one) => one.length < room) ?? '*Too long for this place, too.*';
      text += `### ${detail.title}\n\n${body}\n\n`;
    }
  }
  return text.length <= most ? text.trimEnd() : cut(text, most);
}

interface Placed {
  readonly detail: Detail;
  /** Absent: not even the shortest has room. */
  readonly body: string | undefined;
  readonly isWhole: boolean;
}

interface Plan {
  readonly report: Report;
  readonly head: string;
  readonly footer: string;
  readonly placed: readonly Placed[];
}

/** Gives room to the details by rank: every model's first before any model's second. */
function planOf(reports: readonly Report[], most: number): readonly Plan[] {
  const all = reports.map((report) => ({
    report,
    head: headOf(report, headingOf(reports)),
    details: detailsOnce(report),
    footer: footerOf(report),
    placed: [] as Placed[],
  }));
  let room = most - ROOM_FOR_NOTE - headline(reports).length;
  for (const { report, head, footer } of all)
    room -= head.length + footer.length + marker(report).length + 10;
  const ranks = Math.max(0, ...all.map(({ details }) => details.length));
  for (let rank = 0; rank < ranks; rank++) {
    for (const { details, placed } of all) {
      const detail = details[rank];
      if (!detail) continue;
      const body = detail.bodies.find((one) => fold(detail, one).length + 2 <= room);
      if (body !== undefined) room -= fold(detail, body).length + 2;
      placed.push({ detail, body, isWhole: body === detail.bodies[0] });
    }
  }
  return all;
}

const known = new WeakMap<Report, readonly Detail[]>();

/** Comment, check and page show the same details, and those of many latencies take seconds to make. */
function detailsOnce(report: Report): readonly Detail[] {
  const details = known.get(report) ?? detailsOf(report);
  known.set(report, details);
  return details;
}

function headingOf(reports: readonly Report[]): '##' | '###' {
  return reports.length === 1 ? '##' : '###';
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

/** Which parts are shorter here than they are, or not here at all, and where they stand. */
function restNote(plan: readonly Plan[], rest: RenderOptions['rest']): readonly string[] {
  const missing = plan.flatMap(({ placed }) => placed.filter(({ isWhole }) => !isWhole));
  if (missing.length === 0) return [];
  const names = [...new Set(missing.map(({ detail }) => detail.title.split(':')[0] ?? ''))].join(', ');
  const [place = 'the evidence'] = rest ? link(rest) : [];
  return [`*Shortened to what GitHub takes: the whole of ${names} is in ${place}.*`];
}

function cut(text: string, most: number): string {
  const note = '\n\n*Cut here: the whole report is in the evidence.*\n';
  return `${text.slice(0, most - note.length).replace(/\n[^\n]*$/, '')}${note}`;
}
