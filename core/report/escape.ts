/**
 * Untrusted text in Markdown. Names of groups, parameters and reasons may come from a pull request; shown in a comment they
 * must not become links, images, HTML, mentions that notify, references that link, or table cells.
 */

const LONGEST = 300;

/** Invisible, breaks `@name`, `#12`, `www.` and `https:` where GitHub looks for them after Markdown is rendered. */
const BREAK = '&#8203;';

// Markup and table characters become numeric entities: Markdown never reads those as syntax.
const MARKUP = /[&<>"'`*_~[\](){}|\\!$^=+-]/g;

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
    .replace(/(^|[^&])#/g, `$1#${BREAK}`)
    .replace(/:\/\//g, `:${BREAK}//`)
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}${BREAK}.`)
    .replace(/\b(GH)&#45;(?=\d)/gi, `$1&#45;${BREAK}`);
}

/** Text that goes into an HTML comment: JSON, in which nothing can end the comment. */
export function commentJson(value: Readonly<Record<string, string>>): string {
  return JSON.stringify(value).replace(/[<>&-]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
