/** `mergeway gate` and `mergeway report` and evidence that is not what it should be: a code, nothing printed, nothing posted. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { jsonOf, mergeway, type Ran } from '#test/support/command-line.ts';
import { ofThisFile } from '#test/support/folder.ts';
import { hostileEvidence } from '#test/support/hostile-evidence.ts';
import { modelRepository } from '#test/support/model-repository.ts';

/** Stands in for GitHub: what it was asked. */
const requests: string[] = [];
const github = await listening();
const repository = await modelRepository(ofThisFile());
const evidence = await measured();

for (const { name, bytes, codes } of hostileEvidence(evidence)) {
  test(`gate and report refuse ${name}`, async () => {
    await writeFile(join(repository.root, 'hostile.json'), bytes);

    const judged = await run('gate', '--evidence', 'hostile.json', '--head', 'HEAD');
    const reported = await run('report', '--evidence', 'hostile.json', '--post', '--pull-request', '7');

    for (const ran of [judged, reported]) {
      assert.ok(codes.includes(jsonOf(ran).error?.code as never), ran.stdout.slice(0, 500));
      assert.ok(ran.stdout.length < 3000);
      assert.ok([2, 4].includes(ran.code));
    }
    assert.deepEqual(requests, []);
  });
}

test('the same evidence, unharmed, is judged', async () => {
  await writeFile(join(repository.root, 'good.json'), evidence);

  assert.equal((await run('gate', '--evidence', 'good.json')).code, 0);
});

for (const { name, option, change, code } of [
  {
    name: 'training evidence of other bytes',
    option: '--training',
    change: (text: string) => text.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${'ab'.repeat(32)}"`),
    code: 'MW_EVIDENCE_MISMATCH',
  },
  {
    name: 'training evidence of another model',
    option: '--training',
    change: (text: string) => text.replace('"model":"flights"', '"model":"credit"'),
    code: 'MW_EVIDENCE_MISMATCH',
  },
  {
    name: 'training evidence with a key twice',
    option: '--training',
    change: (text: string) => text.replace('"seconds":', '"seconds":1,"seconds":'),
    code: 'MW_EVIDENCE_INVALID',
  },
  {
    name: 'training evidence in place of a validation',
    option: '--validation',
    change: (text: string) => text,
    code: 'MW_EVIDENCE_INVALID',
  },
]) {
  test(`gate and report refuse ${name}`, async () => {
    const { root } = repository;
    await writeFile(join(root, 'good.json'), evidence);
    await writeFile(
      join(root, 'other.json'),
      change(await readFile(join(root, 'out/training.json'), 'utf8')),
    );

    for (const command of ['gate', 'report']) {
      const ran = await run(command, '--evidence', 'good.json', option, 'other.json');

      assert.equal(jsonOf(ran).error?.code, code, ran.stdout.slice(0, 500));
    }
  });
}

test('evidence against a champion that somebody named is judged when the same is named', async () => {
  const champion = digestOf('a champion');
  const text = new TextDecoder().decode(evidence);
  await writeFile(
    join(repository.root, 'named.json'),
    text.replace('"champion":null', `"champion":{"digest":"${champion}","version":"v0.0.1"}`),
  );

  const unnamed = await run('gate', '--evidence', 'named.json');
  const named = await run('gate', '--evidence', 'named.json', '--champion', champion);

  assert.equal(jsonOf(unnamed).error?.code, 'MW_EVIDENCE_MISMATCH');
  assert.equal(named.code, 0, named.stdout);
});

async function measured(): Promise<Uint8Array> {
  const { root, dataStore } = repository;
  await run('train', '--model', 'flights', '--out', 'out');
  const evaluated = await run(
    ...['evaluate', '--model', 'flights', '--candidate', 'out/model.onnx', '--data-store', dataStore],
    ...['--out', 'out/evaluation.json'],
  );
  assert.equal(evaluated.code, 0, evaluated.stderr);
  return readFile(join(root, 'out/evaluation.json'));
}

async function listening(): Promise<string> {
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(500).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function run(...args: readonly string[]): Promise<Ran> {
  const env = { GITHUB_API_URL: github, GITHUB_TOKEN: 'hush', GITHUB_REPOSITORY: 'acme/risk' };
  return mergeway([...args, '--json'], { cwd: repository.root, env });
}
