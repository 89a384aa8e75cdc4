import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import { judge } from '#core/gates/judge.ts';
import type { GateResult } from '#core/gates/result.ts';
import { gateLine } from '#core/report/formats/gate-line.ts';
import { renderJunit } from '#core/report/formats/junit.ts';
import { renderEvalResults, renderModelCard } from '#core/report/formats/model-card.ts';
import { renderSarif } from '#core/report/formats/sarif.ts';
import { buildReport, type Report, reportJson } from '#core/report/report.ts';
import { ReportJson } from '#core/report/schema.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';

const MODEL_YAML = `name: credit
evaluate:
  gates: none of these
gates:
  benchmark:
    - { metric: roc_auc, min: 0.9 }
    - { metric: roc_auc, versus: champion, margin: 0.01 }
    - { metric: log_loss, max: 0.42 }
  bias:
    - { metric: demographic_parity_difference, by: [age] }
    - { metric: demographic_parity_difference, by: [sex], max: 0.1 }
  latency:
    - { percentile: 99, max: 50ms }
  data: { contract: data/credit.odcs.yaml }
`;

const GATES = `{
  benchmark: [{metric: roc_auc, min: 0.9}, {metric: roc_auc, versus: champion, margin: 0.01}, {metric: log_loss, max: 0.42}],
  bias: [{metric: demographic_parity_difference, by: [sex]}],
}`;

test('JUnit counts failures, and what could not be told as errors, never as skipped', () => {
  const xml = renderJunit([report()]);

  assert.match(
    xml,
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="mergeway" tests="4" failures="1" errors="1" skipped="1">/,
  );
  assert.match(
    xml,
    /<testcase classname="credit\.benchmark" name="roc_auc at least 0\.9">\n {6}<failure type="fail" message="roc_auc is 0\.8000/,
  );
  assert.match(
    xml,
    /<error type="inconclusive" message="could not tell: log_loss is .*">What would settle it: /,
  );
  assert.match(xml, /<skipped message="demographic_parity_difference by sex is .*; no limit set"\/>/);
});

test('whatever a reason says, JUnit stays XML that XML 1.0 allows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const xml = renderJunit([report({}, [result({ verdict: { status: 'fail', reason: text } })])]);

      const message = /message="([^"]*)"\/>\n {4}<\/testcase>/.exec(xml)?.[1] ?? '?';
      assert.doesNotMatch(message, /[<>']|&(?!amp;|lt;|gt;|quot;|apos;)/);
      assert.ok(xml.isWellFormed());
      assert.doesNotMatch(xml.replaceAll('\n', ''), /[\p{Cc}\ufffe\uffff]/u);
    }),
  );
});

for (const { name, of, line } of [
  { name: 'a bound', of: result({ name: 'roc_auc at least 0.9' }), line: 6 },
  { name: 'a comparison', of: result({ name: 'roc_auc versus champion' }), line: 7 },
  {
    name: 'a bias gate by its columns',
    of: result({ gate: 'bias', subject: 'demographic_parity_difference', by: ['sex'] }),
    line: 11,
  },
  {
    name: 'a percentile',
    of: result({ gate: 'latency', subject: 'p99', name: 'p99 at most 50 ms' }),
    line: 13,
  },
  { name: 'a contract, which has no list', of: result({ gate: 'data', subject: 'credit' }), line: 14 },
  { name: 'a gate that is not there: the section of gates', of: result({ gate: 'skew' }), line: 4 },
] as const) {
  test(`${name} is found at line ${line}`, () => {
    assert.equal(gateLine(MODEL_YAML, of), line);
  });
}

test('a text that is no configuration has a first line', () => {
  assert.equal(gateLine('[', result({})), 1);
});

