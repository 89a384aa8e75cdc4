// actions/setup-python with a real Python: the second job finds the environment of the first.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { at, logs, world } from './testing.ts';

const TEXT = `
on: pull_request
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-python@v6
        with: {python-version: '3.11'}
      - run: python -m pip install --quiet -r requirements.lock && python -c 'import six; print("six", six.__version__)'
`;

test('one environment per lock, made once', async (t) => {
  const w = await world(t);
  const toolCache = join(w.repository.gitUrl, '../../../tool-cache');
  await w.open('feature', { '.github/workflows/x.yml': TEXT, 'requirements.lock': 'six==1.17.0\n' });
  await w.github.idle();

  await w.push('feature', { 'a.txt': 'same lock' });
  await w.github.idle();

  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  assert.deepEqual(
    data.workflow_runs.map(({ conclusion }) => conclusion),
    ['success', 'success'],
    await logs(w).catch(String),
  );
  assert.equal((await readdir(join(toolCache, 'python'))).length, 1);
});
