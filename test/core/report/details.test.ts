import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marked } from 'marked';
import type { ModelCurves } from '#core/evidence/curves.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import { judge } from '#core/gates/judge.ts';
import { renderReports, renderRest } from '#core/report/markdown.ts';
import { buildReport, type Report } from '#core/report/report.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';

const PASSING = '{benchmark: [{metric: roc_auc, min: 0.7}]}';

const CURVES: ModelCurves = {
  calibration: [
    { predicted: 0.1, observed: 0.3, low: 0.2, high: 0.4, rows: 500 },
    { predicted: 0.6, observed: 0.6, low: 0.5, high: 0.7, rows: 500 },
  ],
  roc: [
    { falsePositiveRate: 0, truePositiveRate: 0 },
    { falsePositiveRate: 0, truePositiveRate: 0.2 },
    { falsePositiveRate: 0.2, truePositiveRate: 0.6 },
    { falsePositiveRate: 1, truePositiveRate: 1 },
  ],
  precisionRecall: [
    { recall: 0.2, precision: 1 },
    { recall: 0.6, precision: 0.75 },
    { recall: 1, precision: 0.5 },
  ],
};

test('calibration shows what came true for what was predicted, and marks what is outside the interval', () => {
  const text = render({ curves: { candidate: CURVES, champion: null } });

  assert.match(text, /\| 0\.100 \| 0\.300 \[0\.200, 0\.400\] ⚠️ \| 500 \| `██████······` \|/);
  assert.match(text, /\| 0\.600 \| 0\.600 \[0\.500, 0\.700\] \| 500 \| `████████████` \|/);
  // .5 · |.1 − .3| + .5 · 0
  assert.match(text, /came true: 0\.1000\./);
});

test('ROC is read on the line between its points, precision at the first threshold that finds as many', () => {
  const text = render({ curves: { candidate: CURVES, champion: CURVES } });

  assert.match(text, /\| 0\.100 \| 0\.400 \| 0\.400 \| `█████·······` \|/);
  assert.match(text, /\| 0\.500 \| 0\.750 \| 0\.750 \| `█████████···` \|/);
});

test('scores that are no probabilities have no calibration', () => {
  const text = render({ curves: { candidate: { ...CURVES, calibration: [] }, champion: null } });

  assert.doesNotMatch(text, /Calibration/);
  assert.match(text, /ROC/);
});

test('latency shows percentiles of both, and how many requests took how long', () => {
  const candidateUs = Array.from({ length: 100 }, (_, index) => 1000 + index * 10);

  const text = render({ latency: { candidateUs, championUs: candidateUs.map((us) => us * 2) } });

  assert.match(text, /\| p50 \| 1\.495 \| 2\.990 \| 0\.50 × \|/);
  assert.match(text, /title "Latency, ms"/);
});

test('the rate in which groups differ most is drawn', () => {
  const group = (value: string, tp: number) => ({
    values: [value],
    candidate: { tp, fp: 10, fn: 100 - tp, tn: 90 },
    champion: { tp: 50, fp: 10, fn: 50, tn: 90 },
  });

  const text = render({ groups: [{ by: ['sex'], groups: [group('f', 20), group('m', 60)] }] });

  assert.match(text, /title "true-positive rate by sex"\n {2}x-axis \["f", "m"\]/);
  assert.match(text, /bar \[0\.20000, 0\.60000\]\n {2}line \[0\.50000, 0\.50000\]/);
});

const SLICES = ['gained', 'lost'].map((name, index) => {
  const estimate = { point: 0.8, low: 0.7, high: 0.9 };
  const by = index === 0 ? 0.1 : -0.1;
  return {
    name,
    rows: 400,
    metrics: [
      {
        metric: 'roc_auc',
        candidate: estimate,
        champion: estimate,
        difference: { point: by, low: by - 0.1, high: by + 0.1 },
      },
    ],
  };
});

