/** The dashboard's routes over a store in memory: a page and the numbers behind it say the same. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { memoryClock } from '#adapters/memory/clock.ts';
import { memoryStore } from '#adapters/memory/store.ts';
import { dashboardRoutes } from '#app/dashboard/routes.ts';
import { digestOf } from '#core/digest.ts';
import { alarmOf, MODEL, metricOf, retrainingOf, windowOf } from '#test/support/monitoring.ts';

const PATH = `${MODEL.repository}/${MODEL.model}`;

test("a model's page, the page of all models and the numbers for scripts carry one stamp, which changes with the model", async (t) => {
  const store = memoryStore();
  await store.repositories.seen({ name: MODEL.repository, installation: 42 });
  await store.ledger(MODEL.repository).append({
    id: '1',
    action: 'production',
    model: MODEL.model,
    version: 'v0.0.1',
    digest: digestOf('v0.0.1'),
    commit: 'c'.repeat(40),
    actor: 'ada',
    evidence: [],
    before: null,
    reason: 'merged',
    at: '2026-05-01T00:00:00.000Z',
  });
  for (const [from, to] of [
    ['2026-05-16', '2026-06-01'],
    ['2026-06-01', '2026-06-16'],
  ] as const) {
    await store.monitors.save(windowOf(from, to, [metricOf('log_loss', 0.5, 0.46)]));
  }
  await store.retrainings.decide(retrainingOf());
  const server = fastify();
  t.after(() => server.close());
  await server.register((scope) =>
    dashboardRoutes(scope, {
      store,
      artifacts: memoryArtifactStore(),
      clock: memoryClock(),
      pages: 'https://github.com',
    }),
  );

  const get = async (url: string) => (await server.inject({ url })).body;
  const stampIn = (page: string) => /data-stamp="([^"]+)"/.exec(page)?.[1]?.replaceAll('&quot;', '"');
  const numbers = async () => JSON.parse(await get(`/api/models/${PATH}`));

  const { stamp, chart } = await numbers();
  assert.equal(stampIn(await get(`/models/${PATH}`)), stamp);
  assert.equal(stampIn(await get('/')), stamp);
  assert.deepEqual(chart.performance[0].value, [0.5, 0.5]);

  await store.monitors.saveAlarm(alarmOf());

  assert.notEqual((await numbers()).stamp, stamp);
  assert.equal(stampIn(await get(`/models/${PATH}`)), (await numbers()).stamp);
});
