/**
 * Comments as CML (https://cml.dev) makes them: an invisible image at the end, whose title says which comment it is. CML's search for it
 * ignores the commit in the address, and so does ours.
 */

/** GitHub's limit for comments, in characters. */
const MOST_CHARACTERS = 65_536;

const CUT = '\n\n*Shortened: the text is longer than GitHub allows.*';

/** How the watermark of a comment with this title ends: what tells one comment from another. */
export function watermarkEnd(title: string): string {
  return ` "${labelOf(title)}")`;
}

/** The text with the watermark below it, shortened visibly where GitHub would refuse it. */
export function withWatermark(
  markdown: string,
  { sha, title }: { readonly sha: string; readonly title: string },
): string {
  const mark = `\n\n![](https://cml.dev/watermark.png#${sha}${watermarkEnd(title)}`;
  const room = MOST_CHARACTERS - mark.length;
  if (markdown.length <= room) return `${markdown}${mark}`;
  const kept = markdown.slice(0, room - CUT.length).replace(/\n[^\n]*$/, '');
  return `${kept}${CUT}${mark}`;
}

/** Of a title without `{workflow}` and `{run}`. Markdown escapes what CML's own pass over the text escapes. */
function labelOf(title: string): string {
  return `CML watermark ${title.replace(/[_*[<]/g, '\\$&')}`.trim();
}

/** Images and links that CML would upload: relative addresses and inlined data. GitHub shows neither. */
export function localImages(markdown: string): readonly string[] {
  const targets = [...markdown.matchAll(/!\[[^[\]]*\]\(\s*<?([^)\s>]+)/g)].map(([, target]) => target ?? '');
  return [...new Set(targets)].filter((target) => !/^(https?:)?\/\//i.test(target));
}