test('SARIF holds what did not pass, at its line, as errors, with a fingerprint that does not depend on numbers', () => {
  const [run] = JSON.parse(renderSarif([report()], { credit: MODEL_YAML })).runs;
  const [again] = JSON.parse(renderSarif([report({ seconds: 99 })], {})).runs;

  assert.deepEqual(
    run.results.map(({ ruleId, level, properties, locations }: SarifResult) => [
      ruleId,
      level,
      properties.verdict,
      locations[0]?.physicalLocation.artifactLocation.uri,
      locations[0]?.physicalLocation.region.startLine,
    ]),
    [
      ['mergeway/benchmark', 'error', 'fail', 'models/credit/model.yaml', 6],
      ['mergeway/benchmark', 'error', 'inconclusive', 'models/credit/model.yaml', 8],
    ],
  );
  assert.deepEqual(run.results[0].partialFingerprints, again.results[0].partialFingerprints);
  assert.equal(again.results[0].locations[0].physicalLocation.region.startLine, 1);
});

interface SarifResult {
  readonly ruleId: string;
  readonly level: string;
  readonly properties: { readonly verdict: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
}

test('in a SARIF message a link is text', () => {
  const reason = 'see [this](https://evil.example) {0}';

  const text = renderSarif([report({}, [result({ verdict: { status: 'fail', reason } })])], {});

  assert.ok(
    JSON.parse(text).runs[0].results[0].message.text.includes('see \\[this\\](https://evil.example) {{0}}'),
  );
});

test('a model card has the front matter that the Hub reads, and the report below', () => {
  const card = renderModelCard(report());

  const [, front = '', body = ''] = card.split(/^---$/m);
  const { 'model-index': index, pipeline_tag: pipeline, library_name: library } = parse(front);
  assert.deepEqual([library, pipeline, index[0].name], ['onnx', 'tabular-classification', 'credit']);
  const [{ task, dataset, metrics }] = index[0].results;
  assert.equal(task.type, 'tabular-classification');
  assert.equal(dataset.name, 'holdout.parquet');
  assert.deepEqual(metrics[0], {
    type: 'roc_auc',
    value: 0.8,
    name: 'roc_auc',
    args: { low: 0.78, high: 0.82, confidence: 0.95 },
  });
  assert.match(body, /## ❌ Mergeway: credit failed a gate/);
  assert.doesNotMatch(body, /<!--/);
});

test('hostile names do not leave the front matter', () => {
  const evil = 'x"\n---\n# owned\n';

  const [, front = ''] = renderModelCard(report({ model: evil })).split(/^---$/m);

  assert.equal(parse(front)['model-index'][0].name, evil);
});

test('a result for a leaderboard is of the metric that is judged first', () => {
  const [entry] = parse(renderEvalResults(report(), 'acme/credit#default'));

  assert.deepEqual(entry.dataset, { id: 'acme/credit', task_id: 'default' });
  assert.equal(entry.value, 0.8);
  assert.match(entry.notes, /^roc_auc 0\.8000 \[0\.7800, 0\.8200\] \(95 %\), 1000 rows, sha256:/);
});

for (const benchmark of ['credit', 'acme/credit', 'acme/credit#', '../x/y#z']) {
  test(`${benchmark} is no benchmark on the Hub`, () => {
    assert.throws(() => renderEvalResults(report(), benchmark), { code: 'MW_USAGE' });
  });
}

test('the JSON form keeps its published schema, with changes and curves too', () => {
  const whole = buildReport({
    ...report(),
    evaluation: evaluation({
      curves: { candidate: { calibration: [], roc: [], precisionRecall: [] }, champion: null },
      slices: [{ name: 'a', rows: 10, metrics: [] }],
    }),
    context: {
      ...report().context,
      changes: [{ kind: 'parameter', name: 'depth', change: 'changed', before: '6', after: '7' }],
    },
  } as Parameters<typeof buildReport>[0]);

  const json = JSON.parse(JSON.stringify(reportJson(whole)));

  assert.deepEqual(ReportJson.strict().parse(json), json);
});

function report(changes: Partial<EvaluationPredicate> = {}, results?: readonly GateResult[]): Report {
  const measured = evaluation(changes);
  return buildReport({
    results: results ?? judge(measured, modelConfig(GATES)),
    evaluation: measured,
    context: { head: '0'.repeat(40), policyFrom: 'base', promotion: 'trusted' },
  });
}

function result(changes: Partial<GateResult>): GateResult {
  return {
    gate: 'benchmark',
    name: 'roc_auc at least 0.9',
    subject: 'roc_auc',
    verdict: { status: 'fail', reason: 'it is not' },
    estimate: null,
    limit: null,
    ...changes,
  };
}
