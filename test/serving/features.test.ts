import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryOnlineStore } from '#adapters/memory/online-store.ts';
import { type FunctionModel, memoryModelBackend } from '#adapters/memory/model-backend.ts';
import type { Digest } from '#core/digest.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { MergewayError } from '#core/errors.ts';
import { unpackRow } from '#core/features/online-rows.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { canaryPlan } from '#test/contracts/traffic.ts';
import {
  byKeys,
  echo,
  type FeatureServer,
  featureServer,
  featuresOf,
  floats,
  settingsOf,
  texts,
} from '#test/support/feature-server.ts';
import { rows, testServer } from '#test/support/serving.ts';

const ZERO = { units: 0, errors: 0, slow: 0 };

test('a request by entity keys gets its features, and expressions over them and the request', async (t) => {
  const server = await served(t);

  const answer = await server.infer('delays', byKeys(['JFK']));

  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body.outputs?.[0]?.data, [20.5, 7, 0.05, 100]);
});

test('features that are not there, too old or null are missing values, and the answer says which on request', async (t) => {
  const server = await served(t);

  const { status, body } = await server.infer(
    'delays',
    byKeys(['LGA', 'EWR', 'XXX'], { feature_statuses: true }),
  );

  assert.equal(status, 200);
  assert.deepEqual(body.outputs, [
    {
      name: 'y',
      shape: [3, 4],
      datatype: 'FP64',
      data: [null, 3, 0.05, 100, null, null, 0.05, 100, null, null, 0.05, 100],
    },
    { name: 'feature_names', shape: [3], datatype: 'BYTES', data: ['temp', 'wind', 'mean_delay'] },
    {
      name: 'feature_statuses',
      shape: [3, 3],
      datatype: 'BYTES',
      data: [
        ...['NULL_VALUE', 'PRESENT', 'PRESENT'],
        ...['OUTSIDE_MAX_AGE', 'OUTSIDE_MAX_AGE', 'PRESENT'],
        ...['NOT_FOUND', 'NOT_FOUND', 'PRESENT'],
      ],
    },
  ]);
});

test('what the request brings wins over what is looked up, and needs no status', async (t) => {
  const server = await served(t);
  const request = byKeys(['JFK'], { feature_statuses: true }) as { inputs: unknown[] };

  const { body } = await server.infer('delays', {
    ...request,
    inputs: [...request.inputs, floats('temp', -3)],
  });

  assert.deepEqual(body.outputs?.[0]?.data, [-3, 7, 0.05, 100]);
  assert.deepEqual(body.outputs?.[1]?.data, ['wind', 'mean_delay']);
});

test('a request with every input is answered without a lookup, with or without keys', async (t) => {
  const server = await served(t, { online: broken() });
  const whole = { name: 'features', shape: [1, 4], datatype: 'FP64', data: [1, 2, 3, 4] };
  const columns = ['temp', 'wind', 'delay_per_mile', 'distance'].map((name, index) => floats(name, index));

  const one = await server.infer('delays', { inputs: [whole] });
  const keyed = await server.infer('delays', { inputs: [whole, texts('origin', 'JFK')] });
  const side = await server.infer('delays', { inputs: columns, parameters: { feature_statuses: true } });

  assert.deepEqual(one.body.outputs?.[0]?.data, [1, 2, 3, 4]);
  assert.deepEqual(keyed.body.outputs?.[0]?.data, [1, 2, 3, 4]);
  assert.deepEqual(side.body.outputs, [{ name: 'y', shape: [1, 4], datatype: 'FP64', data: [0, 1, 2, 3] }]);
});