test('slices show where the candidate lost most first, with the interval drawn', () => {
  const rows = render({ slices: SLICES })
    .split('\n')
    .filter((line) => /^\| (gained|lost) /.test(line));

  assert.deepEqual(rows, [
    '| lost | 400 | 0.8000 | 0.8000 [0.7000, 0.9000] | −0.1000 [−0.2000, 0] | `━━━━━●━━━━━··········` |',
    '| gained | 400 | 0.8000 | 0.8000 [0.7000, 0.9000] | +0.1000 [0, +0.2000] | `··········━━━━━●━━━━━` |',
  ]);
});

test('slices say which direction is better', () => {
  assert.match(render({ slices: SLICES }), /^\*\*roc_auc\*\*, higher is better$/m);
});

const EVIL = '"]\n```\n</details><script>alert(1)</script> @admin [x](https://evil.example) | cell ![i](j)';

test('names of slices, groups and inputs do nothing, in tables and in charts', () => {
  const counts = { tp: 50, fp: 50, fn: 50, tn: 50 };
  const [gained, lost] = SLICES;
  assert.ok(gained && lost);
  const text = renderReports([
    report(
      {
        slices: [
          { ...gained, name: EVIL, metrics: gained.metrics.map((one) => ({ ...one, metric: EVIL })) },
          { ...lost, name: `${EVIL}2`, metrics: lost.metrics.map((one) => ({ ...one, metric: EVIL })) },
        ],
        groups: [
          {
            by: [EVIL],
            groups: [
              { values: [EVIL], candidate: { ...counts, tp: 5 }, champion: { ...counts, tp: 500 } },
              { values: [`${EVIL}2`], candidate: counts, champion: counts },
            ],
          },
        ],
        champion: { digest: evaluation().candidate, version: EVIL },
      },
      {
        changes: [{ kind: 'parameter', name: EVIL, change: 'changed', before: EVIL, after: EVIL }],
      },
    ),
  ]);

  const html = marked.parse(text) as string;

  assert.doesNotMatch(html, /<script|<a |<img|@admin/);
  const fences = text.split('\n').filter((line) => line.startsWith('```'));
  assert.equal(fences.length % 2, 0);
  assert.ok(fences.every((line, index) => line === (index % 2 === 0 ? '```mermaid' : '```')));
});

test('what finds no room in the comment stands in the rest, and the comment says where that is', () => {
  const counts = { tp: 5, fp: 5, fn: 5, tn: 5 };
  const groups = Array.from({ length: 40 }, (_, table) => ({
    by: [`column ${table}`],
    groups: Array.from({ length: 20 }, (_, index) => ({
      values: [`value ${index} ${'x'.repeat(40)}`],
      candidate: counts,
      champion: counts,
    })),
  }));
  const large = report({ groups });

  const comment = renderReports([large], {
    rest: { text: 'the check', url: 'https://github.com/acme/risk/runs/7' },
  });
  const rest = renderRest([large]);

  assert.ok(comment.length <= 65_536, String(comment.length));
  assert.match(
    comment,
    /the whole of Groups is in \[the check\]\(https:\/\/github\.com\/acme\/risk\/runs\/7\)/,
  );
  assert.ok(rest.length <= 65_535, String(rest.length));
  assert.match(rest, /^## credit\n\n### Groups: counts and rates\n\n\| column 0 \|/);
});

test('a comment that holds everything leaves no rest', () => {
  assert.equal(renderRest([report({})]), '');
  assert.doesNotMatch(render({}), /Shortened/);
});

function render(changes: Partial<EvaluationPredicate>): string {
  return renderReports([report(changes)]);
}

function report(changes: Partial<EvaluationPredicate>, context: Partial<Report['context']> = {}): Report {
  const measured = evaluation(changes);
  return buildReport({
    results: judge(measured, modelConfig(PASSING)),
    evaluation: measured,
    context: { head: '0'.repeat(40), policyFrom: 'base', promotion: 'trusted', ...context },
  });
}
