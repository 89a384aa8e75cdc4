// Workflow runs of the stand-in: which start, in what order their jobs run, and what each may see.
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, logs, onlyRun, workflow, world } from './testing.ts';

const TWO_JOBS = `
name: Two jobs
on: pull_request
permissions: {contents: read}
env: {GREETING: hello}
jobs:
  make:
    runs-on: ubuntu-latest
    outputs: {answer: "\${{ steps.think.outputs.answer }}"}
    steps:
      - uses: actions/checkout@v5
      - id: think
        run: |
          echo "answer=$((6 * 7))" >> "$GITHUB_OUTPUT"
          { echo 'text<<END'; echo one; echo two; echo END; } >> "$GITHUB_OUTPUT"
      - run: mkdir -p out && cat data.txt > out/data.txt && echo "$GREETING" > out/greeting.txt
      - uses: actions/upload-artifact@v6
        with: {name: hand-over, path: out, if-no-files-found: error}
  use:
    needs: make
    runs-on: [self-hosted, gpu]
    steps:
      - uses: actions/download-artifact@v7
        with: {name: hand-over, path: got}
      - run: |
          test "$(cat got/data.txt)" = "from the branch"
          test "\${{ needs.make.outputs.answer }}" = 42
          echo "# The answer is \${{ needs.make.outputs.answer }}" >> "$GITHUB_STEP_SUMMARY"
`;

test('two jobs hand over an output and an artifact', async (t) => {
  const w = await world(t);

  await w.open('feature', { '.github/workflows/two.yml': TWO_JOBS, 'data.txt': 'from the branch\n' });
  await w.github.idle();

  const { run, jobs } = await onlyRun(w);
  assert.deepEqual(
    [run.event, run.conclusion, run.name],
    ['pull_request', 'success', 'Two jobs'],
    await logs(w),
  );
  assert.deepEqual(
    jobs.map(({ name, conclusion }) => [name, conclusion]),
    [
      ['make', 'success'],
      ['use', 'success'],
    ],
  );
  const checks = await w.as('ada').rest.checks.listForRef({ ...at, ref: run.head_sha });
  const summary = checks.data.check_runs.find(({ name }) => name === 'use')?.output.summary;
  assert.equal(summary, '# The answer is 42\n');
  assert.deepEqual(w.github.violations, []);
});

test('a failing step fails its job, skips what needs it, and leaves `if: always()` to run', async (t) => {
  const w = await world(t);
  const text = `
on: pull_request
jobs:
  breaks:
    runs-on: ubuntu-latest
    steps:
      - run: exit 3
      - run: echo not reached
      - if: failure()
        run: echo seen
  waits: {runs-on: ubuntu-latest, needs: breaks, steps: [{run: echo no}]}
  gate: {runs-on: ubuntu-latest, needs: [breaks, waits], if: always(), steps: [{run: 'test "\${{ needs.breaks.result }} \${{ needs.waits.result }}" = "failure skipped"'}]}
`;

  await w.open('feature', { '.github/workflows/x.yml': text });
  await w.github.idle();

  const { run, jobs } = await onlyRun(w);
  const conclusions = Object.fromEntries(jobs.map(({ name, conclusion }) => [name, conclusion]));
  const steps = jobs.find(({ name }) => name === 'breaks')?.steps?.map(({ conclusion }) => conclusion);
  assert.equal(run.conclusion, 'failure');
  assert.deepEqual(conclusions, { breaks: 'failure', waits: 'skipped', gate: 'success' });
  assert.deepEqual(steps, ['failure', 'skipped', 'success']);
  assert.match(await logs(w), /Process completed with exit code 3/);
});

test('secrets and variables of an environment reach only the job that names it, and never a log', async (t) => {
  const w = await world(t);
  const repository = 'acme/models';
  w.github.setSecret({ repository, environment: 'holdout', name: 'KEY', value: 'open sesame' });
  w.github.setVariable({ repository, environment: 'holdout', name: 'STORE', value: '/data' });
  w.github.setVariable({ repository, name: 'STORE', value: 'none' });
  const step = `[{run: 'echo "key=$KEY store=$STORE"', env: {KEY: "\${{ secrets.KEY }}", STORE: "\${{ vars.STORE }}"}}]`;
  const text = `
on: pull_request
jobs:
  named: {runs-on: ubuntu-latest, environment: {name: holdout, deployment: false}, steps: ${step}}
  other: {runs-on: ubuntu-latest, steps: ${step}}
`;

  await w.open('feature', { '.github/workflows/x.yml': text });
  await w.github.idle();

  const said = (await logs(w)).split('\n').filter((line) => line.startsWith('key='));
  const { data: deployments } = await w.as('ada').rest.repos.listDeployments(at);
  assert.deepEqual(said.sort(), ['key= store=none', 'key=*** store=/data']);
  assert.equal(deployments.length, 0, '`deployment: false` writes no deployment');
});

