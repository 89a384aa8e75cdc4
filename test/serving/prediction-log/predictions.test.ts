import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { memoryClock } from '#adapters/memory/clock.ts';
import { type FunctionModel, memoryModelBackend } from '#adapters/memory/model-backend.ts';
import { seededRandom } from '#core/chance.ts';
import { writeServingSettings } from '#core/wire/serving-settings.ts';
import type { LogWriter } from '#serving/prediction-log/log-writer.ts';
import { holdable } from '#serving/served-version.ts';
import {
  byKeys,
  type FeatureServer,
  featureServer,
  floats,
  settingsOf,
  texts,
} from '#test/support/feature-server.ts';
import { adding } from '#test/support/function-models.ts';
import { addModel } from '#test/support/onnx.ts';
import { type LogFolders, logFolders, loggingTo, writerIn } from '#test/support/prediction-log.ts';
import { canaryPlan } from '#test/contracts/traffic.ts';
import { NOON, rows, testServer } from '#test/support/serving.ts';

test('a prediction is logged as it was served: keys, fields, features, statuses, outputs, version, time and trace', async (t) => {
  const { folders, server } = await logged(t, { serve: { defaults: { temp: 15 } } });

  const answer = await server.infer(
    'delays',
    byKeys(['JFK', 'LGA'], { event_timestamp: '2013-06-01T11:45:00Z' }),
    { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  );
  await server.close();

  const [first, second, ...others] = await folders.rows();
  assert.deepEqual(others, []);
  const { prediction_id: id, writer, latency_ms: latency, ...row } = first ?? {};
  assert.equal(answer.predictionId, id);
  assert.equal(answer.body.id, id);
  assert.equal(id, `${writer}-1`);
  assert.equal(typeof latency, 'number');
  assert.deepEqual(row, {
    row: 0,
    sequence: '1',
    event_time: '2013-06-01 11:45:00',
    served_at: '2013-06-01 12:00:00',
    version: 'v1',
    arm: 'champion',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    score: null,
    'entity.origin': 'JFK',
    'entity.carrier': 'AA',
    'request.distance': 100,
    'feature.temp': 20.5,
    'feature.wind': 7,
    'feature.delay_per_mile': 0.05,
    'feature.distance': 100,
    'feature.mean_delay': 5,
    'status.temp': 'PRESENT',
    'status.wind': 'PRESENT',
    'status.mean_delay': 'PRESENT',
    'output.y.0': 20.5,
    'output.y.1': 7,
    'output.y.2': 0.05,
    'output.y.3': 100,
  });
  assert.deepEqual(
    [
      second?.row,
      second?.['entity.origin'],
      second?.['feature.temp'],
      second?.['status.temp'],
      second?.sequence,
    ],
    [1, 'LGA', 15, 'NULL_VALUE', '1'],
  );
});

test('a request of its own id keeps it, and finds the prediction’s in the header', async (t) => {
  const { folders, server } = await logged(t);

  const answer = await server.infer('delays', { id: 'mine', ...(byKeys(['JFK']) as object) });
  await server.close();

  assert.equal(answer.body.id, 'mine');
  assert.equal((await folders.rows())[0]?.prediction_id, answer.predictionId);
});

test('a bare file is logged by the names of its inputs and outputs', async (t) => {
  const folders = await logFolders(t);
  const server = await testServer(t, { files: { add: addModel(2) }, predictionLog: loggingTo(folders) });

  await server.infer('add', rows(1, null as unknown as number));
  await server.close();

  const logged = await folders.rows();
  assert.deepEqual(
    logged.map((row) => [row['feature.x'], row['output.y'], row.version, row.arm, row.trace_id]),
    [
      [1, 3, '', 'champion', null],
      [null, null, '', 'champion', null],
    ],
  );
});

for (const { name, task, predict, expected } of [
  { name: 'the positive class', task: 'binary-classification', predict: { output: 'p' }, expected: 0.75 },
  {
    name: 'the class that is named',
    task: 'binary-classification',
    predict: { output: 'p', positive: 0 },
    expected: 0.25,
  },
  { name: 'the prediction of a regression', task: 'regression', predict: { output: 'y' }, expected: 1 },
  {
    name: 'nothing where there are several',
    task: 'multiclass-classification',
    predict: { output: 'p' },
    expected: null,
  },
] as const) {
  test(`the score of a row is ${name}`, async (t) => {
    const model: FunctionModel = {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
      outputs: [
        { name: 'p', datatype: 'FP32', shape: [-1, 2] },
        { name: 'y', datatype: 'FP64', shape: [-1] },
      ],
      run: () => ({
        p: { datatype: 'FP32', shape: [1, 2], data: Float32Array.of(0.25, 0.75) },
        y: { datatype: 'FP64', shape: [1], data: Float64Array.of(1) },
      }),
    };
    const { features: _features, ...plain } = settingsOf({ task, predict });
    const folders = await logFolders(t);
    const server = await featureServer(t, { models: { model }, predictionLog: loggingTo(folders) });
    await server.champion(await server.put(Buffer.from(JSON.stringify(plain))), 'model');

    await server.infer('delays', rows(1));
    await server.close();

    assert.equal((await folders.rows())[0]?.score, expected);
  });
}

test('champion and canary are logged under their versions and arms, in one part though their columns differ', async (t) => {
  const folders = await logFolders(t);
  const backend = memoryModelBackend({
    champion: adding(1),
    canary: {
      ...adding(2),
      outputs: [...adding(2).outputs, { name: 'z', datatype: 'BYTES', shape: [-1] }],
      run: (given) => ({ ...adding(2).run(given), z: { datatype: 'BYTES', shape: [1], data: ['new'] } }),
    },
  });
  const { features: _features, ...plain } = settingsOf({ predict: { output: 'y' } });
  const server = await testServer(t, { backend, predictionLog: loggingTo(folders), random: [0.1, 0.9] });
  const settings = await server.put(Buffer.from(JSON.stringify(plain)));
  const champion = await server.put(Buffer.from('champion'));
  const canary = await server.put(Buffer.from('canary'));
  await server.traffic.apply('delays', {
    ...canaryPlan({ champion, canary }, { weight: 50, settings }),
    championSettings: settings,
  });

  await server.infer('delays', rows(1));
  await server.infer('delays', rows(1));
  await server.infer('delays/versions/v1', rows(1));
  await server.close();

  assert.deepEqual(
    (await folders.rows()).map((row) => [row.version, row.arm, row['output.y'], row['output.z'], row.score]),
    [
      ['v2', 'canary', 3, 'new', 3],
      ['v1', 'champion', 2, null, 2],
      ['v1', 'none', 2, null, 2],
    ],
  );
  assert.equal((await folders.parts.list('predictions/delays/')).length, 1);
});

test('what fails or is refused is not logged and takes no number', async (t) => {
  const { folders, server } = await logged(t, { serve: { missing: 'refuse' } });

  const refused = await server.infer('delays', byKeys(['XXX']));
  await server.infer('delays', byKeys(['JFK']));
  await server.close();

  assert.equal(refused.predictionId, null);
  assert.deepEqual(
    (await folders.rows()).map(({ sequence }) => sequence),
    ['1'],
  );
});

test('a share of requests is logged; the others take no number and have no id', async (t) => {
  const { folders, server } = await logged(t, {
    serve: { log: { share: 0.5 } },
    random: [0.49, 0.5, 0.9, 0],
  });

  const ids = [];
  for (let i = 0; i < 4; i++) ids.push((await server.infer('delays', byKeys(['JFK']))).predictionId !== null);
  await server.close();

  assert.deepEqual(ids, [true, false, false, true]);
  assert.deepEqual(
    (await folders.rows()).map(({ sequence }) => sequence),
    ['1', '2'],
  );
  assert.match(lines(server), /predictions_skipped_total\{model="delays",reason="sampled_out"\} 2/);
});

for (const { name, headers = {}, parameters } of [
  { name: 'a header', headers: { 'x-mergeway-synthetic': 'true' } },
  { name: 'a parameter', parameters: { synthetic: true } },
]) {
  test(`a request that says by ${name} that it is synthetic is answered and counted, and not logged`, async (t) => {
    const { folders, server } = await logged(t);

    const answer = await server.infer('delays', byKeys(['JFK'], parameters), headers);
    await server.close();

    assert.equal(answer.status, 200);
    assert.equal(answer.predictionId, null);
    assert.deepEqual(await folders.rows(), []);
    assert.match(lines(server), /predictions_skipped_total\{model="delays",reason="synthetic"\} 1/);
  });
}

test('a version whose plan names no settings is not logged: nobody knows which of its columns are harmless', async (t) => {
  const folders = await logFolders(t);
  const server = await testServer(t, { predictionLog: loggingTo(folders) });
  await server.traffic.apply('credit', { champion: await server.put(addModel(1)), championVersion: 'v1' });

  await server.infer('credit', rows(1));
  await server.close();

  assert.deepEqual(await folders.rows(), []);
  assert.match(lines(server), /predictions_skipped_total\{model="credit",reason="no_settings"\} 1/);
});

test('restricted columns and what is made of them are never in any file in clear, and equal values have equal hashes', async (t) => {
  const { folders, server } = await logged(t, { restricted: ['origin', 'Distance', 'y'] });

  await server.infer('delays', byKeys(['JFK', 'LGA', 'JFK']));
  await server.predictionLog?.flush();
  const waiting = await folders.bytes();
  await server.close();

  for (const bytes of [waiting, await folders.bytes()]) assert.doesNotMatch(bytes, /JFK|LGA/);
  const [jfk, lga, again] = await folders.rows();
  assert.match(String(jfk?.['entity.origin']), /^[0-9a-f]{64}$/);
  assert.notEqual(jfk?.['entity.origin'], lga?.['entity.origin']);
  assert.equal(jfk?.['entity.origin'], again?.['entity.origin']);
  for (const column of ['request.distance', 'feature.distance', 'feature.delay_per_mile', 'output.y.0']) {
    assert.match(String(jfk?.[column]), /^[0-9a-f]{64}$/, column);
  }
  assert.deepEqual(
    [jfk?.['entity.carrier'], jfk?.['feature.temp'], jfk?.['status.temp']],
    ['AA', 20.5, 'PRESENT'],
  );
});

test('an input of more values than the settings have columns is hidden where any column is restricted', async (t) => {
  const wide: FunctionModel = {
    inputs: [{ name: 'features', datatype: 'FP64', shape: [-1, -1] }],
    outputs: [{ name: 'y', datatype: 'FP64', shape: [-1] }],
    run: () => ({ y: { datatype: 'FP64', shape: [1], data: Float64Array.of(1) } }),
  };
  const folders = await logFolders(t);
  const server = await testServer(t, {
    backend: memoryModelBackend({ wide }),
    predictionLog: loggingTo(folders),
  });
  const { features: _, ...settings } = settingsOf({ restricted: ['income'] });
  await server.traffic.apply('delays', {
    champion: await server.put(Buffer.from('wide')),
    championVersion: 'v1',
    championSettings: await server.put(writeServingSettings(settings)),
  });

  // Four columns are known: which of the five is none?
  const input = { name: 'features', shape: [1, 5], datatype: 'FP64', data: [77001, 1, 2, 3, 4] };
  await server.infer('delays', { inputs: [input] });
  await server.close();

  const [row] = await folders.rows();
  assert.match(String(row?.['feature.features.0']), /^[0-9a-f]{64}$/);
  assert.equal(row?.['output.y'], 1);
  assert.doesNotMatch(await folders.bytes(), /77001/);
});

test('`restricted: omit` leaves the columns out', async (t) => {
  const { folders, server } = await logged(t, {
    restricted: ['origin'],
    serve: { log: { restricted: 'omit' } },
  });

  await server.infer('delays', byKeys(['JFK']));
  await server.close();

  const [row] = await folders.rows();
  assert.equal('entity.origin' in (row ?? {}), false);
  assert.equal(row?.['entity.carrier'], 'AA');
  assert.doesNotMatch(await folders.bytes(), /JFK/);
});

test('a disk that stalls costs no answer and bounded memory: what does not fit is counted, and leaves a gap', async (t) => {
  const folders = await logFolders(t);
  const disk = stalling(writerIn(folders));
  const server = await testServer(t, {
    files: { add: addModel(2) },
    predictionLog: loggingTo(folders, { writer: disk.writer, mostWaiting: 2_000 }),
  });

  await server.infer('add', rows(0));
  void server.predictionLog?.flush();
  const answers = [];
  for (let i = 1; i < 40; i++) answers.push(await server.infer('add', rows(i)));
  const waiting = Number(/waiting_characters (\d+)/.exec(lines(server))?.[1]);
  disk.goOn();
  await server.predictionLog?.flush();
  await server.infer('add', rows(40));
  await server.close();

  assert.equal(
    answers.filter(({ status, predictionId }) => status === 200 && predictionId !== null).length,
    39,
  );
  assert.ok(waiting > 1_800 && waiting <= 2_000, String(waiting));
  const dropped = Number(
    /predictions_dropped_total\{model="add",reason="full"\} (\d+)/.exec(lines(server))?.[1],
  );
  const all = await folders.rows();
  assert.equal(all.length, 41 - dropped);
  assert.ok(dropped > 10);
  assert.deepEqual((await folders.missing())[0]?.missing, String(dropped));
});

test('a disk that is full is tried again: once there is room nothing is missing', async (t) => {
  const folders = await logFolders(t);
  const real = writerIn(folders);
  let failures = 2;
  const writer: LogWriter = {
    ...real,
    async append(log, text) {
      if (failures-- > 0) throw new Error('ENOSPC: no space left on device');
      await real.append(log, text);
    },
  };
  const server = await testServer(t, {
    files: { add: addModel(2) },
    predictionLog: loggingTo(folders, { writer, retryMs: 0 }),
  });

  await server.infer('add', rows(1));
  await server.predictionLog?.flush();
  await server.close();

  assert.equal((await folders.rows()).length, 1);
  assert.deepEqual(
    server.logged.filter((message) => message.startsWith('rows of the prediction log can not be written'))
      .length,
    1,
  );
});

test('a log whose numbers can not be had drops and counts, and the server answers', async (t) => {
  const folders = await logFolders(t);
  const writer: LogWriter = {
    ...writerIn(folders),
    open: async () => {
      throw new Error('EACCES: permission denied');
    },
  };
  const server = await testServer(t, {
    files: { add: addModel(2) },
    predictionLog: loggingTo(folders, { writer }),
  });

  const answer = await server.infer('add', rows(1));

  assert.deepEqual([answer.status, answer.predictionId, answer.body.id], [200, null, undefined]);
  assert.match(lines(server), /predictions_dropped_total\{model="add",reason="no_number"\} 1/);
});

test('what can not be written down is counted and costs nothing: a key of the wrong shape beside whole inputs', async (t) => {
  const { folders, server } = await logged(t);
  const whole = { name: 'features', shape: [1, 4], datatype: 'FP64', data: [1, 2, 3, 4] };
  const odd = { name: 'origin', shape: [1, 2], datatype: 'BYTES', data: ['JFK', 'LGA'] };

  const answer = await server.infer('delays', { inputs: [whole, odd] });
  await server.infer('delays', { inputs: [whole, texts('origin', 'JFK'), floats('distance', 7)] });
  await server.close();

  assert.equal(answer.status, 200);
  assert.match(lines(server), /predictions_dropped_total\{model="delays",reason="failed"\} 1/);
  const [row] = await folders.rows();
  assert.deepEqual([row?.['entity.origin'], row?.['request.distance'], row?.['feature.temp']], ['JFK', 7, 1]);
});

test('many requests at once have numbers of their own, more than were reserved at first', async (t) => {
  const folders = await logFolders(t);
  const server = await testServer(t, { files: { add: addModel(2) }, predictionLog: loggingTo(folders) });

  for (let round = 0; round < 6; round++) {
    await Promise.all(Array.from({ length: 200 }, (_, i) => server.infer('add', rows(i))));
  }
  await server.close();

  const all = await folders.rows();
  assert.equal(all.length, 1_200);
  assert.equal(new Set(all.map(({ sequence }) => sequence)).size, 1_200);
  assert.deepEqual((await folders.missing())[0]?.missing, '0');
});

test('rows of an image are not logged value by value', async (t) => {
  const image: FunctionModel = {
    inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [-1, 40, 40] }],
    outputs: [{ name: 'y', datatype: 'INT64', shape: [-1] }],
    run: () => ({ y: { datatype: 'INT64', shape: [1], data: BigInt64Array.of(9_007_199_254_740_993n) } }),
  };
  const folders = await logFolders(t);
  const server = await testServer(t, {
    backend: memoryModelBackend({ image }),
    files: { image: Buffer.from('image') },
    predictionLog: loggingTo(folders),
  });

  await server.infer('image', {
    inputs: [{ name: 'pixels', shape: [1, 40, 40], datatype: 'UINT8', data: new Array(1600).fill(3) }],
  });
  await server.close();

  const [row] = await folders.rows();
  assert.equal(
    Object.keys(row ?? {}).some((name) => name.startsWith('feature.')),
    false,
  );
  assert.equal(row?.['output.y'], '9007199254740993');
});

