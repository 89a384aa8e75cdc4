/** An alarm on the stand-in for GitHub: what the App's own installation may do, and what GitHub makes of it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { githubAnnotatedTags } from '#adapters/github/annotated-tags.ts';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { memoryClock } from '#adapters/memory/clock.ts';
import { memoryStore } from '#adapters/memory/store.ts';
import { type RunningApp, startApp } from '#app/server.ts';
import { digestOf } from '#core/digest.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { at, REGISTRATION, type World, world } from '#test/peers/github/testing.ts';
import { appOptions, SILENT, until } from '#test/support/app.ts';
import { AUTO, circleYaml, DAY, dataOf, HOUR, START, windowsOf } from '#test/support/circle.ts';
import { baseFiles } from '#test/support/line.ts';

const TRAIN = `on: pull_request
jobs: {train: {runs-on: ubuntu-latest, steps: [{run: "cat data/holdout.lock"}]}}
`;

test('an alarm opens an issue and a pull request of one commit, which starts the training workflow', async (t) => {
  const w = await world(t);
  const base = await withChampion(w);

  const app = await appOn(w);
  t.after(() => app.close());
  await until(async () => (await issuesOf(w)).length === 2);
  await w.github.idle();

  const [alarm, pull] = await issuesOf(w);
  assert.deepEqual([alarm?.title, alarm?.user?.login], ['credit: performance', 'mergeway[bot]']);
  assert.match(alarm?.body ?? '', new RegExp(`Retraining:.* #${pull?.number}, on data to 2026-01-01`));
  assert.equal(pull?.title, 'Retrain credit on data to 2026-01-01T00:00:00Z');
  const { data } = await w.as('ada').rest.pulls.get({ ...at, pull_number: pull?.number ?? 0 });
  assert.deepEqual([data.base.sha, data.commits, data.changed_files], [base, 1, 2]);
  assert.equal(data.head.ref, 'mergeway/retrain/credit/20260101T000000Z_20260102T000000Z');
  const [run, ...others] = await runsOf(w);
  assert.deepEqual([run?.head_sha, run?.event, others.length], [data.head.sha, 'pull_request', 0]);
  assert.deepEqual(w.github.violations, []);
});

/** A version in production, by tags; the commit that `main` is at. */
async function withChampion(w: World): Promise<string> {
  const files = baseFiles({
    'models/credit/model.yaml': circleYaml(AUTO),
    '.github/workflows/mergeway-train.yml': TRAIN,
    '.github/workflows/mergeway-evaluate.yml':
      'on: workflow_dispatch\njobs: {a: {runs-on: x, steps: [{run: "true"}]}}',
  });
  const texts = Object.entries(files).map(([path, content]) => [path, String(content)]);
  const commit = await w.push('main', Object.fromEntries(texts));
  const tagger = { name: 'mergeway[bot]', email: 'mergeway@example.com' };
  const registry = gtoRegistry(githubAnnotatedTags((await w.asApp()) as never, at, { tagger }));
  const version = { model: 'credit', at: START };
  await registry.register({ ...version, commit, digest: digestOf('first') });
  await registry.assign({ ...version, version: 'v0.0.1', stage: 'production' });
  await w.github.idle();
  return commit;
}

async function appOn(w: World): Promise<RunningApp> {
  const store = memoryStore();
  const { data } = await w.asJwt().rest.apps.getRepoInstallation(at);
  await store.repositories.seen({ name: 'acme/models', installation: data.id });
  return startApp(appOptions(REGISTRATION, { apiUrl: w.github.apiUrl }), {
    store: { ...store, close: async () => {} },
    artifacts: memoryArtifactStore(),
    clock: memoryClock(START + DAY + 7 * HOUR),
    log: SILENT,
    windows: (workspace) => windowsOf(workspace, { isBad: () => true }),
    data: (workspace) => dataOf(workspace, { dataFits: true, dataLag: 0 }),
  });
}

async function issuesOf(w: World) {
  const { data } = await w.as('ada').rest.issues.listForRepo({ ...at, state: 'all' });
  return data;
}

async function runsOf(w: World) {
  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  return data.workflow_runs;
}
