import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, hexOf } from '#core/digest.ts';
import { modelSignature, signsFile } from '#core/evidence/model-signature.ts';

const digest = digestOf('hi\n');
const other = digestOf('other');
const text = new TextDecoder().decode(modelSignature({ name: 'model.onnx', digest }));
const bytes = (of: string) => new TextEncoder().encode(of);

test("the subject is the digest over the files' digests, as model_signing 1.1.1 has it for this file", () => {
  const { subject, predicate } = JSON.parse(text);

  assert.equal(digest, 'sha256:98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4');
  assert.deepEqual(subject, [
    {
      name: 'model.onnx',
      digest: { sha256: 'e9b13fa893a0712888b981c525831b2a700efad1ced964ef391cdd712cd12d36' },
    },
  ]);
  assert.equal(predicate.resources[0].name, '.');
});

test('it signs its file and no other', () => {
  assert.equal(signsFile(bytes(text), digest, 'model.sig'), true);
  assert.equal(signsFile(bytes(text), other, 'model.sig'), false);
});

test('a list of files that its subject does not stand for is refused', () => {
  const forged = text.replace(`"digest":"${hexOf(digest)}"`, `"digest":"${hexOf(other)}"`);

  assert.throws(() => signsFile(bytes(forged), other, 'model.sig'), { code: 'MW_SIGNATURE_INVALID' });
});

test('the older form, a subject per file, is read', () => {
  const old = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://model_signing/Digests/v0.1',
    subject: [{ name: 'model.onnx', digest: { sha256: hexOf(digest) } }],
  });

  assert.equal(signsFile(bytes(old), digest, 'model.sig'), true);
  assert.equal(signsFile(bytes(old), other, 'model.sig'), false);
});

for (const statement of ['{}', 'x', '[]', text.replace('v1.0', 'v2.0')]) {
  test(`no other statement is about files: ${statement.slice(0, 20)}`, () => {
    assert.equal(signsFile(bytes(statement), digest, 'model.sig'), false);
  });
}