for (const { name, body, status = 400, says } of [
  {
    name: 'without keys',
    body: { inputs: [] },
    says: /input distance is missing, and the features of v1 do not give it/,
  },
  {
    name: 'without one of the keys',
    body: { inputs: [texts('origin', 'JFK'), floats('distance', 1)] },
    says: /input carrier is missing: send origin, carrier, distance for the features of v1 to be looked up, or send temp, wind, delay_per_mile/,
  },
  {
    name: 'with an input of another name',
    body: { inputs: [texts('orign', 'JFK')] },
    says: /no input "orign"; did you mean origin\?/,
  },
  {
    name: 'with a key of two values a row',
    body: {
      inputs: [
        { name: 'origin', shape: [1, 2], datatype: 'BYTES', data: ['JFK', 'LGA'] },
        texts('carrier', 'AA'),
        floats('distance', 1),
      ],
    },
    says: /origin has shape \[1,2\], expected one value per row/,
  },
  {
    name: 'with uneven rows',
    body: { inputs: [texts('origin', 'JFK', 'LGA'), texts('carrier', 'AA'), floats('distance', 1)] },
    says: /origin has 2 rows, and input carrier has 1/,
  },
  {
    name: 'with a request field of another kind',
    body: { inputs: [texts('origin', 'JFK'), texts('carrier', 'AA'), texts('distance', 'far')] },
    says: /distance: "far" is no Float64/,
  },
  {
    name: 'for a time that is none',
    body: byKeys(['JFK'], { event_timestamp: 'noon' }),
    says: /event_timestamp is "noon", expected a time in ISO 8601/,
  },
  {
    name: 'for a number of milliseconds',
    body: byKeys(['JFK'], { event_timestamp: 1370000000000 }),
    says: /event_timestamp is 1370000000000, expected a time in ISO 8601/,
  },
  {
    name: 'for a minute and a millisecond from now',
    body: byKeys(['JFK'], { event_timestamp: '2013-06-01T12:01:00.001Z' }),
    says: /more than a minute in the future/,
  },
  {
    name: 'with a flag that is none',
    body: byKeys(['JFK'], { feature_statuses: 'yes' }),
    says: /feature_statuses is "yes", expected true or false/,
  },
]) {
  test(`a request ${name} is the client's mistake, in a sentence`, async (t) => {
    const server = await served(t);

    const answer = await server.infer('delays', body);

    assert.equal(answer.status, status);
    assert.match(answer.body.error ?? '', says);
  });
}

for (const { time, temp } of [
  { time: '2013-06-01T12:30:00Z', temp: /future/ },
  { time: '2013-06-01T12:01:00Z', temp: 20.5 },
  { time: '2013-06-01T14:00:00+02:00', temp: 20.5 },
  { time: '2013-06-01T11:30:00Z', temp: 20.5 },
  { time: '2013-06-01T11:29:59.999999Z', temp: null },
]) {
  test(`features are those of the request's time: at ${time} the temperature of 11:30 is ${temp}`, async (t) => {
    const server = await served(t);

    const { body } = await server.infer('delays', byKeys(['JFK'], { event_timestamp: time }));

    if (temp instanceof RegExp) assert.match(body.error ?? '', temp);
    else assert.equal(body.outputs?.[0]?.data[0], temp);
  });
}

test('without a time of its own a request asks for now: an hour after its event a feature is there, a moment later too old', async (t) => {
  const server = await served(t);

  server.wall.advance(30 * 60_000);
  const atTheEdge = await server.infer('delays', byKeys(['JFK']));
  server.wall.advance(1);
  const later = await server.infer('delays', byKeys(['JFK']));

  assert.equal(atTheEdge.body.outputs?.[0]?.data[0], 20.5);
  assert.equal(later.body.outputs?.[0]?.data[0], null);
});

test('a default takes the place of whatever is missing, also of what an expression does not give', async (t) => {
  const server = await served(t, { serve: { defaults: { temp: 15, delay_per_mile: 0 } } });
  const request = byKeys(['LGA']) as { inputs: unknown[] };
  const ofNobody = { inputs: [request.inputs[0], texts('carrier', 'ZZ'), request.inputs[2]] };

  const { body } = await server.infer('delays', ofNobody);

  assert.deepEqual(body.outputs?.[0]?.data, [15, 3, 0, 100]);
});

test('`missing: refuse` names row, feature and status, and what has a default is not missing', async (t) => {
  const server = await served(t, { serve: { missing: 'refuse', defaults: { temp: 15 } } });

  const refused = await server.infer('delays', byKeys(['JFK', 'EWR']));
  const filled = await server.infer('delays', byKeys(['LGA']));

  assert.equal(refused.status, 422);
  assert.equal(refused.body.error, 'row 2: wind is OUTSIDE_MAX_AGE');
  assert.equal(filled.status, 200);
});

test('a whole number has no missing value: without a default the request is refused, with one it is answered', async (t) => {
  const wind: FunctionModel = {
    inputs: [{ name: 'wind', datatype: 'INT32', shape: [-1] }],
    outputs: [{ name: 'y', datatype: 'INT32', shape: [-1] }],
    run: (given) => ({ y: given.wind ?? assert.fail() }),
  };
  const predict = { output: 'y' };
  const server = await featureServer(t, { models: { wind } });
  await server.champion(await server.settings({ predict }), 'wind');

  const refused = await server.infer('delays', byKeys(['XXX']));
  await server.champion(await server.settings({ predict, serve: { defaults: { wind: 9 } } }), 'wind');
  const filled = await server.infer('delays', byKeys(['XXX', 'JFK']));

  assert.deepEqual([refused.status, refused.body.error], [422, 'row 1: wind is NOT_FOUND']);
  assert.deepEqual(filled.body.outputs?.[0]?.data, [9, 7]);
});

