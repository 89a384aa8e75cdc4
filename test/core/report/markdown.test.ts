import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marked } from 'marked';
import { digestOf } from '#core/digest.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import type { TrainingPredicate } from '#core/evidence/training.ts';
import { judge } from '#core/gates/judge.ts';
import { REPORT_MARKER, renderReports } from '#core/report/markdown.ts';
import { buildReport, type ReportContext, reportDigest, reportJson } from '#core/report/report.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';

const HEAD = '0123456789abcdef0123456789abcdef01234567';
const PASSING =
  '{benchmark: [{metric: roc_auc, min: 0.7}, {metric: roc_auc, versus: champion, margin: 0.01}]}';
const FAILING =
  '{benchmark: [{metric: roc_auc, min: 0.9}, {metric: roc_auc, versus: champion, margin: 0.01}]}';
const OPEN = '{benchmark: [{metric: roc_auc, min: 0.79}]}';

for (const { name, gates, heading } of [
  { name: 'passing', gates: PASSING, heading: '## ✅ Mergeway: credit passed every gate' },
  { name: 'failing', gates: FAILING, heading: '## ❌ Mergeway: credit failed a gate' },
  { name: 'undecided', gates: OPEN, heading: '## ❔ Mergeway: credit could not be judged in full' },
  { name: 'unguarded', gates: '{}', heading: '## ➖ Mergeway: credit had nothing to be judged by' },
]) {
  test(`a ${name} report says so in its first line`, () => {
    assert.equal(visible(renderReports([report(gates)]))[0], heading);
  });
}

test('the answer follows in two lines: what was compared, and the sentence that decided', () => {
  const [, first, second] = visible(renderReports([report(FAILING)]));

  assert.match(first ?? '', /against champion v0\.0\.3 on the same 1,000 holdout rows: 1 passed, 1 failed\./);
  assert.equal(second, '**roc_auc is 0.8000 [0.7800, 0.8200], wanted at least 0.9.**');
});

test('thresholds that were chosen are said with the rows that chose them, and only the others are counted as judged', () => {
  const chosenThreshold = { maximize: 'f1', champion: 0.41, choosing: 490, judged: 510 };
  const chosen = report(OPEN, { threshold: 0.32, chosenThreshold });

  const [, first, , third] = visible(renderReports([chosen]));

  assert.match(first ?? '', /on the same 510 judged holdout rows/);
  assert.equal(
    third,
    'Threshold 0.3200, the champion 0.4100: where f1 is highest on 490 other holdout rows.',
  );
  assert.match(renderReports([chosen]), /about [\d,]+ judged holdout rows instead of 510/);
  assert.deepEqual(reportJson(chosen).chosenThreshold, chosenThreshold);
});

test('a metric with two limits is one row with the interval that decided and a verdict for each', () => {
  assert.ok(
    renderReports([report(FAILING)]).includes(
      '| roc_auc | 0.7900 | 0.8000 [0.7800, 0.8200] | +0.0100 [−0.0040, +0.0240] | ≥ 0.9<br>worse by ≤ 0.01 | ❌ failed<br>✅ passed |',
    ),
  );
});

test('a gain is a limit of its own, and of a metric where less is better too', () => {
  const gates =
    '{benchmark: [{metric: roc_auc, versus: champion, gain: 0.005}, {metric: log_loss, versus: champion, gain: 0.002}]}';

  const text = renderReports([report(gates)]);

  assert.match(text, /\| roc_auc \|.*\| better by ≥ 0\.005 \|/);
  assert.match(text, /\| log_loss \|.*\| better by ≥ 0\.002 \|/);
});

test("a slice's gate is a row of its own, with the slice's numbers", () => {
  const gates =
    '{benchmark: [{metric: roc_auc, min: 0.7}, {metric: roc_auc, min: 0.6, slice: new customers}]}';
  const measured = { point: 0.65, low: 0.61, high: 0.69 };
  const slices = [
    {
      name: 'new customers',
      rows: 300,
      metrics: [{ metric: 'roc_auc' as const, candidate: measured, champion: null, difference: null }],
    },
  ];

  const text = renderReports([report(gates, { slices })]);

  assert.match(text, /\| roc_auc \| 0\.7900 \| 0\.8000 .* \| ≥ 0\.7 \| ✅ passed \|/);
  assert.ok(
    text.includes('| roc_auc of slice new customers | – | 0.6500 [0.6100, 0.6900] | – | ≥ 0.6 | ✅ passed |'),
  );
});

test('what could not be told comes with what would settle it', () => {
  assert.match(
    renderReports([report(OPEN)]),
    /\*\*Could not tell\*\*\n\n- \*\*roc_auc at least 0\.79\*\*: .*What would settle it: about 8,200 holdout rows/,
  );
});

