import assert from 'node:assert/strict';
import { type ClientRequest, request } from 'node:http';
import { test } from 'node:test';
import { addModel } from '#test/support/onnx.ts';
import { rows, type TestServer, testServer } from '#test/support/serving.ts';

const BUDGET = 2 ** 20;
const FILES = { add: addModel(2) };

test('while the budget is used up by bodies that arrive, others are 503; it comes back when their clients go', async (t) => {
  const server = await testServer(t, { files: FILES, bodyBudget: BUDGET });
  const unfinished = open(server, { announced: BUDGET, sent: BUDGET - 1000 });

  const refusal = await until(server, 503);
  assert.match(refusal.body.error ?? '', /^1 MiB of requests are being answered already/);

  unfinished.destroy();
  await until(server, 400);
  assert.equal((await server.infer('add', rows(1))).status, 200);
});

test('what is announced and not sent keeps nobody out', async (t) => {
  const server = await testServer(t, { files: FILES, bodyBudget: BUDGET });
  const waiting = Array.from({ length: 5 }, () => open(server, { announced: BUDGET, sent: 10 }));

  const statuses = [];
  for (let i = 0; i < 20; i++) statuses.push((await server.infer('add', ' '.repeat(5000))).status);
  for (const one of waiting) one.destroy();

  assert.deepEqual(statuses, new Array(20).fill(400));
});

test('bodies that were answered do not count, whatever the answer', async (t) => {
  const server = await testServer(t, { files: FILES, bodyBudget: BUDGET });

  for (let i = 0; i < 5; i++) {
    assert.equal((await server.infer('add', ' '.repeat(BUDGET / 2))).status, 400);
    assert.equal((await server.infer('no', ' '.repeat(BUDGET / 2))).status, 404);
  }
  assert.equal((await server.infer('add', rows(1))).status, 200);
});

/** A request that sends so much of its body and waits. */
function open(
  { url }: TestServer,
  { announced, sent }: { readonly announced: number; readonly sent: number },
): ClientRequest {
  const sending = request(`${url}/v2/models/add/infer`, {
    method: 'POST',
    headers: { 'content-length': announced },
  });
  sending.on('error', () => undefined);
  sending.write(' '.repeat(sent));
  return sending;
}

/** The first answer of that status to a body of 5,000 bytes that is no request. */
async function until(server: TestServer, status: number): ReturnType<TestServer['infer']> {
  for (;;) {
    const answer = await server.infer('add', ' '.repeat(5000));
    if (answer.status === status) return answer;
  }
}
