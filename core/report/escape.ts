/**
 * Untrusted text in Markdown. Names of groups, parameters and reasons may come from a pull request; shown in a comment they
 * must not become links, images, HTML, mentions that notify, references that link, or table cells.
 */

const LONGEST = 300;

/** Invisible; breaks `@name`, `#12`, `:emoji:`, `www.` and `https:` where GitHub looks for them after Markdown is rendered. */
const BREAK = '&#8203;';

// What Markdown reads as syntax inside a line; as a numeric entity it never does. Brackets only where they could make a link
// or a footnote, and underscores only at the edge of a word, so that `roc_auc is 0.80 [0.78, 0.82]` stays readable in a mail.
const MARKUP = /[&<>`*~|\\$]|\[(?=\^)|\](?=[([:])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;

// Control characters, and the ones that turn the direction of the text around.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** One line of plain text, at most 300 characters, that shows as it is and does nothing. */
export function escapeMarkdown(text: string, longest = LONGEST): string {
  const line = text.replace(UNSEEN, ' ').trim();
  const short = line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
  return short
    .toWellFormed()
    .replace(MARKUP, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/@/g, `@${BREAK}`)
    .replace(/(?<!&)#/g, `#${BREAK}`)
    .replace(/:(?=[\w+-]+:)/g, `:${BREAK}`)
    .replace(/:\/\//g, `:${BREAK}//`)
    .replace(/www\./gi, (www) => `${www.slice(0, 3)}${BREAK}.`)
    .replace(/\b(GH-)(?=\d)/gi, `$1${BREAK}`);
}

/** Text that goes into an HTML comment: JSON, in which nothing can end the comment. */
export function commentJson(value: Readonly<Record<string, string>>): string {
  return JSON.stringify(value).replace(/[<>&-]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
