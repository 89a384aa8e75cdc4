import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LogWriter } from '#serving/prediction-log/log-writer.ts';
import { canaryPlan } from '#test/contracts/traffic.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { byKeys, featureServer } from '#test/support/feature-server.ts';
import { addModel } from '#test/support/onnx.ts';
import { type LogFolders, logFolders, loggingTo, writerIn } from '#test/support/prediction-log.ts';
import { rows, type TestServer, testServer } from '#test/support/serving.ts';

test('labels are accepted when they are on the disk, and become rows of the feedback log', async (t) => {
  const { server, folders } = await withLog(t);

  const answer = await send(server, '/v2/models/add/feedback', [
    { prediction_id: 'w-1', label: 1 },
    { prediction_id: 'w-1', row: 1, label: true, time: '2013-06-01T10:00:00+02:00' },
    { prediction_id: 'somebody-else-9', label: 'cat', time: null },
    { prediction_id: 'w-2', label: 3.5 },
  ]);
  const waiting = await folders.bytes();
  await server.close();

  assert.deepEqual(answer, { status: 202, body: { accepted: 4 } });
  assert.match(waiting, /somebody-else-9/);
  const rows = await folders.rows('feedback');
  const [{ writer } = {}] = rows;
  assert.deepEqual(
    rows.map((row) => [row.prediction_id, row.row, row.label, row.label_time, row.received_at, row.sequence]),
    [
      ['w-1', 0, '1', null, '2013-06-01 12:00:00', '1'],
      ['w-1', 1, 'true', '2013-06-01 08:00:00', '2013-06-01 12:00:00', '2'],
      ['somebody-else-9', 0, 'cat', null, '2013-06-01 12:00:00', '3'],
      ['w-2', 0, '3.5', null, '2013-06-01 12:00:00', '4'],
    ],
  );
  assert.match(String(writer), /^[0-9a-f]{16}$/);
  assert.match(server.predictionLog?.metrics().join('\n') ?? '', /feedback_labels_total\{model="add"\} 4/);
});

test('a label finds its prediction by the id that the answer carried', async (t) => {
  const folders = await logFolders(t);
  const server = await featureServer(t, { predictionLog: loggingTo(folders) });
  await server.champion(await server.settings());

  const { predictionId } = await server.infer('delays', byKeys(['JFK', 'LGA']));
  await send(server, '/feedback', {
    model: 'delays',
    feedback: [{ prediction_id: predictionId, row: 1, label: 12 }],
  });
  await server.close();

  const [label] = await folders.rows('feedback');
  const prediction = (await folders.rows()).find(
    (row) => row.prediction_id === label?.prediction_id && row.row === label?.row,
  );
  assert.equal(prediction?.['entity.origin'], 'LGA');
});

for (const { name, body, status = 400, says, path = '/v2/models/add/feedback' } of [
  { name: 'no JSON', body: '{', says: /not JSON/ },
  { name: 'an object', body: {}, says: /expected array/ },
  { name: 'an empty list', body: [], says: /Too small/ },
  { name: 'no id', body: [{ label: 1 }], says: /feedback 0\.prediction_id/ },
  { name: 'an id of a path', body: [{ prediction_id: '../x', label: 1 }], says: /expected letters, digits/ },
  {
    name: 'an endless id',
    body: [{ prediction_id: 'a'.repeat(201), label: 1 }],
    says: /prediction_id: Too big/,
  },
  { name: 'no label', body: [{ prediction_id: 'a' }], says: /feedback 0\.label: expected a text, a number/ },
  { name: 'a null label', body: [{ prediction_id: 'a', label: null }], says: /expected a text, a number/ },
  {
    name: 'a label of objects',
    body: [{ prediction_id: 'a', label: {} }],
    says: /expected a text, a number/,
  },
  {
    name: 'an endless label',
    body: [{ prediction_id: 'a', label: 'x'.repeat(1001) }],
    says: /feedback 0\.label/,
  },
  { name: 'a row below nothing', body: [{ prediction_id: 'a', label: 1, row: -1 }], says: /feedback 0\.row/ },
  {
    name: 'a row with a fraction',
    body: [{ prediction_id: 'a', label: 1, row: 0.5 }],
    says: /feedback 0\.row/,
  },
  {
    name: 'a time that is none',
    body: [{ prediction_id: 'a', label: 1, time: 'soon' }],
    says: /expected a time in ISO 8601/,
  },
  {
    name: 'a member of another name',
    body: [{ prediction_id: 'a', label: 1, lable: 2 }],
    says: /Unrecognized key/,
  },
  {
    name: 'more labels than a request may have',
    body: Array.from({ length: 10_001 }, () => ({ prediction_id: 'a', label: 1 })),
    says: /Too big/,
  },
  {
    name: 'one bad label among good ones',
    body: [{ prediction_id: 'a', label: 1 }, { prediction_id: 'a' }],
    says: /feedback 1\.label/,
  },
  { name: 'a list nested 200,000 deep', body: '['.repeat(200_000), says: /not JSON|expected/ },
  { name: 'three megabytes', body: ' '.repeat(3 * 2 ** 20), status: 413, says: /./ },
  {
    name: 'a model that is not served',
    path: '/v2/models/nope/feedback',
    body: [],
    status: 404,
    says: /no model is called/,
  },
  { name: 'no model', path: '/feedback', body: [{ prediction_id: 'a', label: 1 }], says: /expected object/ },
  {
    name: 'another model that is not served',
    path: '/feedback',
    body: { model: 'nope', feedback: [{ prediction_id: 'a', label: 1 }] },
    status: 404,
    says: /no model is called "nope"/,
  },
]) {
  test(`feedback with ${name} is ${status}, and nothing of it is kept`, async (t) => {
    const { server, folders } = await withLog(t);

    const answer = await send(server, path, body);
    await server.close();

    assert.equal(answer.status, status);
    assert.match(answer.body.error ?? '', says);
    assert.deepEqual(await folders.rows('feedback'), []);
  });
}

