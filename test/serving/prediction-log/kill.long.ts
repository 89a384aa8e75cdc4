/**
 * `kill -9` in the middle of traffic, five times over one state folder, with the real thread on a real disk: what was answered a second
 * before is in the log, what is lost shows as a gap, no id is given twice, and no label that was accepted is gone.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { MISSING_NUMBERS_SQL } from '#core/predictions/read-log.ts';
import { startServing } from '#serving/main.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { addModel } from '#test/support/onnx.ts';

const KILLS = 5;
/** Traffic before each kill, ms: long enough that some of it is older than what may be lost. */
const TRAFFIC_MS = 2_500;
const MAY_BE_LOST_MS = 1_000;

interface Answered {
  readonly id: string;
  readonly at: number;
}

test('after kill -9 at most the last second is missing, and the gap shows it', async (t) => {
  const folder = await temporaryFolder(t);
  const places = { model: join(folder, 'add.onnx'), state: join(folder, 'state'), log: join(folder, 'log') };
  await writeFile(places.model, addModel(1));
  const answered: Answered[] = [];
  const accepted: string[] = [];
  let mayBeLost = 0;

  for (let kill = 0; kill < KILLS; kill++) {
    const { url, server } = await spawnServer(t, places);
    const killedAt = performance.now() + TRAFFIC_MS;
    const before = answered.length;
    await Promise.all([
      ...Array.from({ length: 4 }, () => predictUntil(url, killedAt, answered)),
      labelUntil(url, killedAt, `kill-${kill}`, accepted),
      killAt(server, killedAt),
    ]);
    const here = answered.slice(before);
    const ended = Math.max(...here.map(({ at }) => at));
    mayBeLost += here.filter(({ at }) => at > ended - MAY_BE_LOST_MS).length;
    answered.length = before;
    answered.push(...here.map(({ id, at }) => ({ id, at: ended - at })));
  }

  const last = await startServing({
    port: 0,
    log: () => undefined,
    models: { add: places.model },
    state: places.state,
    predictionLog: { folder: places.log },
  });
  await last.close();
  const rows = await query(places.log, 'predictions', 'SELECT prediction_id AS id FROM data');
  const logged = new Set(rows.map(({ id }) => String(id)));
  const lost = answered.filter(({ id }) => !logged.has(id));
  const [gap] = await query(places.log, 'predictions', MISSING_NUMBERS_SQL);
  const labels = await query(places.log, 'feedback', 'SELECT prediction_id AS id FROM data');
  const kept = new Set(labels.map(({ id }) => String(id)));
  t.diagnostic(
    `${answered.length} answered, ${logged.size} logged, ${lost.length} lost (${mayBeLost} were answered in the last second), gap ${gap?.missing}; ${accepted.length} labels accepted, ${kept.size} kept`,
  );

  assert.equal(new Set(answered.map(({ id }) => id)).size, answered.length);
  assert.deepEqual(
    lost.filter(({ at }) => at > MAY_BE_LOST_MS),
    [],
  );
  assert.ok(Number(gap?.missing) >= lost.length);
  assert.deepEqual(
    accepted.filter((id) => !kept.has(id)),
    [],
  );
});

async function predictUntil(url: string, end: number, answered: Answered[]): Promise<void> {
  const body = '{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}';
  while (performance.now() < end + 1_000) {
    try {
      const response = await fetch(`${url}/v2/models/add/infer`, { method: 'POST', body });
      await response.text();
      answered.push({
        id: response.headers.get('x-mergeway-prediction-id') ?? 'none',
        at: performance.now(),
      });
    } catch {
      return;
    }
  }
}

async function labelUntil(url: string, end: number, name: string, accepted: string[]): Promise<void> {
  for (let i = 0; performance.now() < end + 1_000; i++) {
    try {
      const id = `${name}-${i}`;
      const response = await fetch(`${url}/v2/models/add/feedback`, {
        method: 'POST',
        body: JSON.stringify([{ prediction_id: id, label: 1 }]),
      });
      await response.text();
      if (response.status === 202) accepted.push(id);
    } catch {
      return;
    }
  }
}

async function killAt(server: ReturnType<typeof spawn>, end: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, end - performance.now()));
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}

async function spawnServer(
  t: TestContext,
  { model, state, log }: { readonly model: string; readonly state: string; readonly log: string },
) {
  const options = {
    models: { add: model },
    state,
    predictionLog: { folder: log },
    logEveryMs: 1_000,
    port: 0,
  };
  const script = `
    import { serveUntilSignal } from '#serving/main.ts';
    await serveUntilSignal(${JSON.stringify(options)}, (url) => console.log(url));
  `;
  const server = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => server.kill('SIGKILL'));
  const died = once(server, 'exit').then(() => Promise.reject(new Error('the server did not start')));
  died.catch(() => undefined);
  const [url] = (await Promise.race([once(createInterface(server.stdout), 'line'), died])) as [string];
  return { url, server };
}

async function query(log: string, kind: string, sql: string) {
  const store = folderPartStore(log);
  const parts = await store.list(`${kind}/`);
  const paths = await Promise.all(parts.map(({ name }) => store.localPath(name)));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `CREATE VIEW data AS FROM read_parquet([${paths.map((path) => `'${path}'`)}], union_by_name = true)`,
  );
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}
