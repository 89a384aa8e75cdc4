import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { memoryFootprint } from '#adapters/memory/footprint.ts';
import { type FunctionModel, memoryModelBackend } from '#adapters/memory/model-backend.ts';
import { memoryModelServer } from '#adapters/memory/model-server.ts';
import { seededRandom } from '#core/chance.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { digestOf, hexOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { evaluationEvidence } from '#core/evidence/evaluation.ts';
import { parseEvidence, serialize, subjectOf } from '#core/evidence/statement.ts';
import { evaluate } from '#core/flows/evaluate.ts';
import type { EvaluateRequest } from '#core/flows/evaluate-request.ts';
import { judge, overallStatus } from '#core/gates/judge.ts';
import type { Tensor } from '#core/ports/model-backend.ts';
import type { ModelServer } from '#core/ports/model-server.ts';
import type { KeptPredictions, PredictionsArchive } from '#core/ports/predictions-archive.ts';
import type { Cell, Table } from '#core/ports/table.ts';
import { CANDIDATE, CHAMPION, modelConfig } from '#test/support/evaluation.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { uniform } from '#test/support/numbers.ts';
import { tableOf } from '#test/support/table.ts';

const ROWS = 400;
const HOLDOUT = digestOf('holdout');
const amounts = uniform(1, ROWS).map((u) => Math.round(u * 1000) / 10);
const noise = uniform(2, ROWS);

/** Larger amounts default more often; every seventh sex is missing. */
const holdout: Readonly<Record<string, readonly Cell[]>> = {
  id: amounts.map((_, row) => 10_000 - row),
  amount: amounts,
  purpose: amounts.map((_, row) => (row % 5 === 0 ? null : 'car')),
  sex: amounts.map((_, row) => (row % 7 === 0 ? null : row % 2 === 0 ? 'f' : 'm')),
  defaulted: amounts.map((amount, row) => (amount + 60 * (noise[row] ?? 0) > 80 ? 1 : 0)),
};

const AMOUNT = { name: 'amount', datatype: 'FP32', shape: [-1, 1] } as const;
const PROBABILITIES = { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] } as const;

test('candidate and champion are measured on the same rows, and the evidence says on which', async () => {
  const evidence = await run();

  const { predicate } = evidence;
  assert.equal(subjectOf(evidence), CANDIDATE);
  assert.deepEqual(predicate.champion, { digest: CHAMPION, version: 'v0.0.3' });
  assert.deepEqual(predicate.holdout, { digest: HOLDOUT, uri: 'store:holdout.parquet', rows: ROWS });
  assert.equal(predicate.threshold, 0.5);
  assert.equal(predicate.metrics.filter(({ candidate }) => candidate.low !== null).length, 9);
  const auc = predicate.metrics.find(({ metric }) => metric === 'roc_auc');
  assert.ok(auc?.difference && auc.champion);
  assert.equal(auc.difference.point, Number(auc.candidate.point) - Number(auc.champion.point));
  assert.ok(Number(auc.candidate.low) < Number(auc.candidate.point));
});

test('each group is counted, a missing value being a group of its own', async () => {
  const { predicate } = await run();

  const [bySex] = predicate.groups;
  const rows = bySex?.groups.map(({ values, candidate: { tp, fp, fn, tn } }) => [values, tp + fp + fn + tn]);
  assert.deepEqual(rows, [
    [['(missing)'], 58],
    [['f'], 171],
    [['m'], 171],
  ]);
});

test('numbers are grouped in bins, and what a bias gate compares is measured on each group', async () => {
  const bins = '{column: amount, bins: [20]}';
  const model = modelConfig(
    `{bias: [{metric: roc_auc, by: [${bins}], control: [sex], to: overall}, {metric: tpr_disparity, by: [${bins}]}]}`,
  );

  const { predicate } = await run({ model });

  assert.deepEqual(
    predicate.groups.map(({ by }) => by),
    [['sex'], ['amount(20)', 'sex'], ['amount(20)']],
  );
  const [byBoth, bySex] = predicate.groupMetrics ?? [];
  assert.deepEqual([byBoth?.metric, byBoth?.by, bySex?.by], ['roc_auc', ['amount(20)', 'sex'], ['sex']]);
  // Small amounts do not default here: a group of one class has no ROC AUC.
  assert.deepEqual(byBoth?.groups[0]?.candidate.reason, 'no row is positive');
  assert.ok(Number(bySex?.groups[1]?.candidate.point) > 0.5);
});

