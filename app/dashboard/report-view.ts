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
    html: ({ raw }: Tokens.HTML | Tokens.Tag) => ownTags(raw),
    image: ({ text }: Tokens.Image) => html`${text}`.text,
    link({ href, tokens }: Tokens.Link) {
      const text = new Markup(this.parser.parseInline(tokens));
      return (/^https?:\/\//.test(href) ? html`<a href="${href}">${text}</a>` : text).text;
    },
  },
});

/** Tags and comments that the report writes itself; every other one becomes text. */
const OWN = /(<\/?(?:details|summary|sub)>|<details open>|<br>|<!-- mergeway:report[^>]*-->)/;

function ownTags(raw: string): string {
  const parts = raw.split(OWN).map((part, index) => (index % 2 === 1 ? part : html`${part}`.text));
  return parts.join('');
}

/** Whatever came from a pull request is escaped in the Markdown already (core/report/escape.ts); what should slip through stays text. */
export function reportSection(report: Report): Markup {
  const text = renderReports([report], { most: MOST_CHARACTERS });
  return html`<section class="report">${reportMarkup(text)}</section>`;
}

/** A report's Markdown as markup: of tags only those that reports have, no images, links to web pages alone. */
export function reportMarkup(markdown: string): Markup {
  return new Markup(marked.parse(markdown) as string);
}
