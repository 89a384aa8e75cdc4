/** The report of an evaluation as a page: the same Markdown as in the pull request's comment, with its charts drawn here. */

import { Marked, type Tokens } from 'marked';
import { renderReports } from '#core/report/markdown.ts';
import type { Report } from '#core/report/report.ts';
import { chartSvg } from './chart-svg.ts';
import { html, Markup } from './html.ts';

/** No comment: GitHub's limit is not this page's. */
const MOST_CHARACTERS = 1_000_000;

const marked = new Marked({
  gfm: true,
  async: false,
  renderer: {
    code: ({ lang, text }: Tokens.Code) =>
      (lang === 'mermaid' ? chartSvg(text) : html`<pre><code>${text}</code></pre>`).text,
  },
});

/** Whatever came from a pull request is escaped in the Markdown already (core/report/escape.ts); the tags in it are ours. */
export function reportSection(report: Report): Markup {
  const text = renderReports([report], { most: MOST_CHARACTERS });
  return html`<section class="report">${new Markup(marked.parse(text) as string)}</section>`;
}