test('a metric that a bias gate holds against all rows has an interval on them too', async () => {
  const model = modelConfig('{bias: [{metric: jaccard, by: [sex], to: overall, max: 0.5}]}');

  const { predicate } = await run({ model });

  assert.equal(typeof predicate.metrics.find(({ metric }) => metric === 'jaccard')?.candidate.low, 'number');
});

test('clusters are known to every group, by how many of them it has rows of', async () => {
  const amountsOf = (sex: string) => amounts.filter((_, row) => holdout.sex?.[row] === sex);

  const { predicate } = await run({ model: withEvaluate({ cluster: 'amount' }) });

  const [, f, m] = predicate.groups[0]?.groups ?? [];
  assert.equal(predicate.clusters, new Set(amounts).size);
  assert.equal(f?.clustering?.clusters, new Set(amountsOf('f')).size);
  assert.equal(m?.clustering?.clusters, new Set(amountsOf('m')).size);
});

test('the evidence survives writing and reading, and gates judge it', async () => {
  const evidence = await run();
  const config = modelConfig('{benchmark: [{metric: roc_auc, min: 0.6}]}');

  const read = parseEvidence(evaluationEvidence, serialize(evidence), 'evidence');

  assert.deepEqual(read, evidence);
  assert.equal(overallStatus(judge(read.predicate, config)), 'pass');
});

test('the same bytes and rows give the same intervals, whatever the clock and the chance of the timing', async () => {
  const first = await run();
  const second = await run({}, { seed: 'another' });

  assert.deepEqual(first.predicate.metrics, second.predicate.metrics);
});

test('slices of the policy and values of groups are measured, and where the candidate lost most is named', async (t) => {
  const path = join(await temporaryFolder(t), 'holdout.csv');
  const columns = Object.values(holdout);
  const lines = amounts.map((_, row) => columns.map((cells) => cells[row] ?? '').join(','));
  await writeFile(path, [Object.keys(holdout).join(','), ...lines].join('\n'));
  const slices = [{ name: 'dear', where: "amount > 50 AND purpose = 'car'" }];
  const lock = { uri: 'store:holdout.csv', sha256: hexOf(HOLDOUT) };

  const { predicate } = await run(
    {
      model: withEvaluate({ slices }),
      holdout: { paths: [path], lock, digest: HOLDOUT },
      restricted: new Set(['defaulted']),
    },
    { table: duckdbTable(), candidate: scorer((amount) => 1 - amount / 100) },
  );

  const dear = amounts.filter((amount, row) => amount > 50 && row % 5 !== 0).length;
  assert.deepEqual(
    predicate.slices?.map(({ name, rows }) => [name, rows]),
    [
      ['dear', dear],
      ['sex = (missing)', 58],
      ['sex = f', 171],
      ['sex = m', 171],
    ],
  );
  assert.equal(predicate.regressions?.slices[0]?.metric, 'roc_auc');
  assert.ok(Number(predicate.regressions?.slices[0]?.loss.low) > 0);
  assert.equal(predicate.regressions?.rows?.rows.length, 20);
  assert.ok(predicate.regressions?.rows?.rows.every((row) => row.candidate === undefined));
});

