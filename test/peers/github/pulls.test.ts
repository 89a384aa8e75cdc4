// Pull requests: opened, moved by pushes, merged by git or refused as GitHub refuses.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { at, refusal, type World, world } from './testing.ts';

test('a merge makes a commit with two parents and closes the pull request', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });
  const ada = w.as('ada').rest;
  const { data: before } = await ada.pulls.get({ ...at, pull_number: number });

  const { data: merged } = await ada.pulls.merge({ ...at, pull_number: number, sha: before.head.sha });

  const { data: after } = await ada.pulls.get({ ...at, pull_number: number });
  const { data: commit } = await ada.git.getCommit({ ...at, commit_sha: merged.sha });
  assert.deepEqual([after.state, after.merged, after.merge_commit_sha], ['closed', true, merged.sha]);
  assert.deepEqual(
    commit.parents.map(({ sha }) => sha),
    [before.base.sha, before.head.sha],
  );
  assert.equal(git(w, 'rev-parse', 'main'), merged.sha);
});

test('a squash makes one commit with the pull request’s number', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });
  await w.push('feature', { 'b.txt': 'b' });

  const order = { ...at, pull_number: number, merge_method: 'squash' } as const;
  await w.as('ada').rest.pulls.merge(order);

  assert.deepEqual(git(w, 'log', '--format=%s', 'main').split('\n'), [
    'Change feature (#1)',
    'Change README.md',
  ]);
  assert.equal(git(w, 'ls-tree', '--name-only', 'main'), 'README.md\na.txt\nb.txt');
});

test('a rebase replays the commits on a base that moved', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });
  await w.push('feature', { 'b.txt': 'b' });
  await w.push('main', { 'c.txt': 'c' });

  await w.as('ada').rest.pulls.merge({ ...at, pull_number: number, merge_method: 'rebase' });

  const subjects = ['Change b.txt', 'Change a.txt', 'Change c.txt', 'Change README.md'];
  assert.deepEqual(git(w, 'log', '--format=%s', 'main').split('\n'), subjects);
});

test('a merge of another head than the one named is 409', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });

  const order = { ...at, pull_number: number, sha: '0'.repeat(40) };

  const message = 'Head branch was modified. Review and try the merge again.';
  assert.deepEqual(await refusal(w.as('ada').rest.pulls.merge(order)), { status: 409, message });
});

for (const { state, check, message } of [
  { state: 'missing', check: undefined, message: 'Required status check "gate" is expected.' },
  {
    state: 'running',
    check: { status: 'in_progress' },
    message: 'Required status check "gate" is in progress.',
  },
  { state: 'red', check: { conclusion: 'failure' }, message: 'Required status check "gate" is failing.' },
  {
    state: 'undecided',
    check: { conclusion: 'action_required' },
    message: 'Required status check "gate" is failing.',
  },
] as const) {
  test(`a merge is 405 while a required check is ${state}`, async (t) => {
    const w = await world(t);
    w.github.protectBranch({ repository: 'acme/models', branch: 'main', requiredChecks: ['gate'] });
    const number = await w.open('feature', { 'a.txt': 'a' });
    const { data } = await w.as('ada').rest.pulls.get({ ...at, pull_number: number });
    const app = (await w.asApp()).rest;
    if (check) await app.checks.create({ ...at, name: 'gate', head_sha: data.head.sha, ...check });

    const refused = await refusal(app.pulls.merge({ ...at, pull_number: number }));

    const { data: after } = await app.pulls.get({ ...at, pull_number: number });
    assert.deepEqual(refused, { status: 405, message });
    assert.equal(after.mergeable_state, 'blocked');
  });
}

for (const conclusion of ['success', 'neutral', 'skipped'] as const) {
  test(`a required check that is ${conclusion} lets the merge through`, async (t) => {
    const w = await world(t);
    w.github.protectBranch({ repository: 'acme/models', branch: 'main', requiredChecks: ['gate'] });
    const number = await w.open('feature', { 'a.txt': 'a' });
    const { data } = await w.as('ada').rest.pulls.get({ ...at, pull_number: number });
    await (await w.asApp()).rest.checks.create({ ...at, name: 'gate', head_sha: data.head.sha, conclusion });

    const merged = await w.as('ada').rest.pulls.merge({ ...at, pull_number: number });

    assert.equal(merged.data.merged, true);
  });
}

test('a conflict is 405, shows as dirty, and starts no workflow', async (t) => {
  const w = await world(t);
  await w.push('feature', {
    'README.md': 'mine\n',
    '.github/workflows/a.yml': 'on: pull_request\njobs: {a: {runs-on: x, steps: [{run: "true"}]}}',
  });
  await w.push('main', { 'README.md': 'yours\n' });
  const { data } = await w
    .as('ada')
    .rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'Clash' });
  await w.github.idle();

  const refused = await refusal(w.as('ada').rest.pulls.merge({ ...at, pull_number: data.number }));

  const runs = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  assert.deepEqual(refused, { status: 405, message: 'Pull Request is not mergeable' });
  assert.deepEqual([data.mergeable, data.mergeable_state, runs.data.total_count], [false, 'dirty', 0]);
});