test('a job that names an environment deploys to it', async (t) => {
  const w = await world(t);
  const text = `
on: pull_request
jobs:
  live: {runs-on: ubuntu-latest, environment: {name: staging, url: 'https://staging.test'}, steps: [{run: echo live}]}
`;

  await w.open('feature', { '.github/workflows/x.yml': text });
  await w.github.idle();

  const ada = w.as('ada').rest.repos;
  const { data: deployments } = await ada.listDeployments(at);
  const [deployment] = deployments;
  assert.ok(deployment);
  const { data: statuses } = await ada.listDeploymentStatuses({ ...at, deployment_id: deployment.id });
  assert.deepEqual([deployment.environment, deployment.creator?.login], ['staging', 'github-actions[bot]']);
  assert.deepEqual(
    statuses.map(({ state, environment_url }) => [state, environment_url]),
    [
      ['success', 'https://staging.test'],
      ['in_progress', ''],
    ],
  );
});

test('GITHUB_TOKEN may do what `permissions` says, and its deeds start no workflows', async (t) => {
  const w = await world(t);
  const text = `
on: {pull_request: , issue_comment: }
name: Speak
permissions: {contents: read, issues: write}
jobs:
  speak:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    steps:
      - env: {TOKEN: "\${{ github.token }}"}
        run: |
          call() { curl -s -o /dev/null -w '%{http_code}' -H "authorization: token $TOKEN" -d "$2" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$1"; }
          test "$(call issues/1/comments '{"body":"from a job"}')" = 201
          test "$(call deployments '{"ref":"main"}')" = 403
`;
  await w.push('main', { '.github/workflows/speak.yml': text });

  await w.open('feature', { 'a.txt': 'a' });
  await w.github.idle();

  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  const events = data.workflow_runs.map(({ event, conclusion }) => `${event} ${conclusion}`).sort();
  assert.deepEqual(
    events.filter((event) => event.startsWith('issue_comment')),
    [],
  );
  assert.ok(events.includes('pull_request success'), events.join(', '));
});

test('a workflow of the default branch follows another one by workflow_run', async (t) => {
  const w = await world(t);
  const follower = `
name: Evaluate
on: {workflow_run: {workflows: [One], types: [completed]}}
permissions: {actions: read, contents: read}
jobs:
  use:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: test "$(git rev-parse HEAD)" = "$GITHUB_SHA" && test ! -e secret.txt
      - uses: actions/download-artifact@v7
        with: {name: bytes, run-id: "\${{ github.event.workflow_run.id }}", github-token: "\${{ github.token }}"}
      - run: test "$(cat data.txt)" = data
`;
  await w.push('main', { '.github/workflows/evaluate.yml': follower });
  const steps = `
      - run: echo data > data.txt
      - uses: actions/upload-artifact@v6
        with: {name: bytes, path: data.txt}
`;

  await w.open('feature', { ...workflow(steps), 'secret.txt': 'of the pull request' });
  await w.github.idle();

  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  const runs = data.workflow_runs.map(({ name, event, head_branch, conclusion }) => [
    name,
    event,
    head_branch,
    conclusion,
  ]);
  assert.deepEqual(runs, [
    ['Evaluate', 'workflow_run', 'main', 'success'],
    ['One', 'pull_request', 'feature', 'success'],
  ]);
});

test('a workflow that follows itself stops after three levels', async (t) => {
  const w = await world(t);
  const text = `
name: Echo
on: {pull_request: , workflow_run: {workflows: [Echo], types: [completed]}}
jobs: {say: {runs-on: ubuntu-latest, steps: [{run: echo again}]}}
`;
  await w.push('main', { '.github/workflows/echo.yml': text });

  await w.open('feature', { 'a.txt': 'a' });
  await w.github.idle();

  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  assert.deepEqual(
    data.workflow_runs.map(({ event }) => event),
    ['workflow_run', 'workflow_run', 'workflow_run', 'pull_request'],
  );
});

test('a file that is no workflow gives a failed run with the reason', async (t) => {
  const w = await world(t);

  await w.push('main', { '.github/workflows/bad.yml': 'on: push\njobs: {a: {runs-on: x, steps: none}}\n' });
  await w.github.idle();

  const { run } = await onlyRun(w);
  const page = await (await fetch(run.html_url)).text();
  assert.equal(run.conclusion, 'failure');
  assert.match(page, /Invalid workflow file: .github\/workflows\/bad.yml/);
});