test('a champion whose predictions were kept is not run on the holdout again, and its numbers are the same', async () => {
  const predictions = memoryArchive();
  const first = await run({}, { predictions });
  const sizes = new Set<number | undefined>();
  const plain = scorer((amount) => (amount % 50) / 50);
  const champion: FunctionModel = {
    ...plain,
    run: (inputs) => {
      sizes.add(inputs.amount?.shape[0]);
      return plain.run(inputs);
    },
  };

  const second = await run({}, { predictions, champion });

  assert.deepEqual(second.predicate.metrics, first.predicate.metrics);
  assert.equal(first.predicate.predictions?.champion?.reused, undefined);
  assert.equal(second.predicate.predictions?.champion?.reused, true);
  assert.equal(second.predicate.predictions?.champion?.digest, first.predicate.predictions?.champion?.digest);
  assert.deepEqual([...sizes], []);
});

for (const { name, change } of [
  { name: 'another version of Mergeway', change: { mergewayVersion: '0.2.0' } },
  {
    name: 'other columns',
    change: { model: withPredict({ output: 'probabilities', columns: ['amount'] }) },
  },
] satisfies readonly { name: string; change: Partial<EvaluateRequest> }[]) {
  test(`predictions of ${name} are not taken`, async () => {
    const predictions = memoryArchive();
    await run({}, { predictions });

    const { predicate } = await run(change, { predictions });

    assert.equal(predicate.predictions?.champion?.reused, undefined);
  });
}

test('a store that can not be written costs no evaluation, and is said', async () => {
  const readOnly: PredictionsArchive = {
    keep: async () => {
      throw new MergewayError('MW_SYSTEM', '/srv/store can not be written: EROFS');
    },
    find: async () => undefined,
  };
  const said: string[] = [];

  const { predicate } = await run({}, { predictions: readOnly, say: (text) => said.push(text) });

  assert.deepEqual(predicate.predictions, { candidate: null, champion: null });
  assert.ok(
    said.includes('predictions were not kept: /srv/store can not be written: EROFS (MW_SYSTEM)'),
    said.join('\n'),
  );
});

test('kept predictions of other rows are refused', async () => {
  const predictions = memoryArchive();
  await run({}, { predictions });
  const swapped = { ...holdout, defaulted: holdout.defaulted?.map((label) => 1 - Number(label)) ?? [] };

  await assert.rejects(run({}, { predictions, rows: swapped }), {
    code: 'MW_EVIDENCE_MISMATCH',
    message: /row 1 is another one/,
  });
});

test('each model chooses its threshold on one half of the rows, and all that is measured is of the other', async () => {
  const predictions = memoryArchive();
  const model = withPredict({ output: 'probabilities', threshold: { maximize: 'f1' } });

  const { predicate } = await run({ model }, { predictions });

  const { threshold, chosenThreshold: chosen, groups, slices, holdout: data } = predicate;
  assert.ok(chosen?.champion != null && threshold !== undefined && threshold !== chosen.champion);
  assert.equal(chosen.maximize, 'f1');
  assert.equal(chosen.choosing + chosen.judged, ROWS);
  assert.ok(Math.min(chosen.choosing, chosen.judged) > 0.4 * ROWS);
  assert.equal(data.rows, ROWS);
  const counted = groups[0]?.groups.flatMap(({ candidate: { tp, fp, fn, tn } }) => [tp, fp, fn, tn]) ?? [];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  assert.equal(sum(counted), chosen.judged);
  assert.equal(sum(slices?.map(({ rows }) => rows) ?? []), chosen.judged);
  assert.equal(predicate.predictions?.candidate?.rows, ROWS);
  // The candidate's score is the amount in percent, and no amount below 20 defaults.
  assert.ok(threshold > 0.3 && threshold < 0.9);
});

test('rows of one cluster do not both choose a threshold and judge it', async () => {
  const rows = { ...holdout, customer: amounts.map((_, row) => `c${Math.floor(row / 8)}`) };
  const predict = { output: 'probabilities', threshold: { maximize: 'accuracy' } } as const;

  const { predicate } = await run({ model: withEvaluate({ predict, cluster: 'customer' }) }, { rows });

  assert.equal(predicate.chosenThreshold?.judged, 8 * Number(predicate.clusters));
});

