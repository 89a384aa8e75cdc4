/** The templates and the root action, executed step by step on the stand-in for GitHub. */

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { at, type World, world } from '#test/peers/github/testing.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { holdoutCsv, lock, modelYaml, TRAIN_CSV } from '#test/support/model-repository.ts';
import { identityModel } from '#test/support/onnx.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DECODES = 'base64 -d model.bin > "$MERGEWAY_OUT/model.onnx"';
const POLICY = modelYaml({ command: DECODES });

async function template(path: string): Promise<string> {
  return readFile(join(ROOT, 'templates/workflows', path), 'utf8');
}

/** A repository with a model, its data and these workflows on main, and the two stores beside it. */
async function repositoryWith(t: TestContext, workflows: Readonly<Record<string, string>>, policy = POLICY) {
  const folder = await temporaryFolder(t);
  const stores = { MERGEWAY_STORE: join(folder, 'store'), MERGEWAY_DATA_STORE: join(folder, 'data') };
  const w = await world(t, { toolCache: join(folder, 'tools') });
  const holdout = holdoutCsv(300);
  await mkdir(stores.MERGEWAY_DATA_STORE);
  await writeFile(join(stores.MERGEWAY_DATA_STORE, 'holdout.csv'), holdout);
  for (const [name, value] of Object.entries(stores)) {
    const repository = `${at.owner}/${at.repo}`;
    w.github.setVariable({ repository, environment: 'mergeway-evaluation', name, value });
  }
  await w.push('main', {
    'models/flights/model.yaml': policy,
    'model.bin': 'bm90IHlldA==',
    'requirements.lock': '# nothing to install\n',
    'data/train.csv': TRAIN_CSV,
    'data/train.lock': lock('data/train.csv', TRAIN_CSV),
    'data/holdout.lock': lock('store:holdout.csv', holdout),
    ...Object.fromEntries(
      Object.entries(workflows).map(([name, text]) => [`.github/workflows/${name}`, text]),
    ),
  });
  await w.github.idle();
  return { w, stores };
}

const MODEL = { 'model.bin': Buffer.from(identityModel('float')).toString('base64') };

async function conclusions(w: World): Promise<string> {
  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  return data.workflow_runs
    .map(({ name, event, conclusion }) => `${name} on ${event}: ${conclusion}`)
    .join('\n');
}

async function allLogs(w: World): Promise<string> {
  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  const texts: string[] = [];
  for (const run of data.workflow_runs) {
    const { data: found } = await w.as('ada').rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id });
    for (const { id } of found.jobs) {
      const log = await w.as('ada').rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: id });
      texts.push(`== ${run.name}\n${String(log.data)}`);
    }
  }
  return texts.join('\n');
}

test('without the App: a pull request is trained, evaluated and reported, and its merge becomes a version', async (t) => {
  const { w } = await repositoryWith(t, {
    'mergeway-train.yml': await template('mergeway-train.yml'),
    'mergeway-evaluate.yml': await template('actions-only/mergeway-evaluate.yml'),
    'mergeway-promote.yml': await template('actions-only/mergeway-promote.yml'),
  });

  const number = await w.open('better', MODEL);
  await w.github.idle();
  const { data: comments } = await w.as('ada').rest.issues.listComments({ ...at, issue_number: number });
  assert.match(comments[0]?.body ?? '', /roc_auc/, `${await conclusions(w)}\n${await allLogs(w)}`);

  await w.as('ada').rest.pulls.merge({ ...at, pull_number: number, merge_method: 'squash' });
  await w.github.idle();
  const { data: tags } = await w.as('ada').rest.git.listMatchingRefs({ ...at, ref: 'tags/flights' });
  assert.deepEqual(
    tags.map(({ ref }) => ref),
    ['refs/tags/flights#production#1', 'refs/tags/flights@v0.0.1'],
    await allLogs(w),
  );
});

const WHOLE_PATH = `name: Mergeway
on: pull_request
permissions: {contents: read, pull-requests: write}
jobs:
  all:
    runs-on: ubuntu-latest
    environment: {name: mergeway-evaluation, deployment: false}
    steps:
      - uses: actions/checkout@v6
        with: {ref: '\${{ github.event.pull_request.head.sha }}', fetch-depth: 0}
      - uses: mergeway/mergeway@v1
        id: mergeway
        with: {model: flights, data-store: '\${{ vars.MERGEWAY_DATA_STORE }}'}
      - run: test "$VERDICT" = pass
        env: {VERDICT: '\${{ steps.mergeway.outputs.verdict }}'}
`;

test('the root action is the whole path in one job: it judges by the base, comments, and says that it is advisory', async (t) => {
  const { w } = await repositoryWith(t, { 'mergeway.yml': WHOLE_PATH });

  const number = await w.open('better', {
    ...MODEL,
    // The pull request asks for less than the base does: that changes nothing.
    'models/flights/model.yaml': POLICY.replace('min: 0.4', 'min: 0.01'),
  });
  await w.github.idle();

  assert.equal(await conclusions(w), 'Mergeway on pull_request: success', await allLogs(w));
  const { data: comments } = await w.as('ada').rest.issues.listComments({ ...at, issue_number: number });
  assert.match(comments[0]?.body ?? '', /advisory/i);
  assert.match(comments[0]?.body ?? '', /0\.4\b/);
});