test('what was not judged says why in its verdict, and every result is counted once', () => {
  const gates =
    '{benchmark: [{metric: roc_auc, min: 0.7}, {metric: roc_auc, versus: champion}, {metric: log_loss}]}';

  const text = renderReports([report(gates, { champion: null })]);

  assert.match(text, /: 1 passed, 1 skipped \(no champion yet\), 1 reported only\./);
  assert.match(text, /\| ✅ passed<br>➖ no champion yet \|/);
  assert.match(text, /\| log_loss \|.*\| – \| ➖ no limit \|/);
});

test('a failed bias gate says who is hurt, beside the champion, with the groups in sight', () => {
  const groups = [
    {
      by: ['carrier_size'],
      groups: [
        {
          values: ['large'],
          candidate: { tp: 460, fp: 100, fn: 540, tn: 900 },
          champion: { tp: 450, fp: 100, fn: 550, tn: 900 },
        },
        {
          values: ['small'],
          candidate: { tp: 120, fp: 100, fn: 880, tn: 900 },
          champion: { tp: 400, fp: 100, fn: 600, tn: 900 },
        },
      ],
    },
  ];

  const text = renderReports([
    report('{bias: [{metric: equalized_odds_difference, by: [carrier_size], max: 0.1}]}', { groups }),
  ]);

  assert.match(
    text,
    /\*\*true-positive rate 0\.12 for carrier_size=small, 0\.46 for carrier_size=large; equalized_odds_difference by carrier_size is 0\.3400/,
  );
  assert.match(text, /\| bias \| champion \| measured/);
  assert.match(text, /\| equalized_odds_difference by carrier_size \| 0\.0500 \| 0\.3400 \[/);
  assert.match(text, /<details open><summary>Groups/);
});

test('the footer names each evidence, and whose policy judged', () => {
  const evidence = { evaluation: digestOf('e'), training: digestOf('t') };

  const [here, base] = (['working-tree', 'base'] as const).map((policyFrom) =>
    report(PASSING, {}, { policyFrom, evidence }),
  );

  const text = renderReports([here].filter((one) => one !== undefined));
  assert.match(text, /of the working tree · evaluation evidence `.*` · training evidence `/);
  assert.equal(here && reportJson(here).policy, 'working-tree');
  assert.match(renderReports([base].filter((one) => one !== undefined)), /of the base branch/);
});

test('groups show their rows and rates, folded', () => {
  const text = renderReports([report('{bias: [{metric: demographic_parity_difference, by: [sex]}]}')]);

  assert.match(text, /<details><summary>Groups: counts and rates<\/summary>\n\n\| sex \| rows/);
  assert.ok(
    text.includes(
      '| f | 500 | 100 (20.0 %) | 0.200 (champion 0.200) | 0.600 (champion 0.600) | 0.100 (champion 0.100) |',
    ),
  );
});

for (const { name, changes, context, says } of [
  {
    name: 'advisory evidence is marked, and does not promote under the default policy',
    changes: { origin: 'advisory' },
    context: {},
    says: /\*\*Advisory evidence:\*\* .* It does not promote/,
  },
  {
    name: 'advisory evidence is marked where the policy lets it promote',
    changes: { origin: 'advisory' },
    context: { promotion: 'advisory' },
    says: /The policy lets advisory evidence promote/,
  },
  {
    name: 'a policy of the pull request itself is marked',
    changes: {},
    context: { policyFrom: 'head' },
    says: /\*\*New model:\*\* the base branch has no policy/,
  },
  {
    name: 'a first version says that there is no champion',
    changes: { champion: null },
    context: {},
    says: /it is the first version, there is no champion/,
  },
  {
    name: 'a link that is no web address is left out',
    changes: {},
    context: { links: [{ text: 'evil', url: 'javascript:alert(1)' }] },
    says: /^(?![\s\S]*javascript)/,
  },
] satisfies readonly {
  name: string;
  changes: Partial<EvaluationPredicate>;
  context: Partial<ReportContext>;
  says: RegExp;
}[]) {
  test(name, () => {
    assert.match(renderReports([report(PASSING, changes, context)]), says);
  });
}

test('the comment carries its marker, and one for each model that names head and report', () => {
  const one = report(PASSING);

  const text = renderReports([one, report(FAILING, { model: 'fraud' })]);

  assert.ok(text.startsWith(REPORT_MARKER));
  const markers = [...text.matchAll(/<!-- mergeway:report (\{.*\}) -->/g)].map(([, json]) =>
    JSON.parse(json ?? ''),
  );
  assert.deepEqual(markers[0], { model: 'credit', head: HEAD, digest: reportDigest(one) });
  assert.equal(markers[1].model, 'fraud');
  assert.equal(visible(text)[0], '## ❌ Mergeway: 2 models failed a gate');
});

test('hostile names do nothing: no link, no HTML, no further table cell', () => {
  const evil = '<img src=x onerror=alert(1)>|@admin [a](https://evil.example)\n## Passed';
  const counts = { tp: 50, fp: 50, fn: 50, tn: 50 };
  const training: TrainingPredicate = {
    mergeway: '0.1.0',
    model: 'credit',
    commit: HEAD,
    inputDigest: digestOf('input'),
    command: evil,
    params: { [evil]: evil },
    metrics: { [evil]: 1 },
    environment: { interpreter: evil, platform: evil, locks: {} },
    seconds: 3,
  };
  const hostile = buildReport({
    results: judge(
      evaluation({
        groups: [
          {
            by: ['sex'],
            groups: [0, 1].map((index) => ({ values: [evil + index], candidate: counts, champion: null })),
          },
        ],
      }),
      modelConfig('{bias: [{metric: demographic_parity_difference, by: [sex], max: 0.001}]}'),
    ),
    evaluation: evaluation({
      runner: evil,
      groups: [{ by: ['sex'], groups: [{ values: [evil], candidate: counts, champion: null }] }],
    }),
    training,
    context: { head: `${HEAD}-->`, policyFrom: 'base', promotion: 'trusted' },
  });

  const html = marked.parse(renderReports([hostile])) as string;

  const withoutOurs = html.replace(
    /<\/?(h2|p|br|strong|table|thead|tbody|tr|th|td|details|summary|ul|li|sub|pre|code)( align="left"| open| class="language-mermaid")?>/g,
    '',
  );
  assert.doesNotMatch(withoutOurs.replace(/<!-- mergeway:report[^>]*-->/g, ''), /<[a-z/!]/i);
  assert.doesNotMatch(html, /@admin/);
});

const EVIL = '</details><script>alert(1)</script> @admin [x](https://evil) | cell';

function skewed(text: string): Partial<EvaluationPredicate> {
  const ours = { service: 'v1', digest: digestOf('service'), sources: [] };
  const cause = { name: 'late', share: 1, detail: text } as const;
  return {
    features: { candidate: ours, champion: ours },
    skew: {
      service: text,
      digest: digestOf('service'),
      version: 'v0.0.3',
      rows: 1000,
      from: null,
      to: null,
      features: [
        { column: text, compared: 1000, differing: 100, cause },
        { column: 'wind', compared: 1000, differing: 0, cause: null },
      ],
      examples: [
        {
          column: text,
          prediction: text,
          row: 3,
          at: '2013-06-01T10:00:00.000Z',
          entity: { [text]: text },
          served: text,
          offline: text,
          cause: 'late',
          detail: text,
        },
      ],
    },
  };
}

test('skew shows the column, how much of it differs, the likely cause, and rows to look at', () => {
  const text = renderReports([report('{skew: {}}', skewed('temp'))]);

  assert.match(text, /\| skew of temp \| 0\.1000 \[0\.0\d+, 0\.1\d+\] \| ≤ 0\.001 \| ❌ failed \|/);
  assert.match(text, /\| temp \| 10\.00 % \| 100 of 1,000 \| late: temp \|/);
  assert.match(text, /\| temp \| temp\[3\] \| 2013.* \| temp = temp \| temp \| temp \| late \|/);
  assert.match(text, /features v1 `[0-9a-f]{12}`/);
});

test('what a log says is escaped', () => {
  const html = marked.parse(renderReports([report('{skew: {}}', skewed(EVIL))])) as string;

  assert.doesNotMatch(html, /<script|<a |@admin/);
});

test('a report with thousands of groups stays under the limit, visibly shortened', () => {
  const counts = { tp: 5, fp: 5, fn: 5, tn: 5 };
  const groups = Array.from({ length: 10 }, (_, table) => ({
    by: [`column ${table}`],
    groups: Array.from({ length: 1000 }, (_, index) => ({
      values: [`value ${index} ${'x'.repeat(150)}`],
      candidate: counts,
      champion: counts,
    })),
  }));

  const text = renderReports([report(PASSING, { groups })]);

  assert.ok(text.length <= 65_536, String(text.length));
  assert.match(text, /smaller groups, in the evidence/);
});

test('what can not be shortened further is cut with a note', () => {
  const text = renderReports([report(PASSING)], { most: 600 });

  assert.ok(text.length <= 600);
  assert.match(text, /Cut here: the whole report is in the evidence/);
  assert.match(text, /## ✅ Mergeway/);
});

test('the JSON form holds every verdict with its reason and numbers', () => {
  const [gate] = reportJson(report(FAILING)).gates;

  assert.deepEqual(gate, {
    gate: 'benchmark',
    name: 'roc_auc at least 0.9',
    status: 'fail',
    reason: 'roc_auc is 0.8000 [0.7800, 0.8200], wanted at least 0.9',
    estimate: { point: 0.8, low: 0.78, high: 0.82 },
    limit: { atLeast: 0.9 },
  });
});

function report(
  gates: string,
  changes: Partial<EvaluationPredicate> = {},
  context: Partial<ReportContext> = {},
) {
  const measured = evaluation(changes);
  return buildReport({
    results: judge(measured, modelConfig(gates)),
    evaluation: measured,
    context: { head: HEAD, policyFrom: 'base', promotion: 'trusted', ...context },
  });
}

/** Lines that a reader sees. */
function visible(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('<!--'));
}