test('where the choosing rows are of one class no threshold is chosen, and nothing is evidence', async () => {
  const rows = { ...holdout, defaulted: amounts.map(() => 0) };
  const model = withPredict({ output: 'probabilities', threshold: { maximize: 'f1' } });

  await assert.rejects(run({ model }, { rows }), {
    code: 'MW_THRESHOLD_UNDEFINED',
    message: /rows that would choose a threshold by f1 are of one class/,
  });
});

test('rows weigh what a column of the holdout says, in metrics, intervals and groups', async () => {
  const rows = { ...holdout, weight: amounts.map((_, row) => (row % 4 === 0 ? 3 : 1)) };

  const { metrics, groups } = (await run({ model: withEvaluate({ weight: 'weight' }) }, { rows })).predicate;

  const accuracy = metrics.find(({ metric }) => metric === 'accuracy');
  const wrong = (row: number) => (amounts[row] ?? 0) / 100 >= 0.5 !== (holdout.defaulted?.[row] === 1);
  const weightOf = (row: number) => (row % 4 === 0 ? 3 : 1);
  const [all, mistaken] = amounts.reduce(
    ([sum = 0, missed = 0], _, row) => [sum + weightOf(row), missed + (wrong(row) ? weightOf(row) : 0)],
    [0, 0],
  );
  assert.ok(Math.abs(Number(accuracy?.candidate.point) - (1 - Number(mistaken) / Number(all))) < 1e-9);
  const [{ groups: parts = [] } = {}] = groups;
  const counted = parts.map(({ candidate: { tp, fp, fn, tn } }) => tp + fp + fn + tn);
  assert.equal(
    counted.reduce((sum, weight) => sum + weight, 0),
    all,
  );
  assert.deepEqual(
    parts.map(({ weighing }) => weighing !== undefined),
    parts.map(() => true),
  );
});

for (const { name, weights, says } of [
  {
    name: 'missing',
    weights: [null],
    says: /row id = .+, column weight: expected a number, got an empty cell/,
  },
  { name: 'negative', weights: [-1], says: /row id = .+, column weight: a weight is 0 or more, got -1/ },
] as const) {
  test(`a ${name} weight is refused by its row`, async () => {
    const rows = { ...holdout, weight: amounts.map((_, row) => weights[row] ?? (row === 0 ? null : 1)) };

    await assert.rejects(run({ model: withEvaluate({ weight: 'weight' }) }, { rows }), (error) => {
      assert.ok(error instanceof MergewayError);
      assert.equal(error.code, 'MW_ROWS_INVALID');
      assert.match(error.message, says);
      return true;
    });
  });
}

test('a ranking is evaluated and judged by its lists', async () => {
  const rows = { ...holdout, query: amounts.map((_, row) => `q${row % 40}`) };
  const model = ofTask(
    'ranking',
    { query: 'query', predict: { output: 'score' } },
    { metric: 'ndcg', min: 0.5, versus: 'champion', margin: 0.2, decide: 'interval' },
  );

  const { predicate } = await run({ model }, { rows, candidate: single, champion: single });

  const ndcg = predicate.metrics.find(({ metric }) => metric === 'ndcg');
  assert.ok(Number(ndcg?.candidate.low) > 0.6 && Number(ndcg?.candidate.high) <= 1, JSON.stringify(ndcg));
  assert.deepEqual(predicate.groups, []);
  assert.equal(overallStatus(judge(predicate, model)), 'pass');
});

test('forecasts are evaluated by their series', async () => {
  const rows = {
    ...holdout,
    shop: amounts.map((_, row) => `shop ${row % 25}`),
    naive: amounts.map((_, row) => 10 + (row % 25)),
  };
  const model = ofTask(
    'forecasting',
    {
      label: 'amount',
      series: 'shop',
      scale: 'naive',
      predict: { output: 'score', columns: ['id'], input: 'amount' },
    },
    { metric: 'mase', max: 2, decide: 'interval' },
  );

  const { predicate } = await run({ model, champion: undefined }, { rows, candidate: single });

  const names = predicate.metrics.map(({ metric }) => metric);
  assert.ok(['mase', 'smape', 'root_mean_squared_error'].every((name) => names.includes(name)));
  assert.equal(overallStatus(judge(predicate, model)), 'fail');
});

