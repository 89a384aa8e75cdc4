import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { type Digest, digestOf, digestOfJson } from '#core/digest.ts';
import { statement } from '#core/evidence/statement.ts';
import { validationEvidence } from '#core/evidence/validation.ts';
import { fitValidation, validationTerms } from '#core/flows/validation-terms.ts';
import { modelConfig } from '#test/support/evaluation.ts';

const DATA = digestOf('rows');
const CONTRACT = 'apiVersion: v3.1.0';
const FILES = {
  'data/flights.odcs.yaml': CONTRACT,
  'data/train.lock': `uri: data/train.parquet\nsha256: ${DATA.slice(7)}\n`,
};
const CONFIG = modelConfig('{data: {contract: data/flights.odcs.yaml}}');

function validated(subject: Digest, contract: string) {
  return statement(
    validationEvidence,
    { name: 'data/train.parquet', digest: subject },
    {
      mergeway: '0.1.0',
      contract: { id: 'flights', version: '1.0.0', digest: digestOf(contract) },
      rows: 10,
      verdict: 'pass',
      rules: [],
    },
  );
}

async function termsOf(headFiles: Parameters<ReturnType<typeof memorySourceTree>['commit']>[0]) {
  const source = memorySourceTree();
  const policyCommit = source.commit(FILES);
  const head = source.commit({ ...FILES, ...headFiles }, { branch: 'feature' });
  const terms = await validationTerms(source, { config: CONFIG, policyCommit, head });
  assert.ok(terms);
  return terms;
}

for (const { name, evidence, unfit } of [
  { name: "of the policy's contract and the locked data counts", evidence: validated(DATA, CONTRACT) },
  {
    name: 'of a contract that the pull request made laxer does not count',
    evidence: validated(DATA, 'lax'),
    unfit: /another contract than the policy's/,
  },
  {
    name: 'of other data does not count',
    evidence: validated(digestOf('ten good rows'), CONTRACT),
    unfit: /other data than the locks name/,
  },
]) {
  test(`a validation ${name}`, async () => {
    const judged = fitValidation(evidence, await termsOf({ 'data/flights.odcs.yaml': 'lax' }));

    if (unfit) assert.match('unfit' in judged ? judged.unfit : '', unfit);
    else assert.equal(judged, evidence.predicate);
  });
}

test("the head's locks say which data", async () => {
  const june = digestOf('june');

  const terms = await termsOf({ 'data/train.lock': `uri: data/june.parquet\nsha256: ${june.slice(7)}\n` });

  assert.equal(terms.data, june);
});

test('of several locks the data is the list of their digests', async () => {
  const source = memorySourceTree();
  const more = digestOf('more');
  const commit = source.commit({ ...FILES, 'data/more.lock': `uri: m.parquet\nsha256: ${more.slice(7)}\n` });
  const config = { ...CONFIG, inputs: { ...CONFIG.inputs, data: ['data/train.lock', 'data/more.lock'] } };

  const terms = await validationTerms(source, { config, policyCommit: commit, head: commit });

  assert.equal(terms?.data, digestOfJson([DATA, more]));
});

for (const gone of ['data/flights.odcs.yaml', 'data/train.lock'] as const) {
  test(`without ${gone} there are no terms`, async () => {
    const source = memorySourceTree();
    const { [gone]: _, ...files } = FILES;
    const commit = source.commit(files);

    await assert.rejects(validationTerms(source, { config: CONFIG, policyCommit: commit, head: commit }), {
      code: 'MW_CONFIG_MISSING',
      message: `${gone} does not exist at ${commit}`,
    });
  });
}

test('a policy without a contract asks for nothing', async () => {
  const source = memorySourceTree();
  const commit = source.commit(FILES);

  const terms = await validationTerms(source, { config: modelConfig(), policyCommit: commit, head: commit });

  assert.equal(terms, undefined);
});
