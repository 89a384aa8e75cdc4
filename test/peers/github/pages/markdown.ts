// GitHub-flavoured Markdown to harmless HTML: GitHub's tags and attributes, no scripts, no styles, no handlers.
// Mentions and `#1` references stay plain text, so a page never calls on anybody.
import { Marked } from 'marked';
import sanitize from 'sanitize-html';
import { type Html, trusted } from './html.ts';

const marked = new Marked({ gfm: true, breaks: true, async: false });

const TAGS =
  'a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p picture pre q rp rt ruby s samp small source span strong sub summary sup table tbody td tfoot th thead tr tt ul var wbr'.split(
    ' ',
  );

const RULES: sanitize.IOptions = {
  allowedTags: TAGS,
  allowedAttributes: {
    '*': ['align', 'colspan', 'rowspan', 'title', 'dir', 'id', 'aria-label'],
    a: ['href', 'rel'],
    code: ['class'],
    details: ['open'],
    img: ['src', 'alt', 'width', 'height'],
    input: ['type', 'checked', 'disabled'],
    source: ['media', 'srcset'],
    td: ['align', 'valign'],
  },
  allowedClasses: { code: ['language-*'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  transformTags: {
    a: sanitize.simpleTransform('a', { rel: 'nofollow noopener noreferrer' }),
    input: sanitize.simpleTransform('input', { type: 'checkbox', disabled: 'disabled' }),
  },
};

export function markdown(text: string): Html {
  return trusted(sanitize(marked.parse(text) as string, RULES));
}