test('latencies are measured in turns, those of the champion twice', async () => {
  const { latency } = (await run({ model: modelConfig('{latency: [{percentile: 99, max: 20ms}]}') }))
    .predicate;

  assert.equal(latency.candidateUs.length, 1000);
  assert.equal(latency.championUs?.length, 1000);
  assert.equal(latency.againUs?.length, 1000);
  // The clock of this test moves a quarter of a millisecond with each look.
  assert.deepEqual([...new Set(latency.candidateUs)], [250]);
});

test('a slow model gets fewer timed requests, not a slow evaluation', async () => {
  const model = modelConfig('{latency: [{percentile: 99, max: 20ms}]}');

  const { latency } = (await run({ model }, { tick: 20 })).predicate;

  assert.ok(latency.candidateUs.length > 10 && latency.candidateUs.length < 100);
});

test('what no gate asks for is not measured', async () => {
  const { latency, loads, footprint } = (await run()).predicate;

  assert.deepEqual(
    { latency, loads, footprint },
    {
      latency: { candidateUs: [], championUs: [] },
      loads: undefined,
      footprint: undefined,
    },
  );
});

test('requests over HTTP are timed under each load that a gate asks for, and the server is stopped', async () => {
  const gates = `
  latency: [
    {percentile: 50, max: 1s, over: http}, {percentile: 90, max: 1s, over: http},
    {percentile: 50, max: 1s, at: {rate: 5000/s}}],
  throughput: [{min: 1/s, at: {concurrency: 4}}]`;
  const server = memoryModelServer();

  const { latency, loads } = (await run({ model: modelConfig(`{${gates}}`) }, { server })).predicate;

  assert.deepEqual(latency.candidateUs, []);
  assert.deepEqual(
    loads?.map(({ at, perTurn, candidateUs, againUs }) => [at, perTurn, candidateUs.length, againUs?.length]),
    [
      [{ concurrency: 1 }, 1, 1000, 1000],
      [{ perSecond: 5000, arrivals: 'poisson' }, 1000, 1000, 1000],
      [{ concurrency: 4 }, 64, 1024, 1024],
    ],
  );
  assert.deepEqual([...server.requests.keys()].sort(), ['again', 'candidate', 'champion']);
  assert.equal(server.running, 0);
});

test('a server that fails while it is measured is stopped, and there is no evidence', async () => {
  const server = memoryModelServer(async () => {
    throw new MergewayError('MW_MEASUREMENT_FAILED', 'the answer broke off');
  });
  const model = modelConfig('{latency: [{percentile: 50, max: 1s, at: {rate: 200/s}}]}');

  await assert.rejects(run({ model }, { server }), /the answer broke off/);

  assert.equal(server.running, 0);
});

test('size, memory and load time are measured where a gate asks for them', async () => {
  const model = modelConfig('{size: {max: 1MB}, memory: {max: 50MB}}');

  const { footprint } = (await run({ model })).predicate;

  assert.equal(footprint?.bytes, 9);
  assert.deepEqual(footprint?.processes, Array(5).fill({ loadMs: 4.5, memoryBytes: 9 }));
});

test('without a champion there is nothing to compare with', async () => {
  const { predicate } = await run({ champion: undefined });

  assert.equal(predicate.champion, null);
  assert.equal(predicate.latency.championUs, null);
  assert.ok(predicate.metrics.every(({ difference }) => difference === null));
});

test('columns can go side by side into one tensor', async () => {
  const shapes: string[] = [];
  const predict = { output: 'probabilities', input: 'features', columns: ['amount', 'id'], positive: 1 };
  const side: FunctionModel = {
    inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] }],
    outputs: [PROBABILITIES],
    run: ({ features }) => {
      shapes.push(String(features?.shape.slice(1)));
      return { probabilities: probabilities(every(features, 2), (amount) => amount / 100) };
    },
  };

  const { predicate } = await run({ model: withPredict(predict), champion: undefined }, { candidate: side });

  assert.deepEqual([...new Set(shapes)], ['2']);
  assert.equal(predicate.metrics[0]?.metric, 'roc_auc');
});

