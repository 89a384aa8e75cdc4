// Webhooks: signed over the bytes that arrive, logged, tried once, and tried again when somebody asks.
import assert from 'node:assert/strict';
import test from 'node:test';
import { verify } from '@octokit/webhooks-methods';
import { at, SECRET, world } from './testing.ts';

test('a delivery is signed and says where it comes from', async (t) => {
  const w = await world(t);

  const number = await w.open('feature', { 'a.txt': 'a' });
  await w.github.idle();

  const opened = w.received.find(({ name }) => name === 'pull_request');
  assert.ok(opened);
  const { headers, body, payload } = opened;
  assert.ok(await verify(SECRET, body, String(headers['x-hub-signature-256'])));
  assert.match(String(headers['x-github-delivery']), /^[0-9a-f-]{36}$/);
  assert.equal(headers['x-github-hook-installation-target-id'], '77');
  assert.equal(payload.number, number);
  const { installation, sender, repository } = payload as Record<
    string,
    { id: number; login: string; full_name: string }
  >;
  const { data } = await w.asJwt().rest.apps.getRepoInstallation(at);
  assert.deepEqual([installation?.id, sender?.login, repository?.full_name], [data.id, 'ada', 'acme/models']);
});

test('the life of a pull request is told in order', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });
  await w.as('ada').rest.issues.createComment({ ...at, issue_number: number, body: '/mergeway status' });

  await w.as('ada').rest.pulls.merge({ ...at, pull_number: number });
  await w.github.idle();

  const told = w.received.map(({ name, payload }) => [name, payload.action].filter(Boolean).join('.'));
  assert.deepEqual(told, [
    'push',
    'push',
    'pull_request.opened',
    'issue_comment.created',
    'pull_request.closed',
    'push',
  ]);
  const closed = w.received.find(({ payload }) => payload.action === 'closed');
  const pull = closed?.payload.pull_request as { merged: boolean; merge_commit_sha: string };
  assert.equal(pull.merged, true);
  assert.equal(w.received.at(-1)?.payload.after, pull.merge_commit_sha);
});

test('a receiver that is down loses nothing for good: failures stand in the log and can be sent again', async (t) => {
  const w = await world(t);
  await w.github.idle();
  w.answer = 0;
  await w.open('feature', { 'a.txt': 'a' });
  await w.github.idle();
  const failed = await w.asJwt().rest.apps.listWebhookDeliveries({ status: 'failure' });
  w.answer = 202;
  const before = w.received.length;

  const sent = await w.github.redeliverFailed();

  const again = w.received.slice(before);
  assert.deepEqual(
    failed.data.map(({ event, status_code }) => [event, status_code]),
    [
      ['pull_request', 0],
      ['push', 0],
    ],
  );
  assert.equal(sent, 2);
  assert.deepEqual(
    again.map(({ headers }) => headers['x-github-delivery']),
    failed.data.map(({ guid }) => guid).reverse(),
  );
  assert.equal(await w.github.redeliverFailed(), 0);
});

test('one delivery is sent again through the API with the same GUID', async (t) => {
  const w = await world(t);
  await w.github.idle();
  const { data } = await w.asJwt().rest.apps.listWebhookDeliveries();
  const [push] = data;
  assert.ok(push);

  await w.asJwt().rest.apps.redeliverWebhookDelivery({ delivery_id: push.id });
  await w.github.idle();

  assert.deepEqual(
    w.received.map(({ headers }) => headers['x-github-delivery']),
    [push.guid, push.guid],
  );
  assert.equal(w.github.deliveries().at(-1)?.redelivery, true);
});
