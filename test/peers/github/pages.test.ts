// The pages: what a reviewer would look for is there, and nothing in a comment can become more than text.
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, world } from './testing.ts';

test('a pull request page shows report, checks and why it can’t be merged', async (t) => {
  const w = await world(t);
  w.github.protectBranch({ repository: 'acme/models', branch: 'main', requiredChecks: ['mergeway/bias'] });
  const number = await w.open('feature', { 'a.txt': 'a' });
  const app = (await w.asApp()).rest;
  const body =
    '## Not yet\n\n| gate | verdict |\n|---|---|\n| bias | **fail** |\n\n<details><summary>more</summary>\n\n`x`\n\n</details>';
  await app.issues.createComment({ ...at, issue_number: number, body });
  const { data } = await app.pulls.get({ ...at, pull_number: number });
  const output = { title: 'Fails by .34', summary: '# Numbers' };
  const check = await app.checks.create({
    ...at,
    name: 'mergeway/bias',
    head_sha: data.head.sha,
    conclusion: 'failure',
    output,
  });

  const page = await (await fetch(data.html_url)).text();
  const checkPage = await (await fetch(check.data.html_url ?? '')).text();

  for (const part of [
    'Change feature',
    '<h2>Not yet</h2>',
    '<td>bias</td>',
    '<summary>more</summary>',
    'Fails by .34',
  ])
    assert.ok(page.includes(part), part);
  assert.match(
    page,
    /Merging is blocked[\s\S]*Required status check &quot;mergeway\/bias&quot; is failing\./,
  );
  assert.match(checkPage, /<h1>Numbers<\/h1>/);
});

test('nothing in a comment runs, loads or calls anybody', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });
  const body = [
    '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>',
    '<style>body{display:none}</style><iframe src="//evil"></iframe><p style="position:fixed">@ada hello #1</p>',
    '<form action="//evil"><input type="text" name="token"></form>',
  ].join('\n\n');
  await w.as('ada').rest.issues.createComment({ ...at, issue_number: number, body });

  const response = await fetch(`${w.github.url}/acme/models/pull/${number}`);

  const page = await response.text();
  const shown = page.slice(page.indexOf('issuecomment-'));
  assert.doesNotMatch(shown, /<script|onerror|javascript:|<iframe|<style|style=|<form|type="text"/);
  assert.match(shown, /@ada hello #1/);
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
});

test('the other pages exist, and what does not is 404', async (t) => {
  const w = await world(t);
  await w.open('feature', { 'a.txt': 'a' });
  const status = async (path: string) => (await fetch(w.github.url + path)).status;

  const paths = [
    '/',
    '/acme/models',
    '/acme/models/pull/1',
    '/_style.css',
    '/acme/models/pull/2',
    '/acme/none',
    '/x',
  ];

  assert.deepEqual(await Promise.all(paths.map(status)), [200, 200, 200, 200, 404, 404, 200]);
});
