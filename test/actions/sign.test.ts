/** `mergeway sign`, and a policy that asks for signed evidence: gate, report and promote take what is signed and nothing else. */

import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { IDENTITY, sigstoreServices } from '#test/peers/sigstore/services.ts';
import { jsonOf, mergeway, type Ran } from '#test/support/command-line.ts';
import { ofThisFile } from '#test/support/folder.ts';
import { copyOf, type ModelRepository, modelRepository, modelYaml } from '#test/support/model-repository.ts';

const FILE = ofThisFile();
const SIGNED = { promotion: '{signed: true}' };
const services = await sigstoreServices(FILE);
const keys = pems();
const mergewayYaml = `signing:\n  identity: ${IDENTITY}\n  trusted-root: keys/root.json\n  public-key: keys/team.pub\n`;
const original = await proven();

interface Signing extends Omit<ModelRepository, 'change'> {
  run(...args: readonly string[]): Promise<Ran>;
  /** Signs the evaluation with the key of the team. */
  signed(...args: readonly string[]): Promise<Ran>;
}

/** A repository whose base policy asks for signed evidence, trained and evaluated. */
async function proven(): Promise<ModelRepository> {
  const repository = await modelRepository(FILE, {
    'mergeway.yaml': mergewayYaml,
    'keys/root.json': services.trustedRoot,
    'keys/team.pub': keys.publicKey,
    'models/flights/model.yaml': modelYaml({ ...SIGNED, command: 'true' }),
  });
  await repository.change({ 'models/flights/model.yaml': modelYaml(SIGNED) });
  const { root, store, dataStore } = repository;
  await run(root, ['train', '--model', 'flights', '--out', 'out']);
  const evaluated = await run(root, [
    ...['evaluate', '--model', 'flights', '--candidate', 'out/model.onnx', '--training', 'out/training.json'],
    ...['--store', store, '--data-store', dataStore, '--out', 'out/evaluation.json'],
  ]);
  assert.equal(evaluated.code, 0, evaluated.stderr);
  await writeFile(join(root, 'team.pem'), keys.privateKey);
  await writeFile(join(root, 'other.pem'), pems().privateKey);
  return repository;
}

async function signing(t: TestContext): Promise<Signing> {
  const repository = await copyOf(t, original);
  const here = (...args: readonly string[]) => run(repository.root, args);
  return {
    ...repository,
    run: here,
    signed: (...args) => here('sign', 'out/evaluation.json', '--key', 'team.pem', ...args),
  };
}

function run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return mergeway([...args, '--json'], { cwd, env });
}

const GATE = ['gate', '--evidence', 'out/evaluation.json'] as const;
const REPORT = ['report', '--evidence', 'out/evaluation.json'] as const;

test('unsigned evidence is refused by gate and report, with the way out', async (t) => {
  const { run } = await signing(t);

  for (const command of [GATE, REPORT]) {
    const refused = await run(...command);

    assert.equal(jsonOf(refused).error?.code, 'MW_EVIDENCE_UNSIGNED');
    assert.match(refused.stdout, /mergeway sign/);
    assert.equal(refused.code, 2);
  }
});

test('unsigned evidence promotes nothing; signed into the store it does', async (t) => {
  const { run, signed, store } = await signing(t);

  const before = await run('promote', '--store', store);
  await signed('--store', store);
  const after = await run('promote', '--store', store);

  assert.equal(before.code, 3, before.stdout);
  assert.match(before.stdout, /MW_EVIDENCE_UNSIGNED/);
  assert.equal(after.code, 0, after.stdout);
});

test("a stranger's signature in the store promotes nothing, and does not hide the right one", async (t) => {
  const { run, signed, store } = await signing(t);
  const stranger = ['sign', 'out/evaluation.json', '--key', 'other.pem', '--store', store];

  await run(...stranger);
  const before = await run('promote', '--store', store);
  await signed('--store', store);
  await run(...stranger);
  const after = await run('promote', '--store', store);

  assert.match(before.stdout, /MW_SIGNATURE_INVALID/);
  assert.equal(before.code, 3);
  assert.equal(after.code, 0, after.stdout);
});

test('evidence signed with the key of the team is judged, and the gate says by whom', async (t) => {
  const { run, signed } = await signing(t);
  await signed();

  const judged = await run(...GATE);
  const atCommit = await run(...GATE, '--policy-ref', 'HEAD', '--head', 'HEAD');

  assert.equal(judged.code, 0, judged.stdout);
  assert.deepEqual(jsonOf(judged).signer, { by: 'key', key: digestOf(keys.publicKey) });
  assert.equal(atCommit.code, 0, atCommit.stdout);
});

test('evidence signed as the workflow is judged, over a Sigstore of its own', async (t) => {
  const { root, run: here } = await signing(t);
  const urls = ['--fulcio-url', services.url, '--rekor-url', services.url];

  const signed = await run(root, ['sign', 'out/evaluation.json', ...urls], services.env);
  const judged = await here(...GATE);

  assert.equal(signed.code, 0, signed.stderr);
  assert.equal(judged.code, 0, judged.stdout);
  const { signer } = jsonOf(judged) as { signer?: { identity?: string } };
  assert.equal(signer?.identity, IDENTITY);
});