test('a missing number reaches the model as NaN, a missing text as empty', async () => {
  const seen = new Set<unknown>();
  const model: FunctionModel = {
    ...scorer((amount) => amount / 100),
    inputs: [AMOUNT, { name: 'purpose', datatype: 'BYTES', shape: [-1, 1] }],
    run: ({ amount, purpose }) => {
      for (const value of purpose?.data ?? []) seen.add(value);
      return {
        probabilities: probabilities(every(amount, 1), (value) => (Number.isNaN(value) ? 0 : value / 100)),
      };
    },
  };
  const rows = { ...holdout, amount: amounts.map((amount, row) => (row === 3 ? null : amount)) };

  const { predicate } = await run({ champion: undefined }, { candidate: model, rows });

  assert.equal(predicate.holdout.rows, ROWS);
  assert.deepEqual([...seen].sort(), ['', 'car']);
});

test('a model that takes one row at a time is given one row at a time', async () => {
  const sizes = new Set<number | undefined>();
  const one: FunctionModel = {
    ...scorer((amount) => amount / 100),
    inputs: [{ name: 'amount', datatype: 'FP32', shape: [1, 1] }],
    run: ({ amount }) => {
      sizes.add(amount?.shape[0]);
      return { probabilities: probabilities(every(amount, 1), (value) => value / 100) };
    },
  };

  await run({ champion: undefined }, { candidate: one });

  assert.deepEqual([...sizes], [1]);
});

test('a champion that reads the label can still be replaced: it is measured as it is', async () => {
  const predict = { output: 'probabilities', input: 'amount', columns: ['defaulted'] };
  const champion = {
    bytes: new TextEncoder().encode('champion'),
    digest: CHAMPION,
    version: 'v0.0.3',
    predict,
  };

  const { predicate } = await run({ champion });

  assert.equal(predicate.champion?.version, 'v0.0.3');
});

