/** A chart of the report as SVG: reads the few lines of `xychart-beta` that core/report/plot.ts writes. */

import { html, type Markup } from './html.ts';

const WIDTH = 700;
const HEIGHT = 220;
/** Room for the numbers on the left, and the names below. */
const LEFT = 60;
const BELOW = 30;

/** Lines of a scale. */
const TICKS = 4;

/** Nothing for a text that is no chart: the same numbers stand in the table beside it. */
export function chartSvg(text: string): Markup {
  const labels = [...(/x-axis \[(.*)\]/.exec(text)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(
    ([, one]) => one ?? '',
  );
  const [, from, to] = /y-axis .*?(-?[\d.]+) --> (-?[\d.]+)/.exec(text) ?? [];
  const [low, high] = [Number(from), Number(to)];
  if (labels.length === 0 || !(high > low)) return html``;

  const step = (WIDTH - LEFT) / labels.length;
  const x = (index: number) => LEFT + step * (index + 0.5);
  const y = (value: number) => HEIGHT - BELOW - ((value - low) / (high - low)) * (HEIGHT - BELOW - 10);
  const ticks = Array.from({ length: TICKS + 1 }, (_, tick) => low + ((high - low) * tick) / TICKS);
  const bars = seriesOf(text, 'bar').flatMap((values) =>
    values.map(
      (value, index) =>
        html`<rect x="${x(index) - step * 0.35}" y="${y(value)}" width="${step * 0.7}" height="${Math.max(0, y(low) - y(value))}"/>`,
    ),
  );
  const lines = seriesOf(text, 'line').map(
    (values) =>
      html`<polyline points="${values.map((value, index) => `${x(index)},${y(value)}`).join(' ')}"/>`,
  );
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${titleOf(text)}">
${ticks.map((tick) => html`<text class="y" x="${LEFT - 8}" y="${y(tick) + 4}">${Number(tick.toPrecision(3))}</text>`)}
${bars}${lines}
${labels.map((label, index) => html`<text x="${x(index)}" y="${HEIGHT - 8}">${label}</text>`)}
</svg>`;
}

function titleOf(text: string): string {
  return /title "([^"]*)"/.exec(text)?.[1] ?? '';
}

function seriesOf(text: string, kind: 'bar' | 'line'): readonly (readonly number[])[] {
  return [...text.matchAll(new RegExp(`^ *${kind} \\[(.*)\\]$`, 'gm'))].map(([, numbers]) =>
    (numbers ?? '').split(',').map(Number),
  );
}
