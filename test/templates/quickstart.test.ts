/** The quickstart's data, configuration and prepared models hold together: sizes, digests, intervals, and what the replay has that training lacks. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { glob, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseDataLock, parseMergewayConfig, parseModelConfig } from '#core/config/load.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const QUICKSTART = join(ROOT, 'templates/quickstart');
const REPOSITORY = join(QUICKSTART, 'repository');
const MODELS = join(ROOT, 'demo/models');
const CHANGES = join(ROOT, 'demo/changes');

const TRAINING = join(REPOSITORY, 'data/train.parquet');
const HOLDOUT = join(QUICKSTART, 'holdout/flights/holdout-2013-05a.parquet');
const REPLAY = join(QUICKSTART, 'replay/flights/2013-05b.parquet');

/** What a fresh clone may cost for example data. */
const MOST_BYTES = 3_000_000;

const LOCKED = [
  { lock: 'train.lock', uri: 'data/train.parquet', file: TRAINING },
  { lock: 'holdout.lock', uri: 'store:flights/holdout-2013-05a.parquet', file: HOLDOUT },
] as const;

const Digests = z.record(
  z.string(),
  z.object({ file: z.string(), sha256: z.string(), change: z.string().nullable() }),
);
const Change = z.strictObject({
  title: z.string().min(1),
  branch: z.string().min(1),
  body: z.string().min(1),
});

test('the committed tables take 3 MB at most', async () => {
  let bytes = 0;
  for await (const file of glob('**/*.parquet', { cwd: QUICKSTART }))
    bytes += (await stat(join(QUICKSTART, file))).size;

  assert.ok(bytes > 0 && bytes <= MOST_BYTES, `${bytes} bytes`);
});

for (const { lock, uri, file } of LOCKED) {
  test(`${lock} promises the bytes, rows and interval of its file`, async () => {
    const promised = await readLock(lock);
    const [found] = await query(
      `SELECT count(*)::INTEGER AS rows, count(DISTINCT flight_id)::INTEGER AS keys,
         bool_and(departs_at >= $start::TIMESTAMPTZ AND departs_at < $end::TIMESTAMPTZ) AS within
       FROM read_parquet($file)`,
      { file, start: promised.interval?.from ?? '', end: promised.interval?.to ?? '' },
    );

    assert.equal(promised.uri, uri);
    assert.equal(promised.sha256, await sha256Of(file));
    assert.deepEqual(found, { rows: promised.rows, keys: promised.rows, within: true });
  });
}

test('the holdout begins when training ends, and live traffic when the holdout ends', async () => {
  const training = await readLock('train.lock');
  const holdout = await readLock('holdout.lock');
  const [replay] = await query(
    'SELECT min(departs_at) >= $end::TIMESTAMPTZ AS later FROM read_parquet($file)',
    { file: REPLAY, end: holdout.interval?.to ?? '' },
  );

  assert.equal(training.interval?.to, holdout.interval?.from);
  assert.equal(replay?.later, true);
});

for (const { name, file, flights } of [
  { name: 'training data', file: TRAINING, flights: 0 },
  { name: 'holdout', file: HOLDOUT, flights: 0 },
  { name: 'replay', file: REPLAY, flights: 41 }, // counted by pandas while the table was made: 21 to ACK, 20 to MVY
]) {
  test(`the ${name} has ${flights} flights to Nantucket and Martha's Vineyard`, async () => {
    const [found] = await query(
      `SELECT count(*)::INTEGER AS flights FROM read_parquet($file) WHERE dest IN ('ACK', 'MVY')`,
      { file },
    );

    assert.equal(found?.flights, flights);
  });
}

test('the replay flies nowhere else that training has not seen', async () => {
  const rows = await query(
    `SELECT DISTINCT dest FROM read_parquet($file)
     WHERE dest NOT IN (SELECT dest FROM read_parquet($training)) ORDER BY dest`,
    { file: REPLAY, training: TRAINING },
  );

  assert.deepEqual(
    rows.map(({ dest }) => dest),
    ['ACK', 'MVY'],
  );
});

test("the quickstart's configuration and that of every change is valid", async () => {
  const mergeway = parseMergewayConfig(await source(join(REPOSITORY, 'mergeway.yaml')));
  const folders = [REPOSITORY, ...(await changeNames()).map((name) => join(CHANGES, name, 'files'))];
  for (const folder of folders) {
    for await (const file of glob('models/*/model.yaml', { cwd: folder })) {
      const model = parseModelConfig(await source(join(folder, file)));

      assert.ok(mergeway.serving?.targets[model.rollout?.target ?? ''], file);
    }
  }
});

test('the better change touches nothing but the training parameters', async () => {
  const path = 'models/flights/model.yaml';
  const before = parseModelConfig(await source(join(REPOSITORY, path)));
  const after = parseModelConfig(await source(join(CHANGES, 'better/files', path)));

  assert.deepEqual(await filesOf('better'), [path]);
  assert.notDeepEqual(after.train.params, before.train.params);
  assert.deepEqual({ ...after, train: { ...after.train, params: before.train.params } }, before);
});

test('every change says what it is, and brings files', async () => {
  const branches = new Set<string>();
  for (const name of await changeNames()) {
    const change = Change.parse(parse(await readFile(join(CHANGES, name, 'change.yaml'), 'utf8')));
    branches.add(change.branch);

    assert.ok((await filesOf(name)).length > 0, name);
  }

  assert.equal(branches.size, 3);
});

test('digests.json names every prepared model and its bytes', async () => {
  const digests = Digests.parse(JSON.parse(await readFile(join(MODELS, 'digests.json'), 'utf8')));
  const models = (await readdir(MODELS)).filter((file) => file.endsWith('.onnx'));
  const changes = Object.values(digests).flatMap(({ change }) => change ?? []);

  assert.deepEqual(
    Object.values(digests)
      .map(({ file }) => file)
      .sort(),
    models.sort(),
  );
  assert.deepEqual(changes.sort(), await changeNames());
  for (const { file, sha256 } of Object.values(digests))
    assert.equal(await sha256Of(join(MODELS, file)), sha256, file);
});

async function readLock(name: string) {
  return parseDataLock(await source(join(REPOSITORY, 'data', name)));
}

async function source(path: string) {
  return { path, text: await readFile(path, 'utf8') };
}

async function changeNames(): Promise<string[]> {
  return (await readdir(CHANGES)).sort();
}

async function filesOf(change: string): Promise<readonly string[]> {
  const folder = join(CHANGES, change, 'files');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function query(sql: string, values: Record<string, string>) {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql, values)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}
