/**
 * Plots for Markdown: bars and intervals as text, which mails and terminals show too, and Mermaid's `xychart-beta`, the one word for
 * it that older renderers know. Mermaid has no legend there, so bars are the candidate and lines what it is held against.
 */

/** Widths of plots in text, in characters. */
const BAR = 12;
const SPAN = 21;

/** A bar as long as the share of the longest, 0 to 1. */
export function textBar(share: number): string {
  const full = Math.round(BAR * Math.min(1, Math.max(0, share)));
  return `\`${'█'.repeat(full)}${'·'.repeat(BAR - full)}\``;
}

/** An interval with its point on a scale from −`most` to `most`; the middle is zero. */
export function textInterval(
  { low, point, high }: { readonly low: number; readonly point: number; readonly high: number },
  most: number,
): string {
  const place = (value: number) => {
    const share = most > 0 ? (value / most + 1) / 2 : 0.5;
    return Math.round((SPAN - 1) * Math.min(1, Math.max(0, share)));
  };
  const [from, at, to] = [place(low), place(point), place(high)];
  const cells = Array.from({ length: SPAN }, (_, index) => {
    if (index === at) return '●';
    if (index >= from && index <= to) return '━';
    return index === (SPAN - 1) / 2 ? '│' : '·';
  });
  return `\`${cells.join('')}\``;
}

export interface Chart {
  readonly title: string;
  /** A name for each value: on a scale of numbers Mermaid 10 puts values where they do not belong. */
  readonly labels: readonly string[];
  readonly y: { readonly title?: string; readonly from: number; readonly to: number };
  readonly bars?: readonly number[];
  readonly lines: readonly (readonly number[])[];
}

/** Colours that stand out on white and on black: GitHub's light theme would draw bars in a lavender that is next to white. */
const LOOK =
  '%%{init: {"xyChart": {"width": 700, "height": 280}, "themeVariables": {"xyChart": {"plotColorPalette": "#4c8dd6, #e8833a"}}}}%%';

/** A fenced block. Names may come from anybody: letters, digits and a few signs are left of them, comparisons as words. */
export function xychart({ title, labels, y, bars, lines }: Chart): string {
  const numbers = (values: readonly number[]) => `[${values.map(plain).join(', ')}]`;
  return [
    '```mermaid',
    LOOK,
    'xychart-beta',
    `  title ${quoted(title)}`,
    `  x-axis [${labels.map(quoted).join(', ')}]`,
    `  y-axis ${y.title === undefined ? '' : `${quoted(y.title)} `}${plain(y.from)} --> ${plain(y.to)}`,
    ...(bars ? [`  bar ${numbers(bars)}`] : []),
    ...lines.map((line) => `  line ${numbers(line)}`),
    '```',
  ].join('\n');
}

/** Without its sign `< 30` would read like `≥ 30`; Mermaid and HTML leave no room for angle brackets. */
const COMPARISONS: Readonly<Record<string, string>> = {
  '<': 'below ',
  '>': 'above ',
  '<=': '≤ ',
  '>=': '≥ ',
};

/** Mermaid has no escape for a quote, and reads no empty text. */
function quoted(text: string): string {
  const harmless = text
    .replace(/\[([^[\](),]*), ([^[\](),]*)\)/g, '$1 to $2')
    .replace(/[<>]=?/g, (sign) => COMPARISONS[sign] ?? '')
    .replace(/[^\p{L}\p{N} _.,:=+'()≤≥-]/gu, '')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, 100);
  return `"${harmless === '' ? '-' : harmless}"`;
}

/** Without an exponent, which Mermaid does not read. */
function plain(value: number): string {
  return value.toFixed(Math.min(20, Math.max(0, 4 - Math.floor(Math.log10(Math.abs(value) || 1)))));
}
