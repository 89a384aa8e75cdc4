// The live part of a rollout's section: asks for its numbers once a second while it runs, and draws two charts. When it
// is over the page is loaded again, since models and ledger changed too.

import { draw } from './charts.js';

const EVERY_MS = 1000;
/** A chart of fewer seconds than this has room on its right. */
const SHORTEST_SPAN_S = 10;
const TONES = { promoted: 'good', 'rolled back': 'bad' };

for (const section of document.querySelectorAll('[data-rollout]')) watch(section);

async function watch(section) {
  const charts = {};
  for (;;) {
    const view = await fetchView(section.dataset.rollout);
    if (view) {
      showNumbers(section, view);
      drawCharts(section, charts, view);
      if (view.over && section.dataset.over === 'no') location.reload();
      if (view.over) return;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

async function fetchView(id) {
  try {
    const response = await fetch(`/api/rollouts/${encodeURIComponent(id)}`);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function showNumbers(section, view) {
  setText(section, '[data-field="weight"]', `${view.weight} %`);
  setText(section, '[data-field="step"]', view.step);
  setText(section, '[data-field="reason"]', view.reason);
  const badge = section.querySelector('[data-field="phase"] .badge');
  if (badge) {
    badge.textContent = view.phase;
    badge.className = `badge ${TONES[view.phase] ?? 'busy'}`;
  }
  for (const { guard, lnE } of view.guards) setText(section, `[data-guard="${guard}"]`, lnE.toFixed(2));
  for (const [index, arm] of view.arms.entries()) {
    const cells = section.querySelectorAll(`[data-arm="${index}"] .n`);
    for (const [at, value] of [arm.units, arm.errors, arm.slow].entries()) {
      if (cells[at]) cells[at].textContent = value.toLocaleString('en-US');
    }
  }
}

function setText(section, selector, text) {
  const element = section.querySelector(selector);
  if (element) element.textContent = text;
}

function drawCharts(section, charts, view) {
  const { chart } = view;
  if (chart.at.length === 0) return;

  const limit = view.guards[0]?.limit ?? null;
  const x = { range: ({ data: [at] }) => [at[0], Math.max(at.at(-1), at[0] + SHORTEST_SPAN_S)] };
  draw(section, charts, {
    name: 'evidence',
    data: [chart.at, chart.at.map(() => limit), ...chart.evidence.map(({ lnE }) => lnE)],
    series: [
      { label: 'limit', color: '--bad', dash: [6, 4] },
      ...chart.evidence.map(({ guard }, index) => ({
        label: guard,
        color: ['--accent', '--open'][index % 2],
      })),
    ],
    axes: [{}, { scale: 'y' }],
    // What is far beyond the limit would press everything before it to the ground.
    scales: {
      x,
      ...(limit !== null && {
        y: { range: (_chart, low, high) => [Math.min(low, 0), Math.min(high * 1.1, limit * 3)] },
      }),
    },
  });
  draw(section, charts, {
    name: 'traffic',
    data: [chart.at, chart.weight, chart.canary, chart.champion],
    series: [
      { label: 'canary share %', color: '--soft', stepped: true },
      { label: 'canary errors %', color: '--bad', scale: 'rate' },
      { label: 'champion errors %', color: '--good', scale: 'rate' },
    ],
    axes: [{}, { scale: 'y' }, { scale: 'rate', side: 1, grid: { show: false } }],
    scales: {
      x,
      y: { range: [0, 100] },
      rate: { range: (_chart, _low, high) => [0, Math.max(high || 0, 0.5)] },
    },
  });
}
