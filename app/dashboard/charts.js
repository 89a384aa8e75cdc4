// What the charts of all pages share: colours of the style sheet, one size, lines and axes.

const HEIGHT = 220;

/** Makes the chart at `data-chart` of the section, or gives the one that is there new data. */
export function draw(section, charts, { name, data, series, axes, scales, bands = [] }) {
  const place = section.querySelector(`[data-chart="${name}"]`);
  if (!place) return;
  if (charts[name]) {
    if (charts[name].width !== place.clientWidth)
      charts[name].setSize({ width: place.clientWidth, height: HEIGHT });
    charts[name].setData(data);
    return;
  }
  charts[name] = new uPlot(
    {
      width: place.clientWidth || 480,
      height: HEIGHT,
      scales,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      legend: { live: false },
      series: [{}, ...series.map(line)],
      axes: axes.map(axis),
      bands,
    },
    data,
    place,
  );
}

function line({ label, color, dash, stepped, scale, width = 2, points = { show: false } }) {
  return {
    label: label ?? '',
    ...(label === undefined && { class: 'unnamed' }),
    stroke: colorOf(color),
    width,
    points,
    ...(dash && { dash }),
    ...(scale && { scale }),
    ...(stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
  };
}

function axis(options) {
  return { stroke: colorOf('--soft'), grid: { stroke: colorOf('--line'), width: 1 }, ...options };
}

/** A colour of the style sheet. */
export function colorOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