test('a stored feature that does not fit the model is refused without being shown', async (t) => {
  const wind: FunctionModel = {
    inputs: [{ name: 'temp', datatype: 'INT32', shape: [-1] }],
    outputs: [{ name: 'y', datatype: 'INT32', shape: [-1] }],
    run: (given) => ({ y: given.temp ?? assert.fail() }),
  };
  const server = await featureServer(t, { models: { wind } });
  await server.champion(await server.settings({ predict: { output: 'y' } }), 'wind');

  const { status, body } = await server.infer('delays', byKeys(['JFK']));

  assert.equal(status, 422);
  assert.match(body.error ?? '', /^row 1, column temp: expected a whole number .*, got another value$/);
});

test('as many rows are looked up at a time as their features allow', async (t) => {
  const features = Array.from({ length: 500 }, (_, place) => `f${place}`);
  const text = `
entities: [{name: airport, join_keys: [origin]}]
feature_views:
  - {name: wide, entities: [airport], source: {path: wide.parquet, timestamp_field: at}, schema: [${features.map((name) => `{name: ${name}, dtype: Float64}`)}]}
feature_services: [{name: v1, features: [wide]}]`;
  const definitions = parseFeatureDefinitions({ path: 'features/wide.yaml', text });
  const wide: FunctionModel = {
    inputs: [{ name: 'features', datatype: 'FP64', shape: [-1, 500] }],
    outputs: [{ name: 'y', datatype: 'FP64', shape: [-1] }],
    run: () => ({ y: { datatype: 'FP64', shape: [1], data: Float64Array.of(1) } }),
  };
  const server = await featureServer(t, { models: { wide } });
  const predict = { output: 'y', input: 'features', columns: features };
  await server.champion(await server.settings({ predict, features: { service: 'v1', definitions } }), 'wide');
  const ask = (rows: number) =>
    server.infer('delays', { inputs: [texts('origin', ...new Array<string>(rows).fill('JFK'))] });

  const [most, more] = [await ask(500), await ask(501)];

  assert.deepEqual([most.status, more.status], [200, 400]);
  assert.match(more.body.error ?? '', /500 features of 501 rows are wanted, at most 500 rows/);
});

test('an online store that does not answer is 503, and no failure of an arm', async (t) => {
  const server = await served(t, { online: broken() });
  const settings = await server.settings();
  const champion = await server.put(Buffer.from('echo'));
  await server.traffic.apply('delays', {
    ...canaryPlan({ champion, canary: champion }, { settings }),
    championSettings: settings,
  });

  const answer = await server.infer('delays', byKeys(['JFK']));

  assert.equal(answer.status, 503);
  assert.deepEqual((await server.traffic.read('delays')).counts, { champion: ZERO, canary: ZERO });
});

test('a damaged row of the online store is 503, and no failure of an arm', async (t) => {
  const read = async () => [[unpackRow(Uint8Array.of(5, 65), ['JFK'])]];
  const server = await served(t, { online: { ...broken(), read } });
  const settings = await server.settings();
  const champion = await server.put(Buffer.from('echo'));
  await server.traffic.apply('delays', {
    ...canaryPlan({ champion, canary: champion }, { settings }),
    championSettings: settings,
  });

  const answer = await server.infer('delays', byKeys(['JFK']));

  assert.equal(answer.status, 503);
  assert.deepEqual((await server.traffic.read('delays')).counts, { champion: ZERO, canary: ZERO });
});

test('a canary whose features were never materialised is refused; a champion whose were not is served, and the log says so', async (t) => {
  const server = await served(t, { online: memoryOnlineStore() });
  const settings = await server.settings();
  const champion = await server.put(Buffer.from('echo'));

  const plan = server.traffic.apply('delays', {
    ...canaryPlan({ champion, canary: champion }, { settings }),
    championSettings: settings,
  });

  await assert.rejects(plan, {
    code: 'MW_TRAFFIC_REFUSED',
    message: /delays v2 needs features of weather, delays, which were never materialised/,
  });
  await server.traffic.apply('delays', {
    champion,
    championVersion: 'v1',
    championSettings: settings,
  });
  const { status, body } = await server.infer('delays', byKeys(['JFK']));
  assert.deepEqual([status, body.outputs?.[0]?.data], [200, [null, null, null, 100]]);
  assert.ok(server.logged.includes('the online store has nothing of features that the champion needs'));
});