test('a prediction of 20,000 rows is written down, one of 30,000 is not, and both are answered', async (t) => {
  const folders = await logFolders(t);
  const server = await testServer(t, {
    backend: memoryModelBackend({ add: adding(1) }),
    files: { add: Buffer.from('add') },
    predictionLog: loggingTo(folders),
  });

  // Eight fixed columns, an input and an output: 200,000 values are written down.
  const few = await server.infer('add', rows(...new Array<number>(20_000).fill(1)));
  const many = await server.infer('add', rows(...new Array<number>(30_000).fill(1)));
  await server.close();

  assert.deepEqual([few.status, many.status], [200, 200]);
  assert.equal((await folders.rows()).length, 20_000);
  assert.match(lines(server), /dropped_total\{model="add",reason="too_large"\} 1/);
});

test('nothing of a prediction is looked at before the turn of its answer is over', async (t) => {
  const folders = await logFolders(t);
  const log = await loggingTo(folders)({
    wall: memoryClock(NOON),
    random: seededRandom('log'),
    log: () => undefined,
  });
  await log.open('add');
  const model = await memoryModelBackend({ add: adding(1) }).load(Buffer.from('add'), { threads: 1 });
  const served = { loaded: holdable(model, { failed: () => undefined }) };
  const place = log.take('add', served, { synthetic: false });
  let looked = 0;
  const prediction = {
    ...{ served, arm: 'champion', given: new Map(), outputs: {}, at: 0n, latencyMs: 1, traceparent: '' },
    get made() {
      looked++;
      return { inputs: {} };
    },
  };

  if (place) log.write(place, prediction);
  const before = looked;
  await new Promise(setImmediate);
  const after = looked;
  await log.close();

  assert.equal(before, 0);
  assert.ok(after > 0);
});

interface Logged {
  readonly folders: LogFolders;
  readonly server: FeatureServer;
}

/** The model of the feature server, logged. */
async function logged(
  t: TestContext,
  {
    random,
    ...changes
  }: Parameters<FeatureServer['settings']>[0] & { readonly random?: readonly number[] } = {},
): Promise<Logged> {
  const folders = await logFolders(t);
  const server = await featureServer(t, { predictionLog: loggingTo(folders), ...(random && { random }) });
  await server.champion(await server.settings(changes));
  return { folders, server };
}

function lines({ predictionLog }: { readonly predictionLog: FeatureServer['predictionLog'] }): string {
  return predictionLog?.metrics().join('\n') ?? '';
}

/** A writer whose first append waits until the test lets it go on. */
function stalling(real: LogWriter): { readonly writer: LogWriter; goOn(): void } {
  const gate = Promise.withResolvers<void>();
  return {
    writer: {
      ...real,
      async append(log, text) {
        await gate.promise;
        await real.append(log, text);
      },
    },
    goOn: gate.resolve,
  };
}
