// The steps of a job: real processes with the environment, files and time limits of a runner.
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, logs, onlyRun, workflow, world } from './testing.ts';

test("a job's environment holds nothing of the process that runs the stand-in", async (t) => {
  process.env.MERGEWAY_LEAK = 'leaked';
  t.after(() => delete process.env.MERGEWAY_LEAK);
  const w = await world(t);
  const script = `
      - run: |
          env | sort > all.txt
          test -z "$MERGEWAY_LEAK" && test "$HOME" != "${process.env.HOME}" && test "$CI" = true
          test -z "$ACTIONS_RUNTIME_TOKEN" && test -z "$GITHUB_TOKEN"
          test -f "$GITHUB_EVENT_PATH" && test "$GITHUB_REF" = refs/pull/1/merge
          node --version | grep v24
`;

  await w.open('feature', workflow(script));
  await w.github.idle();

  assert.equal((await onlyRun(w)).run.conclusion, 'success', await logs(w));
});

test('a composite action runs from its folder with inputs, outputs and steps of its own', async (t) => {
  const w = await world(t);
  const action = `
name: Greet
inputs: {who: {default: nobody}}
outputs: {said: {value: "\${{ steps.say.outputs.text }}"}}
runs:
  using: composite
  steps:
    - id: say
      shell: bash
      env: {WHO: "\${{ inputs.who }}"}
      run: |
        test -f "$GITHUB_ACTION_PATH/action.yml"
        echo "text=hello $WHO from $FROM" >> "$GITHUB_OUTPUT"
`;
  const steps = `
      - uses: actions/checkout@v5
      - {id: greet, uses: ./actions/greet, with: {who: world}, env: {FROM: caller}}
      - run: test "\${{ steps.greet.outputs.said }}" = "hello world from caller"
      - run: test -z "$FROM" && test -z "\${{ steps.say.outputs.text }}"
`;

  await w.open('feature', { ...workflow(steps), 'actions/greet/action.yml': action });
  await w.github.idle();

  assert.equal((await onlyRun(w)).run.conclusion, 'success', await logs(w));
});

test('GITHUB_ENV, GITHUB_PATH, matrices and expressions work as on GitHub', async (t) => {
  const w = await world(t);
  const steps = `
      - run: |
          echo "COLOUR=blue" >> "$GITHUB_ENV"
          mkdir -p bin && printf '#!/bin/sh\\necho mine' > bin/tool && chmod +x bin/tool
          echo "$PWD/bin" >> "$GITHUB_PATH"
      - run: test "$COLOUR" = blue && test "$(tool)" = mine && test "\${{ env.COLOUR }}" = blue
      - run: test "\${{ matrix.model }}/\${{ fromJSON('[1,2]')[1] }}/\${{ format('{0}', 'x') }}" = "$MODEL/2/x"
        env: {MODEL: "\${{ matrix.model }}"}
      - if: matrix.model == 'b' && contains(github.event.pull_request.title, 'feature')
        run: exit 1
        continue-on-error: true
`;

  await w.open('feature', workflow(steps, '    strategy: {matrix: {model: [a, b]}}\n'));
  await w.github.idle();

  const { run, jobs } = await onlyRun(w);
  assert.equal(run.conclusion, 'success', await logs(w));
  assert.deepEqual(jobs.map(({ name }) => name).sort(), ['job (a)', 'job (b)']);
});

test('a step that takes longer than its timeout is ended, with the processes it started', async (t) => {
  const w = await world(t);
  const steps = `
      - {run: 'sleep 60 & wait', timeout-minutes: 0.005, continue-on-error: true}
      - run: if pgrep -f 'sleep 6[0]' > /dev/null; then exit 1; fi
`;

  await w.open('feature', workflow(steps));
  await w.github.idle();

  assert.equal((await onlyRun(w)).run.conclusion, 'success', await logs(w));
  assert.match(await logs(w), /timed out/);
});

test('workflow commands become annotations of the job, and masked values are stars', async (t) => {
  const w = await world(t);
  const steps = `
      - run: |
          echo "::add-mask::hush"
          echo "say hush now"
          echo "::error file=src/a.py,line=7,title=Bad::it is wrong"
`;

  await w.open('feature', workflow(steps));
  await w.github.idle();

  const { run, jobs } = await onlyRun(w);
  const check_run_id = Number(jobs[0]?.check_run_url.split('/').at(-1));
  const { data } = await w.as('ada').rest.checks.listAnnotations({ ...at, check_run_id });
  assert.equal(run.conclusion, 'success');
  assert.deepEqual(
    data.map(({ path, start_line, annotation_level, title, message }) => [
      path,
      start_line,
      annotation_level,
      title,
      message,
    ]),
    [['src/a.py', 7, 'failure', 'Bad', 'it is wrong']],
  );
  assert.match(await logs(w), /say \*\*\* now/);
});
