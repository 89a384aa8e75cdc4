// workflow_dispatch: returns the run's id when asked, takes no sha, and checks inputs against the file.
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, logs, refusal, type World, world } from './testing.ts';

const EVALUATE = `
name: Evaluate
on:
  workflow_dispatch:
    inputs:
      head_sha: {required: true}
      dry: {type: boolean, default: false}
      size: {type: choice, options: [small, large], default: small}
jobs:
  go:
    runs-on: ubuntu-latest
    steps:
      - env: {SHA: "\${{ inputs.head_sha }}", KIND: "\${{ inputs.dry == true }}", SIZE: "\${{ github.event.inputs.size }}"}
        run: test "$SHA $KIND $SIZE" = "abc true small"
`;

async function dispatch(w: World, ref: string, inputs: Record<string, unknown>) {
  const app = await w.asApp();
  return app.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
    ...at,
    workflow_id: 'evaluate.yml',
    ref,
    inputs,
    return_run_details: true,
  });
}

test('a dispatch answers with the id of its run, and the run gets typed inputs', async (t) => {
  const w = await world(t);
  await w.push('main', { '.github/workflows/evaluate.yml': EVALUATE });

  const { status, data } = await dispatch(w, 'main', { head_sha: 'abc', dry: true });
  await w.github.idle();

  const { workflow_run_id: run_id, run_url, html_url } = data as Record<string, number | string>;
  const { data: run } = await w.as('ada').rest.actions.getWorkflowRun({ ...at, run_id: Number(run_id) });
  assert.equal(status, 200);
  assert.deepEqual([run.url, run.html_url], [run_url, html_url]);
  assert.deepEqual(
    [run.event, run.conclusion, run.actor?.login],
    ['workflow_dispatch', 'success', 'mergeway[bot]'],
    await logs(w),
  );
  assert.deepEqual(
    w.received.filter(({ name }) => name === 'workflow_run').map(({ payload }) => payload.action),
    ['requested', 'in_progress', 'completed'],
  );
});

test('without return_run_details there is no content', async (t) => {
  const w = await world(t);
  await w.push('main', { '.github/workflows/evaluate.yml': EVALUATE });

  const order = { ...at, workflow_id: 'evaluate.yml', ref: 'main', inputs: { head_sha: 'abc', dry: 'true' } };
  const { status } = await w.as('ada').rest.actions.createWorkflowDispatch(order);

  assert.equal(status, 204);
});

for (const { what, ref, inputs, message } of [
  { what: 'a sha', ref: 'sha', inputs: { head_sha: 'abc' }, message: /^No ref found for: [0-9a-f]{40}$/ },
  {
    what: 'an unknown input',
    ref: 'main',
    inputs: { head_sha: 'a', x: 'y' },
    message: /^Unexpected inputs provided: \["x"\]$/,
  },
  { what: 'a missing input', ref: 'main', inputs: {}, message: /^Required input 'head_sha' not provided$/ },
  {
    what: 'a choice that is none',
    ref: 'main',
    inputs: { head_sha: 'a', size: 'huge' },
    message: /not in the list of allowed values$/,
  },
]) {
  test(`a dispatch with ${what} is 422`, async (t) => {
    const w = await world(t);
    const sha = await w.push('main', { '.github/workflows/evaluate.yml': EVALUATE });

    const refused = await refusal(dispatch(w, ref === 'sha' ? sha : ref, inputs));

    assert.equal(refused.status, 422);
    assert.match(refused.message, message);
  });
}
