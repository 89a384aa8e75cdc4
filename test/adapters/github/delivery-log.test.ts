import assert from 'node:assert/strict';
import { test } from 'node:test';
import { githubDeliveryLog } from '#adapters/github/delivery-log.ts';
import { at, type World, world } from '#test/peers/github/testing.ts';

test('failures are told newest first over many pages, and no success', async (t) => {
  const w = await world(t);
  await w.github.idle();
  w.answer = 500;
  await comment(w, 102);
  await push(w);
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
  await push(w);
  const log = githubDeliveryLog(w.asJwt());

  assert.deepEqual(await log.failedSince(Date.now() + 60_000), []);
});

test('a delivery that is asked for again arrives with its GUID', async (t) => {
  const w = await world(t);
  await w.github.idle();
  w.answer = 0;
  await push(w);
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

/** So many deliveries, of an issue and what is said on it: nothing that git has to write. */
async function comment(w: World, times: number): Promise<void> {
  const { rest } = w.as('ada');
  const { data: issue } = await rest.issues.create({ ...at, title: 'Much to say' });
  for (let number = 1; number < times; number++) {
    await rest.issues.createComment({ ...at, issue_number: issue.number, body: `${number}` });
  }
}

async function push(w: World): Promise<void> {
  const { rest } = w.as('ada');
  const { data: main } = await rest.git.getRef({ ...at, ref: 'heads/main' });
  await rest.git.createRef({ ...at, ref: 'refs/heads/branch', sha: main.object.sha });
  await w.github.idle();
}