for (const { name, code, says, change = {}, world = {} } of [
  {
    name: 'a label column that is not there, naming the nearest',
    code: 'MW_COLUMN_MISSING',
    says: /evaluate\.label needs column `defaultd`; did you mean `defaulted`\?/,
    change: { model: withEvaluate({ label: 'defaultd' }) },
  },
  {
    name: 'an input that the holdout lacks',
    code: 'MW_COLUMN_MISSING',
    says: /candidate needs column `income`/,
    world: {
      candidate: { ...scorer(() => 0), inputs: [{ name: 'income', datatype: 'FP32', shape: [-1, 1] }] },
    },
  },
  {
    name: 'a candidate with an input of the label',
    code: 'MW_MODEL_MISMATCH',
    says: /^candidate: it reads `defaulted`, which evaluate\.label names: nobody has it/,
    world: {
      candidate: { ...scorer(() => 0), inputs: [AMOUNT, { ...AMOUNT, name: 'defaulted' }] },
    },
  },
  {
    name: 'a candidate whose columns hold the label',
    code: 'MW_MODEL_MISMATCH',
    says: /^candidate: it reads `defaulted`/,
    change: { model: withPredict({ output: 'probabilities', input: 'amount', columns: ['defaulted'] }) },
  },
  {
    name: 'a candidate that reads what is known in hindsight',
    code: 'MW_MODEL_MISMATCH',
    says: /^candidate: it reads `amount`, which evaluate\.hindsight names/,
    change: { model: withEvaluate({ hindsight: ['purpose', 'amount'] }) },
  },
  {
    name: 'a column of hindsight that is misspelt',
    code: 'MW_COLUMN_MISSING',
    says: /evaluate\.hindsight needs column `purpos`; did you mean `purpose`/,
    change: { model: withEvaluate({ hindsight: ['purpos'] }) },
  },
  {
    name: 'an empty holdout',
    code: 'MW_HOLDOUT_EMPTY',
    says: /no rows/,
    world: { rows: Object.fromEntries(Object.keys(holdout).map((column) => [column, []])) },
  },
  {
    name: 'a key that occurs twice',
    code: 'MW_ROWS_INVALID',
    says: /row id = "10000" occurs twice/,
    world: { rows: { ...holdout, id: amounts.map((_, row) => (row === 5 ? 10_000 : 10_000 - row)) } },
  },
  {
    name: 'a label that is neither 0 nor 1, by its row',
    code: 'MW_ROWS_INVALID',
    says: /row id = "9998", label defaulted: expected 0 or 1, false or true, got "maybe"/,
    world: { rows: { ...holdout, defaulted: amounts.map((_, row) => (row === 2 ? 'maybe' : 0)) } },
  },
  {
    name: 'text where the model takes a number, by its row and column',
    code: 'MW_ROWS_INVALID',
    says: /row id = "9996", column amount: expected a number, got "a lot"/,
    world: { rows: { ...holdout, amount: amounts.map((amount, row) => (row === 4 ? 'a lot' : amount)) } },
  },
  {
    name: 'a holdout that is not the locked one',
    code: 'MW_DATA_MISMATCH',
    says: /its lock promises/,
    change: {
      holdout: {
        paths: ['holdout'],
        lock: { uri: 'store:holdout.parquet', sha256: '0'.repeat(64) },
        digest: HOLDOUT,
      },
    },
  },
  {
    name: 'fewer rows than the lock promises',
    code: 'MW_DATA_MISMATCH',
    says: /400 rows, its lock promises 401/,
    change: {
      holdout: {
        paths: ['holdout'],
        lock: { uri: 'store:holdout.parquet', sha256: hexOf(HOLDOUT), rows: 401 },
        digest: HOLDOUT,
      },
    },
  },
  {
    name: 'an output that the model does not have',
    code: 'MW_MODEL_MISMATCH',
    says: /there is no output `probability`, it has probabilities \(FP32 \[-1, 2\]\); did you mean `probabilities`\?/,
    change: { model: withPredict({ output: 'probability' }) },
  },
  {
    name: 'a positive class beyond the output',
    code: 'MW_MODEL_MISMATCH',
    says: /`predict.positive` is 2, the last is 1/,
    change: { model: withPredict({ output: 'probabilities', positive: 2 }) },
  },
  {
    name: 'a candidate that throws on one row, naming it',
    code: 'MW_INFERENCE_FAILED',
    says: /^candidate fails on row id = "9877": unknown category/,
    world: {
      candidate: {
        ...scorer(() => 0),
        run: ({ amount }) => {
          if (every(amount, 1).includes(Math.fround(amounts[123] ?? 0))) throw new Error('unknown category');
          return { probabilities: probabilities(every(amount, 1), () => 0.5) };
        },
      },
    },
  },
  {
    name: 'a score that is not a number',
    code: 'MW_INFERENCE_FAILED',
    says: /candidate scores NaN on row id/,
    world: { candidate: scorer(() => Number.NaN) },
  },
] satisfies readonly {
  name: string;
  code: string;
  says: RegExp;
  change?: Partial<EvaluateRequest>;
  world?: World;
}[]) {
  test(`refuses ${name}`, async () => {
    await assert.rejects(run(change, world), (error) => {
      assert.ok(error instanceof MergewayError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, says);
      return true;
    });
  });
}

interface World {
  readonly candidate?: FunctionModel;
  readonly champion?: FunctionModel;
  readonly rows?: Readonly<Record<string, readonly Cell[]>>;
  readonly predictions?: PredictionsArchive;
  readonly seed?: string;
  readonly table?: Table;
  /** How far the clock moves with each look, in ms. */
  readonly tick?: number;
  readonly server?: ModelServer;
  /** Hears the progress. */
  readonly say?: (text: string) => void;
}

