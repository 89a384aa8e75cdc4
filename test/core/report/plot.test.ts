import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textBar, textInterval, xychart } from '#core/report/plot.ts';

test('a bar is as long as its share, and no longer than the whole', () => {
  assert.equal(textBar(0), '`············`');
  assert.equal(textBar(0.5), '`██████······`');
  assert.equal(textBar(2), '`████████████`');
});

test('an interval is drawn around zero, its point in it', () => {
  assert.equal(textInterval({ low: 0.1, point: 0.5, high: 1 }, 1), '`··········│━━━━●━━━━━`');
  assert.equal(textInterval({ low: -1, point: -0.5, high: 0.5 }, 1), '`━━━━━●━━━━━━━━━━·····`');
});

test('where nothing differs, the point is on zero', () => {
  assert.equal(textInterval({ low: 0, point: 0, high: 0 }, 0), '`··········●··········`');
});

test('a chart names each value, bars first, then lines', () => {
  const chart = xychart({
    title: 'ROC',
    labels: ['0.1', '0.2'],
    y: { title: 'share', from: 0, to: 1 },
    bars: [0.25, 0.5],
    lines: [[0.2, 0.4]],
  });

  assert.deepEqual(chart.split('\n').slice(2), [
    'xychart-beta',
    '  title "ROC"',
    '  x-axis ["0.1", "0.2"]',
    '  y-axis "share" 0.0000 --> 1.0000',
    '  bar [0.25000, 0.50000]',
    '  line [0.20000, 0.40000]',
    '```',
  ]);
});

test('groups of numbers keep what tells them apart', () => {
  const chart = xychart({
    title: 'recall by age(30, 50)',
    labels: ['< 30', '[30, 50)', '≥ 50', '>=7', 'sex = f', '(missing)'],
    y: { from: 0, to: 1 },
    lines: [],
  });

  assert.match(chart, /title "recall by age\(30, 50\)"/);
  assert.match(chart, /x-axis \["below 30", "30 to 50", "≥ 50", "≥ 7", "sex = f", "\(missing\)"\]/);
});

/** What Mermaid's grammar of `xychart-beta` reads, line by line; its quoted texts end at the next quote. */
const TEXT = '"[^"\\n\\[\\]`%;{}<>#@|\\\\]+"';
const NUMBER = '-?\\d+(\\.\\d+)?';
const GRAMMAR = new RegExp(
  [
    '^```mermaid',
    '%%\\{init: .*\\}%%',
    'xychart-beta',
    `  title ${TEXT}`,
    `  x-axis \\[${TEXT}(, ${TEXT})*\\]`,
    `  y-axis (${TEXT} )?${NUMBER} --> ${NUMBER}`,
    `  bar \\[${NUMBER}(, ${NUMBER})*\\]`,
    `  line \\[${NUMBER}(, ${NUMBER})*\\]`,
    '```$',
  ].join('\n'),
);

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '"',
        ']',
        '[',
        '```',
        '\n',
        '%%{init: {}}%%',
        '<script>',
        'click a',
        ';',
        '#quot;',
        '@me',
      ),
    )
    .map((parts) => parts.join('')),
);

test('whatever names and numbers are, the chart is the chart that was meant', () => {
  fc.assert(
    fc.property(
      hostile,
      fc.array(fc.tuple(hostile, fc.double({ noNaN: true, min: -1e9, max: 1e9 })), { minLength: 1 }),
      (name, points) => {
        const values = points.map(([, value]) => value);

        const chart = xychart({
          title: name,
          labels: points.map(([label]) => label),
          y: { title: name, from: Math.min(...values), to: Math.max(...values) },
          bars: values,
          lines: [values],
        });

        assert.match(chart, GRAMMAR);
      },
    ),
  );
});
