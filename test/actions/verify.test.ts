/** `mergeway verify`: what is proven of an artifact and what is not, out of a store, a clone and its tags. */

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { type Digest, digestOf } from '#core/digest.ts';
import { jsonOf, mergeway, type Ran } from '#test/support/command-line.ts';
import { ofThisFile, temporaryFolder } from '#test/support/folder.ts';
import { git } from '#test/support/git.ts';
import { copyOf, type ModelRepository, modelRepository, modelYaml } from '#test/support/model-repository.ts';

interface Finding {
  readonly topic: string;
  readonly mark: 'yes' | 'no' | 'open';
  readonly what: string;
  readonly reason: string;
}

interface World extends Omit<ModelRepository, 'change'> {
  readonly candidate: Digest;
  run(...args: readonly string[]): Promise<Ran>;
}

const FILE = ofThisFile();
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const original = await promoted();

/** Trained in a workflow, evaluated, promoted; keys lie beside. */
async function promoted(): Promise<ModelRepository> {
  const repository = await modelRepository(FILE, {
    'models/flights/model.yaml': modelYaml({ command: 'true' }),
  });
  await repository.change({ 'models/flights/model.yaml': modelYaml() });
  const { root, store, dataStore } = repository;
  const env = {
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_REPOSITORY: 'acme/risk',
    GITHUB_RUN_ID: '17',
  };
  for (const args of [
    ['train', '--model', 'flights', '--out', 'out', '--store', store],
    [
      ...[
        'evaluate',
        '--model',
        'flights',
        '--candidate',
        'out/model.onnx',
        '--training',
        'out/training.json',
      ],
      ...['--store', store, '--data-store', dataStore, '--out', 'out/evaluation.json'],
    ],
    ['promote', '--store', store, '--actor', 'ada'],
  ]) {
    const ran = await mergeway([...args, '--json'], { cwd: root, env });
    assert.equal(ran.code, 0, ran.stdout);
  }
  await writeFile(join(root, 'team.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(join(root, 'team.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  return repository;
}

async function world(t: TestContext): Promise<World> {
  const repository = await copyOf(t, original);
  const candidate = digestOf(await readFile(join(repository.root, 'out/model.onnx')));
  const run = (...args: readonly string[]) =>
    mergeway([...args, '--json'], { cwd: repository.root, env: { MERGEWAY_STORE: repository.store } });
  return { ...repository, candidate, run };
}

function findingsOf(ran: Ran, topic?: string): readonly Finding[] {
  const { findings } = jsonOf(ran) as unknown as { findings?: readonly Finding[] };
  assert.ok(findings, ran.stdout);
  return topic === undefined ? findings : findings.filter((finding) => finding.topic === topic);
}

function marks(ran: Ran, topic: string): readonly string[] {
  return findingsOf(ran, topic).map(({ mark }) => mark);
}

test('of a promoted model bytes, inputs, gate, ledger and tag are proven; without a signature the evaluation is a claim', async (t) => {
  const { run, candidate, commit: _, root } = await world(t);

  const ran = await run('verify', candidate);

  assert.equal(ran.code, 3, ran.stdout);
  for (const [topic, expected] of [
    ['bytes', ['yes']],
    ['training', ['yes', 'open']],
    ['evaluation', ['open']],
    ['gate', ['yes']],
    ['signature', ['open', 'open', 'open', 'open']],
    ['ledger', ['yes']],
    ['tag', ['yes']],
  ] as const) {
    assert.deepEqual(marks(ran, topic), expected, topic);
  }
  const text = JSON.stringify(findingsOf(ran));
  for (const fact of [
    await git(root, 'rev-parse', 'HEAD'),
    'https://github.test/acme/risk/actions/runs/17/attempts/1',
    'it says that its job ran no code of the pull request',
    'production v0.0.1 by ada',
    'holds production',
  ]) {
    assert.ok(text.includes(fact), fact);
  }
});

test('people read a line each, with its mark', async (t) => {
  const { candidate, root, store } = await world(t);

  const { stdout } = await mergeway(['verify', candidate, '--store', store], { cwd: root });

  assert.match(stdout, /^✓ bytes: sha256:/m);
  assert.match(stdout, /^– signature: evaluation evidence sha256:[0-9a-f]{64}: not signed$/m);
});

test('what is signed is proven for who says whom to trust, and refuted for who trusts somebody else', async (t) => {
  const { run, candidate, root } = await world(t);
  await run(
    'sign',
    'out/evaluation.json',
    'out/training.json',
    '--model-file',
    'out/model.onnx',
    '--key',
    'team.pem',
  );
  const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey;
  await writeFile(join(root, 'other.pub'), other.export({ type: 'spki', format: 'pem' }));

  const untold = await run('verify', candidate);
  const trusting = await run('verify', candidate, '--public-key', 'team.pub');
  const misled = await run('verify', candidate, '--public-key', 'other.pub');

  assert.deepEqual(marks(untold, 'signature'), ['open', 'open', 'open', 'open']);
  assert.match(JSON.stringify(findingsOf(untold, 'signature')), /nobody says whom to trust/);
  assert.deepEqual(marks(trusting, 'signature'), ['yes', 'yes', 'yes', 'open']);
  assert.equal(trusting.code, 0);
  assert.deepEqual(marks(trusting, 'evaluation'), ['yes']);
  assert.deepEqual(marks(misled, 'signature'), ['no', 'no', 'no', 'open']);
  assert.equal(misled.code, 1);
});

test('a model file is looked at with the model.sig beside it, without store and clone', async (t) => {
  const { root } = await world(t);
  await mergeway(['sign', '--model-file', 'out/model.onnx', '--key', 'team.pem'], { cwd: root });
  const elsewhere = await temporaryFolder(t);
  for (const name of ['model.onnx', 'model.sig']) {
    await writeFile(join(elsewhere, name), await readFile(join(root, 'out', name)));
  }
  const key = join(root, 'team.pub');

  const ran = await mergeway(['verify', 'model.onnx', '--public-key', key, '--json'], { cwd: elsewhere });

  assert.deepEqual(marks(ran, 'bytes'), ['yes']);
  assert.deepEqual(marks(ran, 'signature'), ['yes']);
  assert.equal(ran.code, 3, 'nothing was measured as far as anybody can see here');
});

for (const { name, harm, topic, reason } of [
  {
    name: 'bytes that were changed in the store',
    harm: async ({ store, candidate }: World) => {
      await writeFile(join(store, 'blobs/sha256', candidate.slice(7)), 'other bytes');
    },
    topic: 'bytes',
    reason: /MW_ARTIFACT_CORRUPT/,
  },
  {
    name: 'training evidence that claims other inputs',
    harm: async ({ store, root }: World) => {
      const text = await readFile(join(root, 'out/training.json'), 'utf8');
      const forged = text.replace(
        /"inputDigest":"sha256:[0-9a-f]{64}"/,
        `"inputDigest":"${digestOf('other')}"`,
      );
      await ociLayoutStore(store).put(new TextEncoder().encode(forged), {
        mediaType: 'application/vnd.in-toto+json',
        annotations: {},
      });
    },
    topic: 'training',
    reason: /the commit's tree has sha256:/,
  },
  {
    name: 'evidence that was changed in the store',
    harm: async ({ store, root }: World) => {
      const evidence = digestOf(await readFile(join(root, 'out/evaluation.json')));
      await writeFile(join(store, 'blobs/sha256', evidence.slice(7)), '{}');
    },
    topic: 'bytes',
    reason: /nobody can read it now: .*MW_ARTIFACT_CORRUPT/,
  },
  {
    name: 'evidence that was taken out of the store',
    harm: async ({ store, root }: World) => {
      const evidence = digestOf(await readFile(join(root, 'out/evaluation.json')));
      await rm(join(store, 'blobs/sha256', evidence.slice(7)));
    },
    topic: 'bytes',
    reason: /nobody can read it now: .*MW_ARTIFACT_NOT_FOUND/,
  },
  {
    name: 'a signature that was changed in the store',
    harm: async ({ store, root, run }: World) => {
      await run('sign', 'out/evaluation.json', '--key', 'team.pem');
      const bundle = digestOf(await readFile(join(root, 'out/evaluation.json.sigstore.json')));
      await writeFile(join(store, 'blobs/sha256', bundle.slice(7)), '{}');
      await writeFile(join(root, 'mergeway.yaml'), 'signing: {public-key: team.pub}\n');
      await git(root, 'add', 'mergeway.yaml', 'team.pub');
      await git(root, 'commit', '--quiet', '--message', 'whom we trust');
    },
    topic: 'signature',
    reason: /MW_ARTIFACT_CORRUPT/,
  },
  {
    name: 'a ledger entry that was changed',
    harm: async ({ root }: World) => {
      const [tag = ''] = (await git(root, 'tag', '--list', '*#production*')).split('\n');
      const message = await git(root, 'for-each-ref', '--format=%(contents)', `refs/tags/${tag}`);
      await git(
        root,
        'tag',
        '--force',
        '--annotate',
        tag,
        `${tag}^{}`,
        '-m',
        message.replace('"ada"', '"bob"'),
      );
    },
    topic: 'ledger',
    reason: /the chain is broken/,
  },
] as readonly { name: string; harm: (w: World) => Promise<void>; topic: string; reason: RegExp }[]) {
  test(`${name} is refuted`, async (t) => {
    const there = await world(t);
    await harm(there);

    const ran = await there.run('verify', there.candidate);

    assert.equal(ran.code, 1, ran.stdout);
    const refuted = findingsOf(ran, topic).find(({ mark }) => mark === 'no');
    assert.match(refuted?.reason ?? '', reason);
  });
}

test('an evaluation under another policy is told, and its gates are left open', async (t) => {
  const { run, candidate } = await world(t);

  const ran = await run('verify', candidate, '--policy-ref', 'HEAD^');
  assert.deepEqual(marks(ran, 'gate'), ['yes'], 'evaluate and gates are the same there');

  const { stdout } = await run('verify', candidate, '--policy-ref', 'nowhere');
  assert.match(stdout, /MW_COMMIT_NOT_FOUND/);
});

test('a policy that asks for signatures refutes an evaluation without one', async (t) => {
  const { run, candidate, root } = await world(t);
  await writeFile(join(root, 'models/flights/model.yaml'), modelYaml({ promotion: '{signed: true}' }));
  await git(root, 'commit', '--quiet', '--all', '--message', 'signed from now on');

  const ran = await run('verify', candidate);

  assert.equal(ran.code, 1);
  assert.match(JSON.stringify(findingsOf(ran, 'signature')), /promotion\.signed asks for it/);
});

for (const { name, args, code } of [
  { name: 'nothing', args: [], code: 'MW_USAGE' },
  { name: 'two artifacts', args: ['a', 'b'], code: 'MW_USAGE' },
  { name: 'a digest that nobody has', args: [digestOf('nobody')], code: 'MW_ARTIFACT_NOT_FOUND' },
  { name: 'a file that is not there', args: ['nowhere.onnx'], code: 'MW_FILE_MISSING' },
]) {
  test(`${name} can not be verified: ${code}`, async (t) => {
    const { run } = await world(t);

    assert.equal(jsonOf(await run('verify', ...args)).error?.code, code);
  });
}

test('verifying changes nothing in the store', async (t) => {
  const { run, candidate, store } = await world(t);
  const before = await readdir(join(store, 'blobs/sha256'));

  await run('verify', candidate);

  assert.deepEqual(await readdir(join(store, 'blobs/sha256')), before);
});
