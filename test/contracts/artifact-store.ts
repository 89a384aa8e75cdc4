/** What every artifact store promises. `make` gives an empty store. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Digest, digestOf } from '#core/digest.ts';
import type { ArtifactStore } from '#core/ports/artifact-store.ts';

const MODEL = { mediaType: 'application/onnx', annotations: { 'dev.mergeway.model': 'credit' } };

export function artifactStoreContract(
  name: string,
  make: (t: TestContext) => ArtifactStore | Promise<ArtifactStore>,
): void {
  test(`${name}: bytes come back under the digest of their content`, async (t) => {
    const store = await make(t);

    const digest = await store.put(bytes('a model'), MODEL);

    assert.equal(digest, digestOf('a model'));
    assert.deepEqual(Buffer.from(await store.get(digest)), Buffer.from('a model'));
    assert.equal(await store.has(digest), true);
  });

  test(`${name}: an unknown digest is not there`, async (t) => {
    const store = await make(t);
    const absent = digestOf('never stored');

    assert.equal(await store.has(absent), false);
    await assert.rejects(store.get(absent), { code: 'MW_ARTIFACT_NOT_FOUND' });
  });

  test(`${name}: what is no digest is never looked up as a path`, async (t) => {
    const store = await make(t);
    await store.put(bytes('a model'), MODEL);

    await assert.rejects(store.get('sha256:../../index.json' as Digest), { code: 'MW_ARTIFACT_NOT_FOUND' });
  });

  test(`${name}: empty bytes are bytes`, async (t) => {
    const store = await make(t);

    const digest = await store.put(bytes(''), MODEL);

    assert.equal((await store.get(digest)).byteLength, 0);
  });

  test(`${name}: finding needs every annotation and answers oldest first`, async (t) => {
    const store = await make(t);
    const put = (content: string, annotations: Record<string, string>) =>
      store.put(bytes(content), { mediaType: 'application/json', annotations });
    const first = await put('1', { model: 'credit', kind: 'training' });
    await put('2', { model: 'churn', kind: 'training' });
    const third = await put('3', { model: 'credit', kind: 'training', more: 'facts' });
    await put('4', { model: 'credit', kind: 'evaluation' });

    const found = await store.find({ model: 'credit', kind: 'training' });

    assert.deepEqual(found, [
      {
        digest: first,
        size: 1,
        mediaType: 'application/json',
        annotations: { model: 'credit', kind: 'training' },
      },
      {
        digest: third,
        size: 1,
        mediaType: 'application/json',
        annotations: { model: 'credit', kind: 'training', more: 'facts' },
      },
    ]);
    assert.equal((await store.find({})).length, 4);
    assert.deepEqual(await store.find({ model: 'none' }), []);
  });

  test(`${name}: storing again adds a description once`, async (t) => {
    const store = await make(t);
    const about = (run: string) => ({ mediaType: 'application/onnx', annotations: { model: 'credit', run } });
    await store.put(bytes('a model'), about('1'));
    await store.put(bytes('a model'), about('2'));
    await store.put(bytes('a model'), about('1'));

    const found = await store.find({ model: 'credit' });

    assert.deepEqual(
      found.map(({ annotations }) => annotations.run),
      ['1', '2'],
    );
  });

  test(`${name}: twenty writers at once lose nothing`, async (t) => {
    const store = await make(t);
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));

    await Promise.all(
      numbers.map((n) => store.put(bytes(n), { mediaType: 'text/plain', annotations: { all: 'yes' } })),
    );

    const found = await store.find({ all: 'yes' });
    assert.deepEqual(new Set(found.map(({ digest }) => digest)), new Set(numbers.map((n) => digestOf(n))));
  });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
