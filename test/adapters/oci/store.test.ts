import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { digestOf, hexOf } from '#core/digest.ts';
import { artifactStoreContract } from '#test/contracts/artifact-store.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const MODEL = { mediaType: 'application/onnx', annotations: { 'dev.mergeway.model': 'credit' } };
const BYTES = new TextEncoder().encode('a model');
const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));

artifactStoreContract('OCI layout', async (t) => ociLayoutStore(await temporaryFolder(t)));

test('a store that can not be written says so with a code', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'blobs'), 'where a folder should be');

  await assert.rejects(ociLayoutStore(folder).put(BYTES, MODEL), {
    code: 'MW_SYSTEM',
    message: /can not be written: (ENOTDIR|EEXIST)/,
  });
});

test('the folder is an OCI image layout with one manifest per description', async (t) => {
  const folder = await temporaryFolder(t);
  const digest = await ociLayoutStore(folder).put(BYTES, MODEL);

  const version = JSON.parse(await readFile(join(folder, 'oci-layout'), 'utf8'));
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
  const [listed] = index.manifests;
  const manifest = JSON.parse(await readFile(join(folder, 'blobs/sha256', listed.digest.slice(7)), 'utf8'));

  assert.deepEqual(version, { imageLayoutVersion: '1.0.0' });
  assert.equal(index.schemaVersion, 2);
  assert.deepEqual(listed.annotations, MODEL.annotations);
  assert.equal(manifest.artifactType, 'application/onnx');
  assert.deepEqual(manifest.layers, [{ mediaType: 'application/onnx', digest, size: 7 }]);
  // The digest of `{}`, as the image specification gives it.
  assert.deepEqual(manifest.config, {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    size: 2,
  });
});

test('a truncated blob is refused with its path, and putting the bytes again heals it', async (t) => {
  const folder = await temporaryFolder(t);
  const store = ociLayoutStore(folder);
  const digest = await store.put(BYTES, MODEL);
  const path = join(folder, 'blobs/sha256', hexOf(digest));
  await truncate(path, 3);

  await assert.rejects(store.get(digest), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'MW_ARTIFACT_CORRUPT');
    assert.ok(error.message.includes(path));
    return true;
  });
  await store.put(BYTES, MODEL);
  assert.deepEqual(Buffer.from(await store.get(digest)), Buffer.from(BYTES));
});

for (const { name, content } of [
  { name: 'garbage', content: '\u0000\u0001 not json' },
  { name: 'an empty file', content: '' },
  { name: 'half of an index', content: '{"schemaVersion":2,"manifests":[{"mediaTy' },
  {
    name: 'an index of another shape',
    content: '{"schemaVersion":2,"manifests":[{"digest":"sha256:../../x"}]}',
  },
]) {
  test(`${name} as index.json is refused with a way out, and nothing overwrites it`, async (t) => {
    const folder = await temporaryFolder(t);
    const store = ociLayoutStore(folder);
    const digest = await store.put(BYTES, MODEL);
    await writeFile(join(folder, 'index.json'), content);

    const refusal = { code: 'MW_ARTIFACT_CORRUPT', message: /index\.json.*move this file away/s };
    await assert.rejects(store.find({}), refusal);
    await assert.rejects(store.put(new TextEncoder().encode('more'), MODEL), refusal);

    assert.equal(await readFile(join(folder, 'index.json'), 'utf8'), content);
    assert.deepEqual(Buffer.from(await store.get(digest)), Buffer.from(BYTES));
  });
}

test('artifacts above the cap are neither stored nor read', async (t) => {
  const folder = await temporaryFolder(t);
  const small = ociLayoutStore(folder, { maxBytes: 500 });
  const digest = await ociLayoutStore(folder).put(new Uint8Array(501), MODEL);

  await assert.rejects(small.put(new Uint8Array(502), MODEL), {
    code: 'MW_ARTIFACT_TOO_LARGE',
    message: /500/,
  });
  await assert.rejects(small.get(digest), { code: 'MW_ARTIFACT_TOO_LARGE' });
});

test('a link in the place of a blob is not followed', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'secret'), 'secret');
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  await symlink(join(folder, 'secret'), join(folder, 'blobs/sha256', hexOf(digestOf('secret'))));
  const store = ociLayoutStore(folder);

  assert.equal(await store.has(digestOf('secret')), false);
  await assert.rejects(store.get(digestOf('secret')), { code: 'MW_ARTIFACT_NOT_FOUND' });
});

