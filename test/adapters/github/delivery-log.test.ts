import assert from 'node:assert/strict';
import { test } from 'node:test';
import { githubDeliveryLog } from '#adapters/github/delivery-log.ts';
import { world } from '#test/peers/github/testing.ts';

test('failures are told newest first over many pages, and no success', async (t) => {
  const w = await world(t);
  await w.github.idle();
  w.answer = 500;
  await push(w, 103);
  const log = githubDeliveryLog(w.asJwt());

  const failed = await log.failedSince(0);

  assert.equal(failed.length, 103, 'the first push, answered 202, is not among them');
  assert.deepEqual([failed[0]?.event, failed[0]?.action], ['push', '']);
  assert.ok((failed[0]?.id ?? 0) > (failed[102]?.id ?? 0));
  assert.equal(new Set(failed.map(({ guid }) => guid)).size, 103);
});

test('what failed before the time asked for is not told', async (t) => {
  const w = await world(t);
  w.answer = 500;
  await push(w, 1);
  const log = githubDeliveryLog(w.asJwt());

  assert.deepEqual(await log.failedSince(Date.now() + 60_000), []);
});

test('a delivery that is asked for again arrives with its GUID', async (t) => {
  const w = await world(t);
  await w.github.idle();
  w.answer = 0;
  await push(w, 1);
  const log = githubDeliveryLog(w.asJwt());
  const [missed] = await log.failedSince(0);
  w.answer = 202;

  await log.askAgain(missed?.id ?? 0);
  await w.github.idle();

  assert.equal(w.received.at(-1)?.headers['x-github-delivery'], missed?.guid);
});

test('an App that GitHub does not know is told so', async (t) => {
  const w = await world(t);
  const log = githubDeliveryLog(w.withToken('nobody'));

  await assert.rejects(log.failedSince(0), { code: 'MW_FORGE_FORBIDDEN' });
});

async function push(w: Awaited<ReturnType<typeof world>>, times: number): Promise<void> {
  for (let number = 0; number < times; number++) {
    await w.as('ada').rest.git.createRef({
      owner: 'acme',
      repo: 'models',
      ref: `refs/heads/branch-${number}`,
      sha: await head(w),
    });
  }
  await w.github.idle();
}

async function head(w: Awaited<ReturnType<typeof world>>): Promise<string> {
  const { data } = await w.as('ada').rest.git.getRef({ owner: 'acme', repo: 'models', ref: 'heads/main' });
  return data.object.sha;
}
