/** GitHub's limits, and texts that are cut to them where a reader sees that they were. Counted in UTF-16 units, which are never fewer than GitHub's characters. */

/** Comments and bodies. */
export const COMMENT_LIMIT = 65_536;
/** Summary and text of a check run. */
export const CHECK_TEXT_LIMIT = 65_535;
/** Descriptions of deployments and their statuses. */
export const DESCRIPTION_LIMIT = 140;
const NOTE = '\n\n**Shortened:** the text is longer than GitHub allows; what is missing stood below.';

/**
 * Markdown of at most `limit` units, cut between lines; open code blocks and folds are closed, and a note says so.
 * `keep` (a marker) is in the result when it was in the text.
 */
export function shorten(markdown: string, limit: number, keep = ''): string {
  if (markdown.length <= limit) return markdown;

  const room = limit - NOTE.length - keep.length - 2;
  let kept = cutAtLine(markdown, room);
  let ending = closing(kept);
  while (kept.length + ending.length > room && kept.length > 0) {
    kept = cutAtLine(kept, room - ending.length);
    ending = closing(kept);
  }
  const marker = keep !== '' && markdown.includes(keep) && !kept.includes(keep) ? `\n${keep}` : '';
  return `${kept}${ending}${NOTE}${marker}`;
}

/** One line of at most `limit` units; a longer one ends in `…`. */
export function shortenLine(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${cut(line, limit - 1).trimEnd()}…`;
}

function cutAtLine(text: string, length: number): string {
  const piece = cut(text, Math.max(0, length));
  const end = piece.lastIndexOf('\n');
  return end > piece.length / 2 ? piece.slice(0, end) : piece;
}

/** The first units, without half of a surrogate pair. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** What closes the code block and the folds that are open at the end. */
function closing(markdown: string): string {
  const fences = markdown.match(/^ {0,3}(`{3,}|~{3,})/gm) ?? [];
  const fence = fences.length % 2 === 1 ? `\n${fences.at(-1)?.trim()}` : '';
  const open = (markdown.match(/<details\b/gi) ?? []).length - (markdown.match(/<\/details>/gi) ?? []).length;
  return `${fence}${'\n\n</details>'.repeat(Math.max(0, open))}`;
}