type Changes = { [Key in keyof EvaluateRequest]?: EvaluateRequest[Key] | undefined };

async function run(
  changes: Changes = {},
  {
    candidate,
    champion,
    predictions,
    rows,
    table,
    seed = 'test',
    tick = 0.25,
    server = memoryModelServer(),
    say = () => {},
  }: World = {},
) {
  const models = {
    candidate: candidate ?? scorer((amount) => amount / 100),
    champion: champion ?? scorer((amount) => (amount % 50) / 50),
  };
  let now = 1_000_000;
  const clock = {
    now: () => {
      now += tick;
      return now;
    },
  };
  const ports = {
    backend: memoryModelBackend(models),
    table: table ?? tableOf(rows ?? holdout),
    clock,
    timer: {
      until: async (ms: number) => {
        now = Math.max(now, ms);
      },
    },
    server,
    footprint: memoryFootprint(),
    random: seededRandom(seed),
    progress: { say },
    ...(predictions && { predictions }),
  };
  const request = {
    model: modelConfig(),
    candidate: { bytes: new TextEncoder().encode('candidate'), digest: CANDIDATE },
    champion: { bytes: new TextEncoder().encode('champion'), digest: CHAMPION, version: 'v0.0.3' },
    holdout: {
      paths: ['holdout'],
      lock: { uri: 'store:holdout.parquet', sha256: hexOf(HOLDOUT), rows: rows ? undefined : ROWS },
      digest: HOLDOUT,
    },
    origin: 'evaluation',
    runner: 'test',
    mergewayVersion: '0.1.0',
    ...changes,
  } as EvaluateRequest;
  return evaluate(ports, request);
}

/** One number a row: what it read. */
const single: FunctionModel = {
  inputs: [AMOUNT],
  outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
  run: ({ amount }) => {
    const numbers = Float32Array.from(every(amount, 1));
    return { score: { datatype: 'FP32', shape: [numbers.length, 1], data: numbers } };
  },
};

function memoryArchive(): PredictionsArchive {
  const kept = new Map<string, KeptPredictions>();
  const fileOf = (of: string, { keys }: KeptPredictions) => ({
    digest: digestOf(`file of ${of}`),
    rows: keys.length,
    bytes: 1,
  });
  return {
    keep: async (of, predictions) => {
      kept.set(of, predictions);
      return fileOf(of, predictions);
    },
    find: async (of) => {
      const predictions = kept.get(of);
      return predictions && { file: fileOf(of, predictions), predictions };
    },
  };
}

function scorer(score: (amount: number) => number): FunctionModel {
  return {
    inputs: [AMOUNT],
    outputs: [PROBABILITIES],
    run: ({ amount }) => ({ probabilities: probabilities(every(amount, 1), score) }),
  };
}

/** Every `width`-th number of a tensor: its first column. */
function every(tensor: Tensor | undefined, width: number): readonly number[] {
  return Array.from((tensor?.data ?? []) as ArrayLike<number>, Number).filter(
    (_, place) => place % width === 0,
  );
}

function probabilities(amounts_: readonly number[], score: (amount: number) => number): Tensor {
  const data = Float32Array.from(amounts_.flatMap((amount) => [1 - score(amount), score(amount)]));
  return { datatype: 'FP32', shape: [amounts_.length, 2], data };
}

function ofTask(
  task: ModelConfig['task'],
  evaluation: Partial<ModelConfig['evaluate']>,
  gate: ModelConfig['gates']['benchmark'][number],
): ModelConfig {
  const config = withEvaluate(evaluation);
  return { ...config, task, gates: { ...config.gates, benchmark: [gate] } };
}

function withPredict(predict: ModelConfig['evaluate']['predict']): ModelConfig {
  return withEvaluate({ predict });
}

function withEvaluate(changes: Partial<ModelConfig['evaluate']>): ModelConfig {
  const config = modelConfig();
  return { ...config, evaluate: { ...config.evaluate, ...changes } };
}
