import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryTags } from '#adapters/memory/annotated-tags.ts';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { memoryClock } from '#adapters/memory/clock.ts';
import { memoryLedger } from '#adapters/memory/ledger.ts';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { sigstoreVerifier } from '#adapters/sigstore/verifier.ts';
import { parseModelConfig } from '#core/config/load.ts';
import { digestOf } from '#core/digest.ts';
import { evaluationEvidence } from '#core/evidence/evaluation.ts';
import { statement } from '#core/evidence/statement.ts';
import { trainingEvidence } from '#core/evidence/training.ts';
import { inputDigestAt } from '#core/flows/affected-models.ts';
import { promoteCommit } from '#core/flows/promote-commit.ts';
import { bindCandidate, keepEvidence } from '#core/flows/stored-proof.ts';
import { configurationDigest } from '#core/gates/judge.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { evaluation } from '#test/support/evaluation.ts';
import { baseFiles, modelYaml, onnxNamed, validated } from '#test/support/line.ts';

const PATH = 'models/credit/model.yaml';
const CONTRACT = 'apiVersion: v3.1.0';

/** A merge of better training code, with what an evaluation and validations of these contracts left in the store. */
async function merged(gates: string, validatedBy: readonly string[] = []) {
  const files = baseFiles({ [PATH]: modelYaml({ gates }), 'data/credit.odcs.yaml': CONTRACT });
  const source = memorySourceTree();
  const base = source.commit(files);
  const commit = source.commit({ ...files, 'src/train.py': 'better()' });
  const artifacts = memoryArtifactStore();
  const [onnx, config] = [onnxNamed('better'), parseModelConfig({ path: PATH, text: modelYaml({ gates }) })];
  const inputDigest = (await inputDigestAt(source, commit, 'credit')) ?? digestOf('none');
  const inputs = { model: 'credit', inputDigest };
  const candidate = digestOf(onnx);

  const training = statement(
    trainingEvidence,
    { name: 'credit', digest: candidate },
    {
      mergeway: '0.1.0',
      ...inputs,
      commit,
      command: 'python train.py',
      params: {},
      metrics: {},
      environment: { platform: 'linux x64', locks: {} },
      seconds: 3,
    },
  );
  await bindCandidate(artifacts, inputs, { onnx, training });
  const configuration = configurationDigest(config);
  const measured = statement(
    evaluationEvidence,
    { name: 'credit', digest: candidate },
    evaluation({ candidate, champion: null, configuration }),
  );
  await keepEvidence(artifacts, inputs, { name: 'evaluation', evidence: measured });
  for (const contract of validatedBy) {
    await keepEvidence(artifacts, inputs, { name: 'validation', evidence: validated(contract) });
  }
  const ledger = memoryLedger();
  const ports = {
    source,
    artifacts,
    ledger,
    registry: gtoRegistry(memoryTags()),
    clock: memoryClock(),
    signatures: sigstoreVerifier(),
  };
  return { ports, ledger, request: { commit, base, actor: 'ada', withoutRollout: false } };
}

for (const { name, gates, says } of [
  {
    name: 'whose gates passed is promoted, and the ledger says so',
    gates: '{benchmark: [{metric: roc_auc, min: 0.75}]}',
    says: 'merged; every gate passed by the policy of the base',
  },
  {
    name: 'that no gate judged is promoted, and the ledger says that nothing was judged',
    gates: '{}',
    says: 'merged; nothing was judged by the policy of the base',
  },
]) {
  test(`a merge ${name}`, async () => {
    const { ports, ledger, request } = await merged(gates);

    const [outcome] = await promoteCommit(ports, request);

    assert.deepEqual([outcome?.status, outcome?.stage], ['pass', 'production']);
    assert.deepEqual(
      (await ledger.entries()).map(({ reason }) => reason),
      [says],
    );
  });
}

const DATA_GATE = '{data: {contract: data/credit.odcs.yaml}}';

for (const { name, validatedBy, status, reason } of [
  {
    name: "the policy's contract",
    validatedBy: [CONTRACT],
    status: 'pass',
    reason: /v0\.0\.1 holds production/,
  },
  { name: 'a laxer contract', validatedBy: ['lax'], status: 'inconclusive', reason: /another contract than/ },
  {
    name: 'a laxer contract after the right one',
    validatedBy: [CONTRACT, 'lax'],
    status: 'pass',
    reason: /v0\.0\.1 holds production/,
  },
  { name: 'no contract', validatedBy: [], status: 'inconclusive', reason: /no evidence of a validation/ },
]) {
  test(`training data that was held against ${name}: ${status}`, async () => {
    const { ports, ledger, request } = await merged(DATA_GATE, validatedBy);

    const [outcome] = await promoteCommit(ports, request);

    assert.equal(outcome?.status, status);
    assert.match(outcome?.reason ?? '', reason);
    assert.equal((await ledger.entries()).length, status === 'pass' ? 1 : 0);
  });
}
