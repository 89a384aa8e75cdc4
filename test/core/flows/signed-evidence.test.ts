/** The App under a base policy that asks for signed evidence. */

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { keySigner } from '#adapters/sigstore/key-signer.ts';
import { readZip } from '#adapters/zip/read-zip.ts';
import { digestOf } from '#core/digest.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { signaturesOf } from '#core/flows/stored-signatures.ts';
import { baseFiles, memoryLine, modelYaml, REPOSITORY } from '#test/support/line.ts';

const ours = pems();
const theirs = pems();
const SIGNING = baseFiles({
  'models/credit/model.yaml': modelYaml({ promotion: '{signed: true}' }),
  'mergeway.yaml': 'signing: {public-key: team.pub}',
  'team.pub': ours.publicKey,
});

for (const { name, key = ours, head = {}, files = SIGNING, changes = (text: string) => text, code } of [
  { name: 'signed evidence is judged', code: undefined },
  { name: 'unsigned evidence is refused', key: null, code: 'MW_EVIDENCE_UNSIGNED' },
  { name: 'evidence signed by somebody else is refused', key: theirs, code: 'MW_SIGNATURE_INVALID' },
  {
    name: 'evidence that was changed after it was signed is refused',
    changes: (text: string) => text.replace('"seconds":12', '"seconds":13'),
    code: 'MW_SIGNATURE_INVALID',
  },
  {
    name: 'a pull request that brings its own key is refused',
    key: theirs,
    head: { 'team.pub': theirs.publicKey },
    code: 'MW_SIGNATURE_INVALID',
  },
  {
    name: 'a pull request that asks for no signature needs one all the same',
    key: null,
    head: { 'models/credit/model.yaml': modelYaml() },
    code: 'MW_EVIDENCE_UNSIGNED',
  },
  {
    name: 'a policy that does not say whose signature counts refuses every one',
    files: { ...SIGNING, 'mergeway.yaml': '{}' },
    code: 'MW_CONFIG_MISSING',
  },
  {
    name: 'a public key that is none refuses every signature',
    files: { ...SIGNING, 'team.pub': 'x' },
    code: 'MW_TRUST_INVALID',
  },
] as readonly Case[]) {
  test(name, async () => {
    const line = memoryLine(files);
    const { head: commit } = line.push({ 'src/train.py': 'better()', ...head });
    await collectTraining(line.workspace, await line.trained());
    const evidence = await evidenceOf(files);
    const bundle = key && (await keySigner(key.privateKey).sign(evidence));
    const handed = new TextEncoder().encode(changes(new TextDecoder().decode(evidence)));

    const archive = {
      'evaluation.json': handed,
      ...(bundle && { 'evaluation.json.sigstore.json': bundle }),
    };
    const run = await line.evaluated({ artifacts: { 'mergeway-evidence': zipSync(archive) } });
    await collectEvaluation(line.workspace, run);

    const check = line.forge.check(commit.sha, 'mergeway');
    assert.equal(check?.conclusion, code === undefined ? 'success' : 'failure');
    assert.ok(check?.summary.replaceAll('\\', '').includes(code ?? ''), check?.summary);
    assert.equal(line.forge.comments.length, code === undefined ? 1 : 0);
    const [evaluation] = await line.workspace.store.evaluations.of(REPOSITORY, commit.sha);
    const kept = await signaturesOf(line.workspace.artifacts, digestOf(handed));
    assert.equal(kept.length, code === undefined ? 1 : 0);
    assert.equal(evaluation?.state, code === undefined ? 'judged' : 'failed');
  });
}

interface Case {
  readonly name: string;
  /** Who signs; null: nobody. */
  readonly key?: ReturnType<typeof pems> | null;
  readonly head?: Record<string, string>;
  readonly files?: typeof SIGNING;
  readonly changes?: (text: string) => string;
  readonly code?: string;
}

/** What the run of an undisturbed line hands over; every line of these files has the same digests. */
async function evidenceOf(files: typeof SIGNING): Promise<Uint8Array> {
  const line = memoryLine(files);
  line.push({ 'src/train.py': 'better()' });
  await collectTraining(line.workspace, await line.trained());
  const run = await line.evaluated();
  const [artifact] = await line.forge.artifacts(run);
  const zip = await line.forge.downloadArtifact(artifact?.id ?? 0, 1e8);
  return readZip(zip, { maxBytes: 1e8 }).get('evaluation.json') ?? new Uint8Array();
}

function pems() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