for (const { name, prepare, code } of [
  {
    name: 'a signature of somebody else',
    prepare: ({ run }: Signing) => run('sign', 'out/evaluation.json', '--key', 'other.pem'),
    code: 'MW_SIGNATURE_INVALID',
  },
  {
    name: 'evidence that was changed after it was signed',
    prepare: async ({ root, signed }: Signing) => {
      await signed();
      const path = join(root, 'out/evaluation.json');
      await writeFile(path, (await readFile(path, 'utf8')).replace('"seconds":', '"more":1,"seconds":'));
    },
    code: 'MW_SIGNATURE_INVALID',
  },
  {
    name: 'the signature of other evidence',
    prepare: async ({ root, run }: Signing) => {
      await run('sign', 'out/training.json', '--key', 'team.pem');
      const bundle = await readFile(join(root, 'out/training.json.sigstore.json'));
      await writeFile(join(root, 'out/evaluation.json.sigstore.json'), bundle);
    },
    code: 'MW_SIGNATURE_INVALID',
  },
  {
    name: 'a bundle that is none',
    prepare: ({ root }: Signing) => writeFile(join(root, 'out/evaluation.json.sigstore.json'), '{}'),
    code: 'MW_SIGNATURE_INVALID',
  },
] as readonly { name: string; prepare: (signing: Signing) => Promise<unknown>; code: string }[]) {
  test(`gate and report refuse ${name}`, async (t) => {
    const world = await signing(t);
    await prepare(world);

    for (const command of [GATE, REPORT]) {
      assert.equal(jsonOf(await world.run(...command)).error?.code, code);
    }
  });
}

test("the trust is the base branch's: a pull request that brings its own key is refused", async (t) => {
  const { root, run } = await signing(t);
  const theirs = await readFile(join(root, 'other.pem'), 'utf8');
  await run('sign', 'out/evaluation.json', '--key', 'other.pem');
  const publicKey = pems(theirs).publicKey;
  await writeFile(join(root, 'keys/team.pub'), publicKey);

  const judged = await run(...GATE, '--policy-ref', 'HEAD');

  assert.equal(jsonOf(judged).error?.code, 'MW_SIGNATURE_INVALID');
});

test('options say whom to trust in place of mergeway.yaml', async (t) => {
  const { root, run, signed } = await signing(t);
  await writeFile(join(root, 'other.pub'), pems(await readFile(join(root, 'other.pem'), 'utf8')).publicKey);
  await signed();

  const other = await run(...GATE, '--public-key', 'other.pub');
  const half = await run(...GATE, '--identity', IDENTITY);

  assert.equal(jsonOf(other).error?.code, 'MW_SIGNATURE_INVALID');
  assert.equal(jsonOf(half).error?.code, 'MW_USAGE');
});

test('a policy that asks for signatures without saying whose is refused', async (t) => {
  const { root, run, signed } = await signing(t);
  await writeFile(join(root, 'mergeway.yaml'), '{}');
  await signed();

  const judged = await run(...GATE);

  assert.equal(jsonOf(judged).error?.code, 'MW_CONFIG_MISSING');
  assert.match(judged.stdout, /signing/);
});

for (const { name, args, code } of [
  { name: 'nothing', args: [], code: 'MW_USAGE' },
  { name: 'without key and identity', args: ['out/evaluation.json'], code: 'MW_USAGE' },
  {
    name: 'what is no evidence',
    args: ['models/flights/model.yaml', '--key', 'team.pem'],
    code: 'MW_EVIDENCE_INVALID',
  },
  {
    name: 'with a public key',
    args: ['out/evaluation.json', '--key', 'keys/team.pub'],
    code: 'MW_SIGNING_FAILED',
  },
  {
    name: 'with a key that is not there',
    args: ['out/evaluation.json', '--key', 'no.pem'],
    code: 'MW_FILE_MISSING',
  },
]) {
  test(`signing ${name} is refused, and writes nothing`, async (t) => {
    const { root, run } = await signing(t);

    const refused = await run('sign', ...args);

    assert.equal(jsonOf(refused).error?.code, code);
    await assert.rejects(readFile(join(root, 'out/evaluation.json.sigstore.json')));
  });
}

test("a private repository's name goes into no public log unless somebody says so", async (t) => {
  const { root } = await signing(t);

  const refused = await run(root, ['sign', 'out/evaluation.json'], services.env);

  assert.equal(jsonOf(refused).error?.code, 'MW_USAGE');
  assert.match(refused.stdout, /--sigstore/);
});

for (const { status, attestation } of [
  { status: 201, attestation: '42' },
  { status: 403, attestation: null },
  { status: 404, attestation: null },
]) {
  test(`GitHub's attestations answer ${status}: ${attestation ?? 'the file remains'}`, async (t) => {
    const { root } = await signing(t);
    const bodies: { bundle?: { mediaType?: string } }[] = [];
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      bodies.push(JSON.parse(Buffer.concat(parts).toString()));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"id": 42}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());

    const ran = await run(root, ['sign', 'out/evaluation.json', '--key', 'team.pem', '--attest'], {
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_TOKEN: 'hush',
      GITHUB_REPOSITORY: 'acme/risk',
    });

    assert.equal(ran.code, 0, ran.stdout);
    assert.deepEqual(
      (jsonOf(ran).signed as { attestation: unknown }[]).map((one) => one.attestation),
      [attestation],
    );
    assert.match(bodies[0]?.bundle?.mediaType ?? '', /bundle\.v0\.3/);
    await readFile(join(root, 'out/evaluation.json.sigstore.json'));
  });
}

function pems(pem?: string) {
  const { privateKey, publicKey } = pem
    ? { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) }
    : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
