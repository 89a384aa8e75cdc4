// GitHub's limits, each at its edge: what still fits is taken, one more is refused.
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, refusal, world } from './testing.ts';

const annotation = {
  path: 'a',
  start_line: 1,
  end_line: 1,
  annotation_level: 'notice',
  message: 'm',
} as const;
const button = { label: 'l', description: 'd', identifier: 'i' };

test('a comment holds 65,536 characters and not one more', async (t) => {
  const w = await world(t);
  const issue_number = await w.open('feature', { 'a.txt': 'a' });
  const app = (await w.asApp()).rest;
  const say = (length: number) => app.issues.createComment({ ...at, issue_number, body: 'x'.repeat(length) });

  const { data } = await say(65_536);

  const refused = await refusal(say(65_537));
  assert.equal(refused.status, 422);
  assert.match(refused.message, /Body is too long \(maximum is 65536 characters\)/);
  const edit = app.issues.updateComment({ ...at, comment_id: data.id, body: 'x'.repeat(65_537) });
  assert.equal((await refusal(edit)).status, 422);
});

for (const { what, output, actions } of [
  { what: '51 annotations', output: { annotations: Array(51).fill(annotation) }, actions: [] },
  { what: 'a summary of 65,536 characters', output: { summary: 'x'.repeat(65_536) }, actions: [] },
  { what: 'a text of 65,536 characters', output: { text: 'x'.repeat(65_536) }, actions: [] },
  { what: 'four buttons', output: {}, actions: Array(4).fill(button) },
]) {
  test(`a check run with ${what} is 422`, async (t) => {
    const w = await world(t);
    const head_sha = await w.push('feature', { 'a.txt': 'a' });
    const check = { ...at, name: 'gate', head_sha, actions, output: { title: 't', summary: 's', ...output } };

    assert.equal((await refusal((await w.asApp()).rest.checks.create(check))).status, 422);
  });
}

test('annotations of later requests are added to the earlier ones', async (t) => {
  const w = await world(t);
  const head_sha = await w.push('feature', { 'a.txt': 'a' });
  const app = (await w.asApp()).rest;
  const output = { title: 't', summary: 's', annotations: Array(50).fill(annotation) };
  const { data } = await app.checks.create({ ...at, name: 'gate', head_sha, output });

  const { data: after } = await app.checks.update({ ...at, check_run_id: data.id, output });

  assert.equal(after.output.annotations_count, 100);
});

test('only the App that made a check run may change it, and people may make none', async (t) => {
  const w = await world(t);
  const text = `
on: pull_request
jobs: {theirs: {runs-on: ubuntu-latest, steps: [{run: "true"}]}}
`;
  await w.open('feature', { '.github/workflows/x.yml': text });
  await w.github.idle();
  const app = (await w.asApp()).rest;
  const { data } = await app.checks.listForRef({ ...at, ref: 'feature' });
  const check_run_id = data.check_runs[0]?.id ?? 0;

  const foreign = await refusal(app.checks.update({ ...at, check_run_id, conclusion: 'success' }));
  const person = await refusal(w.as('ada').rest.checks.create({ ...at, name: 'x', head_sha: 'x' }));

  assert.equal(foreign.status, 403);
  assert.match(foreign.message, /Invalid app_id `77`/);
  assert.deepEqual(person, { status: 403, message: 'You must authenticate via a GitHub App.' });
});

test('a description of a deployment status has at most 140 characters', async (t) => {
  const w = await world(t);
  const ref = await w.push('feature', { 'a.txt': 'a' });
  const app = (await w.asApp()).rest;
  const made = await app.repos.createDeployment({ ...at, ref, auto_merge: false });
  assert.ok('id' in made.data);
  const status = { ...at, deployment_id: made.data.id, state: 'success' } as const;

  await app.repos.createDeploymentStatus({ ...status, description: 'x'.repeat(140) });

  const long = app.repos.createDeploymentStatus({ ...status, description: 'x'.repeat(141) });
  assert.equal((await refusal(long)).status, 422);
});
