// The real client of @actions/artifact, run by a JavaScript action in a job, against the stand-in's artifact service.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { at, logs, onlyRun, world } from './testing.ts';

const CLIENT = pathToFileURL(
  join(import.meta.dirname, '../../../node_modules/@actions/artifact/lib/artifact.js'),
).href;

const MAIN = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DefaultArtifactClient } from '${CLIENT}';
const client = new DefaultArtifactClient();
mkdirSync('out', { recursive: true });
writeFileSync('out/data.txt', 'x'.repeat(100_000));
const { id, digest } = await client.uploadArtifact('bytes', ['out/data.txt'], 'out');
const { artifacts } = await client.listArtifacts();
const found = await client.getArtifact('bytes');
if (artifacts.length !== 1 || found.artifact.id !== id) throw new Error('the artifact is not listed');
await client.downloadArtifact(id, { path: 'back', expectedHash: 'sha256:' + digest });
if (readFileSync('back/data.txt', 'utf8').length !== 100_000) throw new Error('it came back changed');
`;

test('the real artifact client uploads, lists and downloads', async (t) => {
  const w = await world(t);
  const text = `
on: pull_request
jobs: {only: {runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v5}, {uses: ./action}]}}
`;

  await w.open('feature', {
    '.github/workflows/x.yml': text,
    'action/action.yml': 'runs: {using: node24, main: main.mjs}\n',
    'action/main.mjs': MAIN,
  });
  await w.github.idle();

  const { run } = await onlyRun(w);
  assert.equal(run.conclusion, 'success', await logs(w));
  const ada = w.as('ada').rest.actions;
  const { data } = await ada.listWorkflowRunArtifacts({ ...at, run_id: run.id });
  const [artifact] = data.artifacts;
  assert.ok(artifact);
  const zip = await ada.downloadArtifact({ ...at, artifact_id: artifact.id, archive_format: 'zip' });
  const files = unzipSync(new Uint8Array(zip.data as ArrayBuffer));
  assert.deepEqual(Object.keys(files), ['data.txt']);
});

test('an address for a download is a redirect whose signature counts', async (t) => {
  const w = await world(t);
  const text = `
on: pull_request
jobs:
  only:
    runs-on: ubuntu-latest
    steps: [{run: echo 1 > a.csv}, {uses: actions/upload-artifact@v6, with: {name: a, path: a.csv}}]
`;
  await w.open('feature', { '.github/workflows/x.yml': text });
  await w.github.idle();
  const { data } = await w.as('ada').rest.actions.listArtifactsForRepo(at);
  const url = data.artifacts[0]?.archive_download_url ?? '';

  const first = await fetch(url, { headers: { authorization: 'token token-of-ada' }, redirect: 'manual' });
  const location = first.headers.get('location') ?? '';

  assert.equal(first.status, 302);
  assert.equal((await fetch(location)).status, 200);
  assert.equal((await fetch(location.replace(/sig=./, 'sig=x'))).status, 403);
  assert.match(data.artifacts[0]?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
});