test('what other tools listed in the index stays there', async (t) => {
  const folder = await temporaryFolder(t);
  const store = ociLayoutStore(folder);
  await store.put(BYTES, MODEL);
  const path = join(folder, 'index.json');
  const index = JSON.parse(await readFile(path, 'utf8'));
  const foreign = {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    digest: digestOf('elsewhere'),
    size: 9,
    platform: { os: 'linux', architecture: 'amd64' },
  };
  await writeFile(path, JSON.stringify({ ...index, manifests: [...index.manifests, foreign] }));

  await store.put(new TextEncoder().encode('another'), MODEL);

  const after = JSON.parse(await readFile(path, 'utf8'));
  assert.equal(after.manifests.length, 3);
  assert.deepEqual(after.manifests[1], foreign);
});

test('two processes that write at once lose nothing', async (t) => {
  const folder = await temporaryFolder(t);
  const write = (name: string) => promisify(execFile)(process.execPath, [WRITER, folder, name, '15']);

  await Promise.all([write('left'), write('right')]);

  const store = ociLayoutStore(folder);
  assert.equal((await store.find({ all: 'yes' })).length, 30);
  assert.equal((await store.find({ writer: 'left' })).length, 15);
  assert.deepEqual(await readdir(join(folder, '.tmp')), []);
});

test('a writer that is killed leaves a layout that can be read and written', async (t) => {
  const folder = await temporaryFolder(t);
  const child = spawn(process.execPath, [WRITER, folder, 'killed', '100000'], { stdio: 'ignore' });
  const store = ociLayoutStore(folder);
  while ((await store.find({ writer: 'killed' })).length < 10) assert.equal(child.exitCode, null);
  child.kill('SIGKILL');
  await once(child, 'exit');

  await store.put(BYTES, MODEL);

  const found = await store.find({});
  assert.ok(found.length >= 11);
  for (const { digest } of found) await store.get(digest);
});

for (const { name, owner, ageMs } of [
  { name: 'of a dead process', owner: { pid: 2 ** 22 - 1, host: hostname(), id: 'x' }, ageMs: 0 },
  {
    name: 'of an earlier process with our pid, as in a restarted container',
    owner: { pid: process.pid, host: hostname(), id: 'x' },
    ageMs: 0,
  },
  { name: 'of another host, a minute old', owner: { pid: 1, host: 'elsewhere', id: 'x' }, ageMs: 60_000 },
  { name: 'without an owner, a minute old', owner: 'garbage', ageMs: 60_000 },
]) {
  test(`a lock ${name} is taken away`, async (t) => {
    const folder = await temporaryFolder(t);
    const lock = join(folder, 'index.lock');
    await writeFile(lock, JSON.stringify(owner));
    const then = new Date(Date.now() - ageMs);
    await utimes(lock, then, then);
    const store = ociLayoutStore(folder);

    await store.put(BYTES, MODEL);

    assert.equal((await store.find({})).length, 1);
    assert.deepEqual((await readdir(folder)).sort(), ['.tmp', 'blobs', 'index.json', 'oci-layout']);
  });
}

test('a lock of a live process is respected until patience ends, and no description is written', async (t) => {
  const folder = await temporaryFolder(t);
  const owner = JSON.stringify({ pid: process.ppid, host: hostname(), id: 'x' });
  await writeFile(join(folder, 'index.lock'), owner);
  const store = ociLayoutStore(folder, { patienceMs: 50 });

  await assert.rejects(store.put(BYTES, MODEL), { code: 'MW_STORE_BUSY', message: /index\.lock/ });

  assert.deepEqual(await store.find({}), []);
  assert.equal(await readFile(join(folder, 'index.lock'), 'utf8'), owner);
});

test('a store that can not be looked into is not taken for an empty one', async (t) => {
  const folder = await temporaryFolder(t);
  await symlink('blobs', join(folder, 'blobs'));
  const store = ociLayoutStore(folder);

  await assert.rejects(store.get(digestOf(BYTES)), { code: 'MW_SYSTEM', message: /can not be read: ELOOP/ });
  await assert.rejects(store.has(digestOf(BYTES)), { code: 'MW_SYSTEM' });
});
