/** Tables of the pages. Every cell carries its column's name, which a phone shows beside it in place of the heads. */

import { html, type Markup } from './html.ts';

type Content = Markup | string | number | undefined;

interface Cell {
  readonly content: Content;
  readonly kind: 'n' | 'name';
}

/** One cell per column: plain content, or a number or name with its own look. */
type Row = readonly (Content | Cell)[];

export function number(content: Content): Cell {
  return { content, kind: 'n' };
}

export function name(content: Content): Cell {
  return { content, kind: 'name' };
}

/** `empty` is what stands in place of a table without rows. */
export function table(heads: readonly string[], rows: readonly Row[], empty: string): Markup {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const body = rows.map((row) => html`<tr>${row.map((cell, at) => tableCell(cell, heads[at]))}</tr>`);
  return html`<table class="list"><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${body}</tbody></table>`;
}

function tableCell(cell: Content | Cell, head: string | undefined): Markup {
  const isPlain = typeof cell !== 'object' || !('kind' in cell);
  if (isPlain) return html`<td data-head="${head}">${cell}</td>`;
  return html`<td class="${cell.kind}" data-head="${head}">${cell.content}</td>`;
}
