/**
 * The real gto (PyPI, 1.10.1) and ours read each other's tags. MERGEWAY_TEST_GTO names its executable; `.ci/run` installs it.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { gitAnnotatedTags } from '#adapters/git/annotated-tags.ts';
import { digestOf } from '#core/digest.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';

const run = promisify(execFile);
const GTO = process.env.MERGEWAY_TEST_GTO;
const IDENTITY = {
  GIT_AUTHOR_NAME: 'author',
  GIT_AUTHOR_EMAIL: 'author@example.test',
  GIT_COMMITTER_NAME: 'author',
  GIT_COMMITTER_EMAIL: 'author@example.test',
};

let folder = '';

before(async () => {
  assert.ok(GTO, 'MERGEWAY_TEST_GTO must name the gto executable');
  folder = await mkdtemp(join(tmpdir(), 'mergeway-gto-'));
  await git('init', '--quiet', '--initial-branch=main');
});

after(() => rm(folder, { recursive: true, force: true }));

test('gto shows the versions and stages of tags that we wrote', async () => {
  const registry = ourRegistry();
  const at = Date.UTC(2026, 0, 1);
  const first = await registry.register({
    model: 'flights',
    commit: await commit('1'),
    digest: digestOf('one'),
    at,
  });
  const second = await registry.register({
    model: 'flights',
    commit: await commit('2'),
    digest: digestOf('two'),
    at: at + 60_000,
  });
  await registry.assign({ model: 'flights', version: first.version, stage: 'production', at: at + 120_000 });
  await registry.assign({ model: 'flights', version: second.version, stage: 'canary', at: at + 180_000 });

  assert.deepEqual(await gtoShow('flights'), {
    version: 'v0.0.2',
    stage: { canary: 'v0.0.2', production: 'v0.0.1' },
  });

  await registry.assign({ model: 'flights', version: second.version, stage: 'production', at: at + 240_000 });
  await registry.unassign({ model: 'flights', version: second.version, stage: 'canary', at: at + 300_000 });
  assert.deepEqual(await gtoShow('flights'), { version: 'v0.0.2', stage: { production: 'v0.0.2' } });

  await registry.assign({ model: 'flights', version: first.version, stage: 'production', at: at + 360_000 });
  assert.deepEqual(
    (await gtoShow('flights')).stage,
    { production: 'v0.0.1' },
    'a rollback to an older version',
  );
});

test('we read the versions and stages of tags that gto wrote', async () => {
  await commit('3');
  await gto('register', 'credit', '--version', 'v1.2.0');
  await gto('assign', 'credit', '--version', 'v1.2.0', '--stage', 'production');
  const before = await ourRegistry().state('credit');

  assert.deepEqual(
    before.versions.map(({ version }) => version),
    ['v1.2.0'],
  );
  assert.equal(before.stages.production?.version, 'v1.2.0');
  assert.equal(before.stages.production?.digest, undefined, 'gto knows no digests');

  await gto('deprecate', 'credit', 'v1.2.0', 'production');
  assert.equal((await ourRegistry().state('credit')).stages.production, undefined);
});

function ourRegistry() {
  return gtoRegistry(
    gitAnnotatedTags(folder, { tagger: { name: 'mergeway', email: 'mergeway@example.test' } }),
  );
}

/** What `gto show` says: the latest version, and who holds each stage that is held. */
async function gtoShow(model: string): Promise<{ version: string; stage: Record<string, string> }> {
  const all = JSON.parse(await gto('show', '--json')) as Record<
    string,
    { version: string; stage: Record<string, string | null> }
  >;
  const shown = all[model];
  assert.ok(shown, `gto does not show ${model}`);
  const held = Object.entries(shown.stage).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { version: shown.version, stage: Object.fromEntries(held.sort()) };
}

async function commit(content: string): Promise<string> {
  await writeFile(join(folder, 'file'), content);
  await git('add', 'file');
  await git('commit', '--quiet', '--message', content);
  return git('rev-parse', 'HEAD');
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: folder, env: { ...process.env, ...IDENTITY } });
  return stdout.trim();
}

async function gto(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(GTO ?? '', args, { cwd: folder, env: { ...process.env, ...IDENTITY } });
  return stdout;
}
