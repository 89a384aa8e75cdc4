/** The page of an evaluation: the comment's report, with charts, and nothing of what a pull request wrote running in it. */

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fastify from 'fastify';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { memoryClock } from '#adapters/memory/clock.ts';
import { memoryStore } from '#adapters/memory/store.ts';
import { chartSvg } from '#app/dashboard/chart-svg.ts';
import { reportMarkup } from '#app/dashboard/report-view.ts';
import { dashboardRoutes } from '#app/dashboard/routes.ts';
import { digestOf } from '#core/digest.ts';
import { type EvaluationPredicate, evaluationEvidence } from '#core/evidence/evaluation.ts';
import { serialize, statement } from '#core/evidence/statement.ts';
import { trainingEvidence } from '#core/evidence/training.ts';
import { judge } from '#core/gates/judge.ts';
import { xychart } from '#core/report/plot.ts';
import { CANDIDATE, evaluation, modelConfig } from '#test/support/evaluation.ts';

const REPOSITORY = 'acme/risk';
const HEAD = 'a'.repeat(40);
const EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';

test("an evaluation's page is the comment's report, with its charts drawn", async (t) => {
  const { get } = await dashboard(t, evaluation());

  const { statusCode, body } = await get('/evaluations/acme/risk/7');

  assert.equal(statusCode, 200);
  assert.match(body, /<h2>❌ Mergeway: credit failed a gate<\/h2>/);
  assert.match(body, /<td>roc_auc<\/td>/);
  assert.match(body, /<svg class="chart" [^>]* aria-label="Latency, ms">/);
  assert.doesNotMatch(body, /xychart/);
  assert.match((await get('/')).body, /<a href="\/evaluations\/acme\/risk\/7">/);
});

test('what a pull request wrote stays text', async (t) => {
  const counts = { tp: 60, fp: 40, fn: 40, tn: 360 };
  const { get } = await dashboard(
    t,
    evaluation({
      runner: EVIL,
      groups: [
        {
          by: ['sex'],
          groups: [EVIL, 'm'].map((value) => ({ values: [value], candidate: counts, champion: counts })),
        },
      ],
    }),
  );

  const { body } = await get('/evaluations/acme/risk/7');

  assert.match(body, /&#60;script&#62;|&lt;script&gt;/);
  assert.doesNotMatch(body, /<script>alert|<img/);
});

for (const { name, markdown, markup } of [
  {
    name: 'a tag',
    markdown: 'a <img src=x onerror=alert(1)>',
    markup: /^<p>a &lt;img src=x onerror=alert\(1\)&gt;/,
  },
  {
    name: 'a block',
    markdown: '<script>alert(1)</script>',
    markup: /^&lt;script&gt;alert\(1\)&lt;\/script&gt;$/,
  },
  {
    name: 'a tag of ours with more in it',
    markdown: '<details open onclick=alert(1)>',
    markup: /^&lt;details open onclick=alert\(1\)&gt;$/,
  },
  { name: 'a link that runs', markdown: '[a](javascript:alert(1))', markup: /^<p>a<\/p>$/m },
  { name: 'an image', markdown: '![a](https://x.example/a.png)', markup: /^<p>a<\/p>$/m },
]) {
  test(`${name} that slipped through the report stays text`, () => {
    assert.match(reportMarkup(markdown).text, markup);
  });
}

test('the tags that a report writes stay tags, and its links links', () => {
  const { text } = reportMarkup(
    '<details open><summary>More</summary>\n\na<br>b [c](https://x.example/c)\n\n</details>',
  );

  assert.equal(
    text,
    '<details open><summary>More</summary><p>a<br>b <a href="https://x.example/c">c</a></p>\n</details>',
  );
});

test('a run without a verdict has no report', async (t) => {
  const { get } = await dashboard(t, evaluation());

  assert.equal((await get('/evaluations/acme/risk/8')).statusCode, 404);
  assert.equal((await get('/evaluations/acme/risk/x')).statusCode, 404);
});

test('a chart has a bar and a point of the line for each name', () => {
  const { text } = chartSvg(
    xychart({
      title: 'T',
      labels: ['a', 'b'],
      y: { from: 0, to: 1 },
      bars: [0.5, 1],
      lines: [[1, 0]],
    }),
  );

  assert.equal(text.match(/<rect /g)?.length, 2);
  // 60 on the left, 320 for each name; from 190 at the bottom to 10 on top.
  assert.match(text, /<polyline points="220,10 540,190"\/>/);
  assert.match(text, /<text x="220" y="212">a<\/text>/);
});

test('a text that is no chart leaves nothing', () => {
  assert.equal(chartSvg('pie showData').text, '');
});

async function dashboard(t: TestContext, measured: EvaluationPredicate) {
  const [store, artifacts] = [memoryStore(), memoryArtifactStore()];
  const subject = { name: 'credit', digest: CANDIDATE };
  const about = { mediaType: 'application/vnd.in-toto+json', annotations: {} };
  const training = await artifacts.put(
    serialize(
      statement(trainingEvidence, subject, {
        mergeway: '0.1.0',
        model: 'credit',
        commit: HEAD,
        inputDigest: digestOf('inputs'),
        command: EVIL,
        params: {},
        metrics: {},
        environment: { platform: 'linux', locks: {} },
        seconds: 1,
      }),
    ),
    about,
  );
  const evidence = await artifacts.put(serialize(statement(evaluationEvidence, subject, measured)), about);
  const shared = { repository: REPOSITORY, headSha: HEAD, model: 'credit', pullRequest: 3, at: 0 };
  await store.candidates.save({
    ...shared,
    inputDigest: digestOf('inputs'),
    digest: CANDIDATE,
    run: 6,
    training,
  });
  await store.evaluations.save({
    ...shared,
    run: 7,
    candidate: CANDIDATE,
    champion: measured.champion,
    state: 'judged',
    outcome: {
      evidence,
      base: HEAD,
      policyFrom: 'base',
      status: 'fail',
      reason: '',
      results: judge(measured, modelConfig('{benchmark: [{metric: roc_auc, min: 0.9}]}')),
    },
  } as Parameters<typeof store.evaluations.save>[0]);
  const server = fastify();
  t.after(() => server.close());
  await server.register((scope) =>
    dashboardRoutes(scope, { store, artifacts, clock: memoryClock(), pages: 'https://github.com' }),
  );
  return { get: (url: string) => server.inject({ url }) };
}