test('each arm looks its own features up: a canary may take others from the same keys', async (t) => {
  const server = await withCanary(
    t,
    { features: featuresOf('weather_only'), predict: { output: 'y' } },
    'warm',
  );

  const answer = await server.infer('delays', byKeys(['JFK']));

  assert.deepEqual([answer.version, answer.status], ['v2', 200]);
  assert.deepEqual(answer.body.outputs?.[0]?.data, [20.5]);
  assert.deepEqual((await server.traffic.read('delays')).counts.canary, { units: 1, errors: 0, slow: 0 });
});

test('a canary that refuses what the champion fills has failed, and a mistake of both is the client’s', async (t) => {
  const server = await withCanary(t, { serve: { missing: 'refuse' } }, 'echo');

  const failed = await server.infer('delays', byKeys(['XXX']));
  const mistaken = await server.infer('delays', { inputs: [texts('origin', 'JFK')] });

  assert.equal(failed.status, 500);
  assert.match(
    failed.body.error ?? '',
    /v2 does not take and give what the champion does: row 1: temp is NOT_FOUND/,
  );
  assert.equal(mistaken.status, 400);
  assert.deepEqual((await server.traffic.read('delays')).counts, {
    champion: ZERO,
    canary: { units: 1, errors: 1, slow: 0 },
  });
});

test('a canary without features fails where the champion looks them up', async (t) => {
  const { features: _features, ...plain } = settingsOf();
  const server = await featureServer(t);
  const settings = await server.settings();
  const without = await server.put(Buffer.from(JSON.stringify(plain)));
  const champion = await server.put(Buffer.from('echo'));
  await server.traffic.apply('delays', {
    ...canaryPlan({ champion, canary: champion }, { settings: without }),
    championSettings: settings,
  });

  const answer = await server.infer('delays', byKeys(['JFK']));

  assert.equal(answer.status, 500);
  assert.deepEqual((await server.traffic.read('delays')).counts.canary, { units: 1, errors: 1, slow: 0 });
});

test('requests by keys share batches: many at once are answered each with its own', async (t) => {
  const server = await served(t);
  const origins = Array.from({ length: 40 }, (_, i) => ['JFK', 'LGA', 'EWR'][i % 3] ?? '');

  const answers = await Promise.all(origins.map((origin) => server.infer('delays', byKeys([origin]))));

  assert.deepEqual(
    answers.map(({ body }) => body.outputs?.[0]?.data[1]),
    origins.map((origin) => ({ JFK: 7, LGA: 3, EWR: null })[origin]),
  );
});

for (const { name, make, says } of [
  {
    name: 'that are not in the store',
    make: async () => `sha256:${'0'.repeat(64)}` as Digest,
    says: /can not be served by settings/,
  },
  {
    name: 'that are none',
    make: (server: FeatureServer) => server.put(Buffer.from('{"model":"delays"}')),
    says: /can not be served by settings .*task/s,
  },
  {
    name: 'whose columns the model has not',
    make: (server: FeatureServer) =>
      server.settings({ predict: { output: 'y', input: 'features', columns: ['temp'] } }),
    says: /does not take 1 column per row/,
  },
  {
    name: 'with an output that the model has not',
    make: (server: FeatureServer) => server.settings({ predict: { output: 'z', input: 'features' } }),
    says: /there is no output `z`/,
  },
  {
    name: 'with a default of another type than the feature',
    make: (server: FeatureServer) => server.settings({ serve: { defaults: { temp: 'mild' } } }),
    says: /serve\.defaults: temp: "mild" is no Float64/,
  },
  {
    name: 'with a default of a column that the service does not give',
    make: (server: FeatureServer) => server.settings({ serve: { defaults: { tmp: 15 } } }),
    says: /serve\.defaults: tmp: the service .* gives no such column; did you mean `temp`/,
  },
]) {
  test(`a plan by settings ${name} is refused, and nothing changes`, async (t) => {
    const server = await served(t);

    await assert.rejects(async () => server.champion(await make(server)), {
      code: 'MW_TRAFFIC_REFUSED',
      message: says,
    });

    assert.equal((await server.infer('delays', byKeys(['JFK']))).status, 200);
  });
}