test('a push moves the head of an open pull request and says so', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });

  const sha = await w.push('feature', { 'a.txt': 'b' });
  await w.github.idle();

  const { data } = await w.as('ada').rest.pulls.get({ ...at, pull_number: number });
  const moved = w.received.find(({ payload }) => payload.action === 'synchronize');
  assert.equal(data.head.sha, sha);
  assert.equal(moved?.payload.after, sha);
});

test('a push to the bare path is heard of by `pushed`', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });
  git(
    w,
    'update-ref',
    'refs/heads/feature',
    git(w, 'commit-tree', 'main^{tree}', '-p', 'feature', '-m', 'x'),
  );

  await w.github.pushed({ repository: 'acme/models', branch: 'feature', by: 'ada' });
  await w.github.idle();

  const { data } = await w.as('ada').rest.pulls.get({ ...at, pull_number: number });
  const sender = w.received.find(({ payload }) => payload.action === 'synchronize')?.payload.sender;
  assert.equal(data.head.sha, git(w, 'rev-parse', 'feature'));
  assert.equal((sender as { login: string }).login, 'ada');
});

test('the same pull request twice, or one without commits, is 422', async (t) => {
  const w = await world(t);
  await w.open('feature', { 'a.txt': 'a' });
  await w.as('ada').rest.git.createRef({ ...at, ref: 'refs/heads/same', sha: git(w, 'rev-parse', 'main') });
  const create = (head: string) =>
    w.as('ada').rest.pulls.create({ ...at, head, base: 'main', title: 'again' });

  assert.equal((await refusal(create('feature'))).status, 422);
  assert.equal((await refusal(create('same'))).status, 422);
  assert.equal((await refusal(create('absent'))).status, 422);
});

test('a pull request of an App, made of git objects alone, starts workflows as everybody’s', async (t) => {
  const w = await world(t);
  const ci = 'on: pull_request\njobs: {a: {runs-on: x, steps: [{run: "true"}]}}';
  const base = await w.push('main', { '.github/workflows/a.yml': ci });
  const { git: objects, pulls } = (await w.asApp()).rest;
  const { data: onBase } = await objects.getCommit({ ...at, commit_sha: base });
  const entry = { path: 'deep/er/b.txt', mode: '100644', type: 'blob', content: 'ü\n' } as const;

  const { data: tree } = await objects.createTree({ ...at, base_tree: onBase.tree.sha, tree: [entry] });
  const commit = { ...at, message: 'One file', tree: tree.sha, parents: [base] };
  const { data: made } = await objects.createCommit(commit);
  await objects.createRef({ ...at, ref: 'refs/heads/ours', sha: made.sha });
  const { data: pull } = await pulls.create({ ...at, head: 'ours', base: 'main', title: 'Ours' });
  await w.github.idle();

  const runs = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  const [run] = runs.data.workflow_runs;
  assert.deepEqual([run?.event, run?.head_sha, run?.conclusion], ['pull_request', made.sha, 'success']);
  assert.deepEqual([pull.changed_files, pull.user?.login], [1, 'mergeway[bot]']);
  assert.equal(git(w, 'show', 'ours:deep/er/b.txt'), 'ü');
  assert.equal(git(w, 'show', 'ours:README.md'), 'models');
});

test('a tree of an object that is not there is 422', async (t) => {
  const w = await world(t);
  const { git: objects } = (await w.asApp()).rest;
  const entry = { path: 'a.txt', mode: '100644', type: 'blob', sha: '1'.repeat(40) } as const;

  assert.equal((await refusal(objects.createTree({ ...at, tree: [entry] }))).status, 422);
});

test('lists come in pages with a Link header', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });
  const app = (await w.asApp()).rest;
  for (let i = 0; i < 5; i++) await app.issues.createComment({ ...at, issue_number: number, body: `${i}` });

  const { headers, data } = await app.issues.listComments({
    ...at,
    issue_number: number,
    per_page: 2,
    page: 2,
  });

  assert.deepEqual(
    data.map(({ body }) => body),
    ['2', '3'],
  );
  assert.match(headers.link ?? '', /page=1>; rel="prev".*page=3>; rel="next".*page=3>; rel="last"/);
  const all = await w.as('ada').paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...at,
    issue_number: number,
    per_page: 2,
  });
  assert.equal(all.length, 5);
});

function git(w: World, ...args: string[]): string {
  const identity = {
    GIT_AUTHOR_NAME: 'x',
    GIT_AUTHOR_EMAIL: 'x@x',
    GIT_COMMITTER_NAME: 'x',
    GIT_COMMITTER_EMAIL: 'x@x',
  };
  const env = { PATH: process.env.PATH, ...identity };
  return execFileSync('git', ['-C', w.repository.gitUrl, ...args], { env, encoding: 'utf8' }).trim();
}
