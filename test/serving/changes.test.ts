/** Plans that change while requests run: nobody is lost, and nobody is answered by a model that was unloaded. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryModelBackend } from '#adapters/memory/model-backend.ts';
import type { ModelBackend } from '#core/ports/model-backend.ts';
import { ABSENT, canaryPlan } from '#test/contracts/traffic.ts';
import { adding } from '#test/support/function-models.ts';
import { rows, testServer } from '#test/support/serving.ts';

test('forty changes of plan under load lose no request and leave two models loaded', async (t) => {
  const { backend, alive } = counting(memoryModelBackend({ a: adding(1), b: adding(2), c: adding(3) }));
  const server = await testServer(t, { backend, random: [0.1, 0.6, 0.9] });
  const digests = await Promise.all(['a', 'b', 'c'].map((name) => server.put(Buffer.from(name))));
  const at = (i: number) => digests[i % 3] as (typeof digests)[number];
  await server.traffic.apply('credit', { champion: at(0), championVersion: 'v0' });

  let changing = true;
  const change = async () => {
    for (let i = 0; i < 40; i++) {
      const plan = canaryPlan({ champion: at(i), canary: at(i + 1) }, { step: `r/${i}/0`, weight: 50 });
      await server.traffic.apply('credit', plan);
    }
    changing = false;
  };
  const answers: { status: number; y: unknown }[] = [];
  const load = async () => {
    while (changing) {
      const { status, body } = await server.infer('credit', rows(10));
      answers.push({ status, y: body.outputs?.[0]?.data[0] });
    }
  };
  await Promise.all([change(), ...Array.from({ length: 8 }, load)]);

  assert.ok(answers.length >= 8);
  assert.deepEqual(
    answers.filter(({ status, y }) => status !== 200 || ![11, 12, 13].includes(Number(y))),
    [],
  );
  assert.equal(alive(), 2);
});

test('a retired model answers the request that holds it before it is unloaded', async (t) => {
  const backend = memoryModelBackend({ old: adding(1), new: adding(2) });
  const server = await testServer(t, { backend });
  const [old, next] = [await server.put(Buffer.from('old')), await server.put(Buffer.from('new'))];
  await server.traffic.apply('credit', { champion: old, championVersion: 'v1' });

  const ticket = server.host.take('credit', {});
  await server.traffic.apply('credit', { champion: next, championVersion: 'v2' });
  const answer = await ticket.served.loaded.model.infer({
    x: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1) },
  });
  ticket.release();

  assert.deepEqual([...(answer.y?.data ?? [])], [2]);
  await assert.rejects(ticket.served.loaded.model.infer({}), { message: 'the model was unloaded' });
});

test('plans that arrive together are applied one after the other', async (t) => {
  const server = await testServer(t, {
    backend: memoryModelBackend({ a: adding(1), b: adding(2) }),
  });
  const [champion, canary] = [await server.put(Buffer.from('a')), await server.put(Buffer.from('b'))];

  await Promise.all([
    server.traffic.apply('credit', { champion, championVersion: 'v1' }),
    ...Array.from({ length: 5 }, () => server.traffic.apply('credit', canaryPlan({ champion, canary }))),
  ]);

  const reading = await server.traffic.read('credit');
  assert.equal(reading.step, 'r/0/0');
  assert.equal(server.logged.filter((line) => line === 'traffic plan applied').length, 2);
});

test('a first plan that is refused does not take the plan behind it along', async (t) => {
  const server = await testServer(t, { backend: memoryModelBackend({ a: adding(1) }) });
  const champion = await server.put(Buffer.from('a'));

  const [refused] = await Promise.allSettled([
    server.host.apply('credit', { champion: ABSENT, championVersion: 'v0' }),
    server.host.apply('credit', { champion, championVersion: 'v1' }),
  ]);

  assert.equal(refused.status, 'rejected');
  assert.equal((await server.infer('credit', rows(1))).version, 'v1');
});

test('a lease that lapses while the next step loads does not unload what that step needs', async (t) => {
  const inner = memoryModelBackend({ a: adding(1), b: adding(2), c: adding(3) });
  const backend: ModelBackend = {
    async load(bytes) {
      if (Buffer.from(bytes).toString() === 'c') server.clock.advance(10_000);
      return inner.load(bytes);
    },
  };
  const server = await testServer(t, { backend });
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => server.put(Buffer.from(name))));
  assert.ok(a && b && c);
  await server.traffic.apply('credit', canaryPlan({ champion: a, canary: b }));

  await server.traffic.apply('credit', canaryPlan({ champion: c, canary: b }, { step: 'r/0/1' }));

  const answer = await server.infer('credit', rows(1));
  assert.deepEqual([answer.status, answer.version], [200, 'v2']);
});

/** Counts models that are loaded and not released. */
function counting(backend: ModelBackend): { readonly backend: ModelBackend; readonly alive: () => number } {
  let alive = 0;
  return {
    alive: () => alive,
    backend: {
      async load(bytes) {
        const model = await backend.load(bytes);
        alive++;
        return {
          ...model,
          async release() {
            alive--;
            await model.release();
          },
        };
      },
    },
  };
}