test('control characters, quotes and line breaks of a label come back as they were', async (t) => {
  const { server, folders } = await withLog(t);
  const label = 'a"b\\c\n[0,1,2]\n{"layout":9}\u0000\u2028\ud800';

  await send(server, '/v2/models/add/feedback', [{ prediction_id: 'a', label }]);
  await server.close();

  assert.equal((await folders.rows('feedback'))[0]?.label, label.toWellFormed());
});

test('with a token only its holders may send labels', async (t) => {
  const folders = await logFolders(t);
  const server = await testServer(t, {
    files: { add: addModel(1) },
    predictionLog: loggingTo(folders),
    feedbackToken: 'of the callers',
  });
  const labels = [{ prediction_id: 'a', label: 1 }];

  const statuses = [];
  for (const authorization of [undefined, 'Bearer wrong', 'of the callers', 'Bearer of the callers']) {
    statuses.push((await send(server, '/v2/models/add/feedback', labels, authorization)).status);
    statuses.push(
      (await send(server, '/feedback', { model: 'add', feedback: labels }, authorization)).status,
    );
  }

  await server.close();
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 401, 202, 202]);
});

test('a server without a log says so', async (t) => {
  const server = await testServer(t, { files: { add: addModel(1) } });

  const answer = await send(server, '/v2/models/add/feedback', [{ prediction_id: 'a', label: 1 }]);

  assert.equal(answer.status, 404);
  assert.match(answer.body.error ?? '', /--prediction-log/);
});

for (const { restricted, expected } of [
  { restricted: 'hash', expected: /^[0-9a-f]{64}$/ },
  { restricted: 'omit', expected: /^null$/ },
] as const) {
  test(`a label whose column is restricted is not kept in clear: ${restricted}`, async (t) => {
    const folders = await logFolders(t);
    const server = await featureServer(t, { predictionLog: loggingTo(folders) });
    await server.champion(await server.settings({ restricted: ['delay'], serve: { log: { restricted } } }));

    await send(server, '/v2/models/delays/feedback', [{ prediction_id: 'a', label: 'very secret' }]);
    await server.close();

    assert.match(String((await folders.rows('feedback'))[0]?.label), expected);
    assert.doesNotMatch(await folders.bytes(), /very secret/);
  });
}

test('a label is kept as the strictest version in traffic has it, whichever arm it is of', async (t) => {
  const folders = await logFolders(t);
  const server = await featureServer(t, { predictionLog: loggingTo(folders) });
  const open = await server.settings();
  const strict = await server.settings({ restricted: ['delay'] });
  const digest = await server.put(Buffer.from('echo'));
  const plan = canaryPlan({ champion: digest, canary: digest });
  await server.traffic.apply('delays', {
    ...plan,
    championSettings: open,
    ...(plan.canary && { canary: { ...plan.canary, settings: strict } }),
  });

  await send(server, '/v2/models/delays/feedback', [{ prediction_id: 'a', label: 'very secret' }]);
  await server.close();

  assert.match(String((await folders.rows('feedback'))[0]?.label), /^[0-9a-f]{64}$/);
});

