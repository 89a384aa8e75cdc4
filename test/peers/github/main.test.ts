// The stand-in as a process of its own: one line of JSON with addresses, and an end on SIGTERM.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { Octokit } from '@octokit/rest';

test('main.ts makes the configured repositories and says where they are', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'stand-in-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const repository = {
    owner: 'acme',
    name: 'models',
    protect: { main: ['gate'] },
    environments: { holdout: { secrets: { KEY: 'x' } } },
  };
  const config = {
    folder,
    users: [{ login: 'acme', token: 'mine' }],
    actionsCheckout: folder,
    repositories: [repository],
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));

  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), join(folder, 'config.json')]);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { apiUrl, repositories } = JSON.parse(line) as {
    apiUrl: string;
    repositories: { fullName: string }[];
  };
  const octokit = new Octokit({ baseUrl: apiUrl, auth: 'mine' });
  const { data } = await octokit.rest.repos.get({ owner: 'acme', repo: 'models' });
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');

  assert.equal(repositories[0]?.fullName, 'acme/models');
  assert.deepEqual([data.full_name, data.permissions?.admin], ['acme/models', true]);
  assert.equal(code, 0);
});