test('a text feature for an input of numbers, and an output of a status’s name, are refused', async (t) => {
  const models = {
    named: { ...echo, outputs: [...echo.outputs, { name: 'feature_names', datatype: 'BYTES', shape: [-1] }] },
  } as const;
  const server = await featureServer(t, { models });
  const features = featuresOf('v1');
  const [weather, ...others] = features.definitions.feature_views;
  if (!weather) assert.fail();
  const asText = weather.schema.map((field) =>
    field.name === 'temp' ? { ...field, dtype: 'String' as const } : field,
  );
  const definitions = { ...features.definitions, feature_views: [{ ...weather, schema: asText }, ...others] };

  await assert.rejects(
    async () => server.champion(await server.settings({ features: { ...features, definitions } })),
    /feature temp is String, and input features takes FP64/,
  );
  await assert.rejects(
    async () => server.champion(await server.settings(), 'named'),
    /its output feature_names has the name/,
  );
});

test('a server without an online store refuses versions that need features, and serves the others', async (t) => {
  const server = await featureServer(t, { online: null });
  const { features: _features, ...plain } = settingsOf();

  await assert.rejects(async () => server.champion(await server.settings()), /has no online store/);
  await server.champion(await server.put(Buffer.from(JSON.stringify(plain))));

  const whole = { name: 'features', shape: [1, 4], datatype: 'FP64', data: [1, 2, 3, 4] };
  assert.equal((await server.infer('delays', { inputs: [whole] })).status, 200);
  assert.equal((await server.infer('delays', byKeys(['JFK']))).status, 400);
});

test('metadata says what a client may send instead of features', async (t) => {
  const server = await served(t);

  const response = await fetch(`${server.url}/v2/models/delays`);

  const { inputs, features } = (await response.json()) as { inputs: unknown; features: unknown };
  assert.deepEqual(inputs, echo.inputs);
  assert.deepEqual(features, {
    service: 'v1',
    entity_keys: ['origin', 'carrier'],
    request_fields: [{ name: 'distance', datatype: 'FP64' }],
    provided: ['temp', 'wind', 'mean_delay', 'delay_per_mile'],
    columns: ['temp', 'wind', 'delay_per_mile', 'distance'],
  });
});

test('versions without features have metadata and requests as ever', async (t) => {
  const backend = memoryModelBackend({
    plain: {
      ...echo,
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
      outputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
      run: (given) => given,
    },
  });
  const server = await testServer(t, { backend });
  await server.traffic.apply('plain', {
    champion: await server.put(Buffer.from('plain')),
    championVersion: 'v1',
  });

  const answer = await server.infer('plain', {
    ...(rows(1) as object),
    parameters: { feature_statuses: true },
  });
  const metadata = (await (await fetch(`${server.url}/v2/models/plain`)).json()) as object;

  assert.equal(answer.body.outputs?.length, 1);
  assert.equal('features' in metadata, false);
});

async function served(
  t: Parameters<typeof featureServer>[0],
  { serve = {}, ...options }: { readonly serve?: unknown; readonly online?: OnlineStore } = {},
): Promise<FeatureServer> {
  const server = await featureServer(t, options);
  await server.champion(await server.settings({ serve }));
  return server;
}

/** `echo` as the champion under its own settings; all traffic to the canary under changed ones. */
async function withCanary(
  t: Parameters<typeof featureServer>[0],
  changes: Parameters<FeatureServer['settings']>[0],
  model: string,
): Promise<FeatureServer> {
  const warm: FunctionModel = {
    inputs: [{ name: 'temp', datatype: 'FP32', shape: [-1, 1] }],
    outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, 1] }],
    run: ({ temp }) => ({
      y: { datatype: 'FP64', shape: temp?.shape ?? [], data: Float64Array.from(temp?.data as Float32Array) },
    }),
  };
  const server = await featureServer(t, { models: { warm } });
  const champion = await server.put(Buffer.from('echo'));
  const canary = await server.put(Buffer.from(model));
  await server.traffic.apply('delays', {
    ...canaryPlan({ champion, canary }, { settings: await server.settings(changes) }),
    championSettings: await server.settings(),
  });
  return server;
}

/** Everything was materialised, and nothing is answered any more. */
function broken(): OnlineStore {
  const refuse = async () => {
    throw new MergewayError('MW_ONLINE_STORE_UNREACHABLE', 'nobody is there');
  };
  const watermark = async () => 1n;
  return { read: refuse, write: refuse, watermark, advance: refuse, close: async () => undefined };
}
