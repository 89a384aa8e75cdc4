// Workflow runs of the stand-in: real files of a real repository, executed step by step.
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, type World, world } from './testing.ts';

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
  assert.equal(
    checks.data.check_runs.find(({ name }) => name === 'use')?.output.summary,
    '# The answer is 42\n',
  );
  assert.deepEqual(w.github.violations, []);
});

/** The one run so far, with its jobs. */
export async function onlyRun(w: World) {
  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  const [run, ...others] = data.workflow_runs;
  assert.ok(run && others.length === 0, `${data.total_count} runs`);
  const jobs = await w.as('ada').rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id });
  return { run, jobs: jobs.data.jobs };
}

/** Every log, for the message of a failed assertion. */
async function logs(w: World): Promise<string> {
  const { jobs } = await onlyRun(w);
  const texts = jobs.map(({ id }) =>
    w.as('ada').rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: id }),
  );
  return (await Promise.all(texts)).map(({ data }) => String(data)).join('\n');
}
