/** What a look at the models costs of GitHub's rate limit: when nothing changed, nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { githubAnnotatedTags } from '#adapters/github/annotated-tags.ts';
import type { GitHubClient } from '#adapters/github/client.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { Answers, rememberingClient } from '#adapters/github/remember.ts';
import { githubSourceTree } from '#adapters/github/source-tree.ts';
import { modelWatcher } from '#app/watch.ts';
import { digestOf } from '#core/digest.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { AUTO, circleYaml, DAY, dataOf, HOUR, START, windowsOf } from '#test/support/circle.ts';
import { type GitHubFixture, gitHub } from '#test/support/github.ts';
import { baseFiles, memoryLine, REPOSITORY } from '#test/support/line.ts';

const AT = { owner: 'acme', repo: 'risk' };

for (const { name, isBad, requests } of [
  { name: 'a model within its limits', isBad: false, requests: 4 },
  { name: 'a model with an alarm and an open retraining', isBad: true, requests: 6 },
]) {
  test(`a look at ${name} asks GitHub ${requests} times, and none counts`, async (t) => {
    const world = await gitHub(t);
    const { client, asked } = counting(world.app);
    const { workspace, clock } = await watched(world, rememberingClient(client, new Answers()), isBad);
    const watcher = modelWatcher({
      store: workspace.store,
      open: async () => workspace,
      log: { info: () => {}, warn: failing, error: failing },
      everyMs: 60_000,
    });
    clock.set(START + DAY + 7 * HOUR);
    for (let round = 0; round < 3; round++) await watcher.round();
    assert.equal((await workspace.store.retrainings.open()).length, isBad ? 1 : 0);
    asked.length = 0;

    await watcher.round();

    assert.deepEqual(
      asked.filter((line) => !line.endsWith(' 304')),
      [],
    );
    assert.equal(asked.length, requests, asked.join('\n'));
  });
}

async function watched(world: GitHubFixture, client: GitHubClient, isBad: boolean) {
  const files = baseFiles({ 'models/credit/model.yaml': circleYaml(AUTO) });
  const texts = Object.entries(files).map(([path, content]) => [path, String(content)]);
  const commit = await world.push('main', Object.fromEntries(texts));
  const tags = githubAnnotatedTags(client, AT, { tagger: { name: 'm', email: 'm@example.com' } });
  const registry = gtoRegistry(tags);
  const version = { model: 'credit', at: START };
  await registry.register({ ...version, commit, digest: digestOf('first') });
  await registry.assign({ ...version, version: 'v0.0.1', stage: 'production' });
  const line = memoryLine();
  await line.workspace.store.repositories.seen({ name: REPOSITORY, installation: 1 });
  const base: Workspace = {
    ...line.workspace,
    forge: githubForge(client, { ...AT, login: world.login }),
    source: githubSourceTree(client, AT),
    registry,
  };
  const truth = { isBad: () => isBad, dataFits: true, dataLag: 0 };
  const workspace = { ...base, windows: windowsOf(base, truth), data: dataOf(base, truth) };
  return { workspace, clock: line.clock };
}

/** What GitHub was asked, with its answers. */
function counting(inner: GitHubClient) {
  const asked: string[] = [];
  const client: GitHubClient = {
    async request(route, parameters) {
      try {
        const answer = await inner.request(route, parameters);
        asked.push(`${route} ${answer.status}`);
        return answer;
      } catch (error) {
        asked.push(`${route} ${(error as { readonly status?: number }).status}`);
        throw error;
      }
    },
  };
  return { client, asked };
}

function failing(message: string, fields: object = {}): void {
  assert.fail(`${message} ${JSON.stringify(fields)}`);
}
