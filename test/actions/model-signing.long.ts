/**
 * OpenSSF's own tool (PyPI, model-signing 1.1.1) takes our model.sig, and we take its. MERGEWAY_TEST_MODEL_SIGNING names a Python that has it;
 * `.ci/run` installs it.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { sigstoreVerifier } from '#adapters/sigstore/verifier.ts';
import { digestOf } from '#core/digest.ts';
import { signsFile } from '#core/evidence/model-signature.ts';
import { mergeway } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const execute = promisify(execFile);
const PYTHON = process.env.MERGEWAY_TEST_MODEL_SIGNING;

async function model(t: TestContext) {
  assert.ok(PYTHON, 'MERGEWAY_TEST_MODEL_SIGNING must name a Python with model-signing');
  const folder = await temporaryFolder(t);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  await writeFile(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(join(folder, 'key.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(folder, 'model.onnx'), 'a model');
  const tool = (...args: readonly string[]) =>
    execute(PYTHON, ['-m', 'model_signing', ...args], { cwd: folder });
  return { folder, tool };
}

const VERIFY = ['verify', 'key', 'model.onnx', '--signature', 'model.sig', '--public_key', 'key.pub'];

test('the tool verifies what `mergeway sign --model-file` wrote, and refuses it for other bytes', async (t) => {
  const { folder, tool } = await model(t);

  const signed = await mergeway(['sign', '--model-file', 'model.onnx', '--key', 'key.pem'], { cwd: folder });

  assert.equal(signed.code, 0, signed.stderr);
  assert.match((await tool(...VERIFY)).stdout, /succeeded/);
  await writeFile(join(folder, 'model.onnx'), 'another model');
  await assert.rejects(tool(...VERIFY));
});

for (const target of ['model.onnx', '.']) {
  test(`what the tool signs (${target}) is taken for the model's file, and for no other`, async (t) => {
    const { folder, tool } = await model(t);

    await tool('sign', 'key', target, '--private_key', 'key.pem', '--signature', 'model.sig');

    const trust = { publicKey: await readFile(join(folder, 'key.pub'), 'utf8') };
    const bundle = await readFile(join(folder, 'model.sig'));
    const { payload } = sigstoreVerifier().verify(bundle, trust, 'model.sig');
    assert.equal(signsFile(payload, digestOf('a model'), 'model.sig'), true);
    assert.equal(signsFile(payload, digestOf('another model'), 'model.sig'), false);
  });
}