test('labels of a model of which nobody knows what is restricted are refused, not kept in clear', async (t) => {
  const folders = await logFolders(t);
  const state = await temporaryFolder(t);
  const lost = { champion: `sha256:${'0'.repeat(64)}`, championVersion: 'v1' };
  await writeFile(join(state, 'lost.json'), JSON.stringify(lost));
  const server = await testServer(t, { state, predictionLog: loggingTo(folders) });
  const champion = await server.put(addModel(1));
  await server.traffic.apply('bare', { champion, championVersion: 'v1' });
  const labels = [{ prediction_id: 'a', label: 'very secret' }];

  const notLoaded = await send(server, '/v2/models/lost/feedback', labels);
  const noSettings = await send(server, '/v2/models/bare/feedback', labels);
  await server.close();

  assert.deepEqual([notLoaded.status, noSettings.status], [503, 409]);
  assert.match(noSettings.body.error ?? '', /names no settings/);
  assert.doesNotMatch(await folders.bytes(), /very secret/);
});

test('labels beyond what memory may hold are refused with 503, to be sent again', async (t) => {
  const folders = await logFolders(t);
  const writer: LogWriter = { ...writerIn(folders) };
  const server = await testServer(t, {
    files: { add: addModel(1) },
    predictionLog: loggingTo(folders, { writer, mostWaiting: 800 }),
  });
  const many = Array.from({ length: 100 }, () => ({ prediction_id: 'a', label: 1 }));

  const refused = await send(server, '/v2/models/add/feedback', many);
  const taken = await send(server, '/v2/models/add/feedback', many.slice(0, 1));

  await server.close();
  assert.deepEqual([refused.status, taken.status], [503, 202]);
});

test('as many labels as a request may have are taken, however few came before', async (t) => {
  const { server, folders } = await withLog(t);
  const most = Array.from({ length: 10_000 }, (_, index) => ({ prediction_id: `w-${index}`, label: 1 }));

  const answers = await Promise.all([1, 2].map(() => send(server, '/v2/models/add/feedback', most)));
  await server.close();

  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202],
  );
  const sequences = (await folders.rows('feedback')).map(({ sequence }) => Number(sequence));
  assert.deepEqual([sequences.length, sequences.at(0), sequences.at(-1)], [20_000, 1, 20_000]);
});

test('labels that wait for the disk leave room for predictions', async (t) => {
  const folders = await logFolders(t);
  const disk = Promise.withResolvers<void>();
  const inner = writerIn(folders);
  const writer: LogWriter = {
    ...inner,
    append: (id, lines) => disk.promise.then(() => inner.append(id, lines)),
  };
  const server = await testServer(t, {
    files: { add: addModel(1) },
    predictionLog: loggingTo(folders, { writer, mostWaiting: 4_000 }),
  });
  const some = Array.from({ length: 10 }, () => ({ prediction_id: 'a', label: 1 }));

  const waiting = send(server, '/v2/models/add/feedback', some);
  await until(() => server.predictionLog?.metrics().join().includes('waiting_characters 0') === false);
  const refused = await send(server, '/v2/models/add/feedback', some);
  await server.infer('add', rows(1, 2, 3, 4, 5));
  disk.resolve();

  assert.deepEqual([(await waiting).status, refused.status], [202, 503]);
  await server.close();
  assert.equal((await folders.rows()).length, 5);
  assert.deepEqual(
    (await folders.rows('feedback')).map(({ sequence }) => sequence),
    Array.from({ length: 10 }, (_, index) => String(index + 1)),
  );
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

interface WithLog {
  readonly server: TestServer;
  readonly folders: LogFolders;
}

async function withLog(t: TestContext): Promise<WithLog> {
  const folders = await logFolders(t);
  const server = await testServer(t, { files: { add: addModel(1) }, predictionLog: loggingTo(folders) });
  return { server, folders };
}

async function send(
  { url }: Pick<TestServer, 'url'>,
  path: string,
  body: unknown,
  authorization?: string,
): Promise<{ readonly status: number; readonly body: { readonly error?: string } }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { error?: string } };
}
