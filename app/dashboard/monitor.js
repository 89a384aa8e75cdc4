// The live part of a model's page: draws what its monitors found, and loads the page again when the model has moved on.

import { colorOf, draw } from './charts.js';

/** Pages that show one model, and those that show all. */
const EVERY_MS = { one: 2000, all: 10_000 };
/** Beside the limit's red. */
const COLORS = ['--accent', '--open', '--good', '--soft'];
/** From here on days stand at the axis, below it times of day. */
const LONG_S = 3 * 86_400;
const POINTS = { show: true, size: 6 };

for (const section of document.querySelectorAll('[data-round]')) watch(section);

async function watch(section) {
  const path = section.dataset.round;
  const monitor = document.querySelector(`[data-monitor="${path}"]`);
  const charts = {};
  for (;;) {
    const view = await fetchView(path);
    if (view && monitor) drawCharts(monitor, charts, view.chart);
    if (view && view.stamp !== section.dataset.stamp) location.reload();
    await new Promise((resolve) => setTimeout(resolve, monitor ? EVERY_MS.one : EVERY_MS.all));
  }
}

async function fetchView(path) {
  try {
    const response = await fetch(`/api/models/${path}`);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function drawCharts(section, charts, chart) {
  if (chart.at.length === 0) return;
  const x = { range: [chart.from, chart.to] };
  const time = {
    size: 28,
    values: (_chart, splits) => splits.map(chart.to - chart.from > LONG_S ? dayOf : timeOf),
  };
  draw(section, charts, {
    name: 'drift',
    data: [chart.at, chart.at.map(() => 1), ...chart.drift.map(({ overLimit }) => overLimit.map(visible))],
    series: [
      { label: 'limit', color: '--bad', dash: [6, 4] },
      ...chart.drift.map(({ column }, index) => ({
        label: column,
        color: COLORS[index % COLORS.length],
        points: POINTS,
      })),
    ],
    axes: [time, { scale: 'y', splits: powersOfTen }],
    scales: { x, y: { distr: 3, range: (_chart, low, high) => [Math.min(0.1, low), Math.max(10, high)] } },
  });
  for (const [index, { name, value, low, high, limit, reference }] of chart.performance.entries()) {
    draw(section, charts, {
      name: `performance-${index}`,
      data: [chart.at, limit, reference, low, high, value],
      series: [
        { label: 'limit', color: '--bad', dash: [6, 4] },
        { label: 'own holdout', color: '--good', dash: [2, 4] },
        { color: '--soft', width: 1 },
        { label: '95 % interval', color: '--soft', width: 1 },
        { label: name, color: '--accent', points: POINTS },
      ],
      axes: [time, { scale: 'y' }],
      scales: { x },
      bands: [{ series: [4, 3], fill: `${colorOf('--accent')}26` }],
    });
  }
}

function powersOfTen(_chart, _axis, low, high) {
  const exponents = [];
  for (let exponent = Math.ceil(Math.log10(low)); 10 ** exponent <= high; exponent++)
    exponents.push(exponent);
  return exponents.map((exponent) => 10 ** exponent);
}

function dayOf(seconds) {
  return new Date(seconds * 1000).toISOString().slice(5, 10);
}

function timeOf(seconds) {
  return new Date(seconds * 1000).toISOString().slice(11, 16);
}

/** A logarithmic scale has no zero. */
function visible(overLimit) {
  return overLimit === null ? null : Math.max(overLimit, 0.01);
}
