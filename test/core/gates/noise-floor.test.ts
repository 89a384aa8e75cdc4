import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { MergewayError } from '#core/errors.ts';
import { requireResolvable } from '#core/flows/resolvable-gates.ts';
import { requireAboveNoise } from '#core/gates/noise-floor.ts';
import { modelConfig } from '#test/support/evaluation.ts';
import { baseFiles, modelYaml } from '#test/support/line.ts';

// 3 of 1,000 rows: a share is known to .003 at best, and a Brier score, which spans 2, to .006.
for (const { gate, refused } of [
  {
    gate: '{metric: roc_auc, versus: champion, margin: 0.002}',
    refused:
      'models/credit/model.yaml gates.benchmark.0: roc_auc margin 0.002 is below 0.0030, the smallest that 1,000 holdout rows resolve, even between two models that agree on every row',
  },
  { gate: '{metric: roc_auc, versus: champion, margin: 0.003}' },
  { gate: '{metric: roc_auc, versus: champion, margin: 0.002, decide: point}' },
  { gate: '{metric: roc_auc, versus: champion}' },
  { gate: '{metric: log_loss, versus: champion, margin: 0.002}' },
  {
    gate: '{metric: accuracy, min: 0.998}',
    refused:
      'models/credit/model.yaml gates.benchmark.0: accuracy min 0.998 is above 0.9970, which is all that 1,000 holdout rows prove of a perfect model',
  },
  { gate: '{metric: accuracy, min: 0.99}' },
  {
    gate: '{metric: brier_score, max: 0.001}',
    refused:
      'models/credit/model.yaml gates.benchmark.0: brier_score max 0.001 is below 0.0060, which is all that 1,000 holdout rows prove of a perfect model',
  },
]) {
  test(`on 1,000 rows ${gate} is ${refused ? 'refused, with the floor' : 'let through'}`, () => {
    const config = modelConfig(`{benchmark: [${gate}]}`);

    if (!refused) return requireAboveNoise(config, 1000);
    assert.throws(
      () => requireAboveNoise(config, 1000),
      (error) =>
        error instanceof MergewayError && error.code === 'MW_GATE_BELOW_NOISE' && error.message === refused,
    );
  });
}

test('where half of the rows choose a threshold, the floor is that of the other half', () => {
  const config = modelConfig('{benchmark: [{metric: roc_auc, versus: champion, margin: 0.005}]}');
  const predict = { ...config.evaluate.predict, threshold: { maximize: 'f1' } } as const;

  requireAboveNoise(config, 1000);
  assert.throws(() => requireAboveNoise({ ...config, evaluate: { ...config.evaluate, predict } }, 1000), {
    message: /margin 0\.005 is below 0\.0060, the smallest that 500 holdout rows resolve/,
  });
});

test('a pull request is refused for the gate that it brings, by the rows that its own lock promises', async () => {
  const gates = '{benchmark: [{metric: roc_auc, versus: champion, margin: 0.002}]}';
  const files = baseFiles({ 'models/credit/model.yaml': modelYaml({ gates }) });
  const lock = (rows: string) => `uri: data/holdout.parquet\nsha256: ${'a'.repeat(64)}\n${rows}`;
  const source = memorySourceTree();
  const small = source.commit({ ...files, 'data/holdout.lock': lock('rows: 1000\n') });
  const large = source.commit({ ...files, 'data/holdout.lock': lock('rows: 2000\n') });
  const silent = source.commit({ ...files, 'data/holdout.lock': lock('') });

  await requireResolvable(source, { model: 'credit', head: large });
  await requireResolvable(source, { model: 'credit', head: silent });
  await assert.rejects(requireResolvable(source, { model: 'credit', head: small }), {
    code: 'MW_GATE_BELOW_NOISE',
  });
});
