// Deployments with GitHub's surprising defaults: auto-merge, all checks required, production never inactive by itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, refusal, type World, world } from './testing.ts';

async function deploy(w: World, environment: string, more: object = {}): Promise<number> {
  const app = (await w.asApp()).rest;
  const order = { ...at, ref: 'main', environment, auto_merge: false, required_contexts: [], ...more };
  const { data } = await app.repos.createDeployment(order);
  assert.ok('id' in data);
  await app.repos.createDeploymentStatus({ ...at, deployment_id: data.id, state: 'success' });
  return data.id;
}

async function stateOf(w: World, deployment_id: number): Promise<string | undefined> {
  const { data } = await w.as('ada').rest.repos.listDeploymentStatuses({ ...at, deployment_id });
  return data[0]?.state;
}

for (const { what, environment, more, becomes } of [
  { what: 'of staging', environment: 'staging', more: {}, becomes: 'inactive' },
  { what: 'of production', environment: 'production', more: {}, becomes: 'success' },
  {
    what: 'that is transient',
    environment: 'review',
    more: { transient_environment: true },
    becomes: 'success',
  },
]) {
  test(`an earlier success ${what} becomes ${becomes} after the next one`, async (t) => {
    const w = await world(t);
    const first = await deploy(w, environment, more);

    await deploy(w, environment, more);

    assert.equal(await stateOf(w, first), becomes);
  });
}

test('without auto_merge: false a branch that lags behind gets the default branch merged in', async (t) => {
  const w = await world(t);
  await w.push('feature', { 'a.txt': 'a' });
  await w.push('main', { 'b.txt': 'b' });

  const made = await (await w.asApp()).rest.repos.createDeployment({ ...at, ref: 'feature' });

  const { data } = await w.as('ada').rest.repos.getContent({ ...at, path: 'b.txt', ref: 'feature' });
  assert.equal(made.status as number, 202);
  assert.ok('path' in data);
});

test('without required_contexts: [] a red check is 409', async (t) => {
  const w = await world(t);
  const ref = await w.push('feature', { 'a.txt': 'a' });
  const app = (await w.asApp()).rest;
  await app.checks.create({ ...at, name: 'gate', head_sha: ref, conclusion: 'failure' });

  const refused = await refusal(app.repos.createDeployment({ ...at, ref, auto_merge: false }));

  assert.equal(refused.status, 409);
});
