import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { GitHubClient } from '#adapters/github/client.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { githubSourceTree } from '#adapters/github/source-tree.ts';
import {
  type ForgeWorld,
  forgeContract,
  type SeenDeployment,
  type SeenIssue,
} from '#test/contracts/forge.ts';
import { git } from '#test/support/git.ts';
import { type GitHubFixture, gitHub } from '#test/support/github.ts';

const NAME = { owner: 'acme', repo: 'risk' };
const EVALUATE = `name: evaluate
on:
  workflow_dispatch:
    inputs:
      candidate: {required: true, type: string}
jobs:
  evaluate:
    runs-on: ubuntu-latest
    steps:
      - run: printf '{"candidate":"%s"}\\n' "$CANDIDATE" > evaluation.json
        env: {CANDIDATE: "\${{ inputs.candidate }}"}
      - uses: actions/upload-artifact@v6
        with: {name: mergeway-evidence, path: evaluation.json}
`;
const FILES = { '.github/workflows/evaluate.yml': EVALUATE, 'README.md': 'hello\n' };

forgeContract('GitHub', async (t) => (await world(t)).world);

test('texts longer than GitHub allows are shortened where readers see it, and keep their marker', async (t) => {
  const { world: it } = await world(t);
  const { forge, pull, comments, checks, deployments } = it;
  const long = 'a line of the report\n'.repeat(5000);

  await forge.upsertComment(pull.number, '<!-- end -->', `${long}<!-- end -->`);
  await forge.upsertComment(pull.number, '<!-- end -->', `${long}again<!-- end -->`);
  await forge.upsertCheck({
    name: 'mergeway',
    headSha: pull.headSha,
    status: 'queued',
    title: 'x'.repeat(999),
    summary: long,
  });
  const id = await forge.createDeployment({
    sha: pull.headSha,
    environment: 'eu',
    description: 'd'.repeat(200),
    payload: {},
  });
  await forge.setDeployment(id, { state: 'success', description: 'd'.repeat(200) });

  const [comment, ...others] = await comments();
  assert.equal(others.length, 0);
  assert.match(comment?.body ?? '', /\*\*Shortened:\*\*.*<!-- end -->$/s);
  assert.match((await checks())[0]?.summary ?? '', /\*\*Shortened:\*\*/);
  assert.equal((await deployments())[0]?.description, `${'d'.repeat(139)}…`);
});

test('the newest of many comments is found, pages away', async (t) => {
  const { world: it } = await world(t);
  const { forge, pull, comments } = it;
  await Promise.all(Array.from({ length: 101 }, () => forge.comment(pull.number, 'noise')));
  await forge.upsertComment(pull.number, '<!-- m -->', '<!-- m --> one');

  await forge.upsertComment(pull.number, '<!-- m -->', '<!-- m --> two');

  assert.deepEqual((await comments()).slice(100), [
    { author: 'mergeway[bot]', body: 'noise' },
    { author: 'mergeway[bot]', body: '<!-- m --> two' },
  ]);
});

test("a check of another App's is left alone", async (t) => {
  const { world: it } = await world(t);
  const other = githubForge(it.clients.app, { ...NAME, login: 'somebody-else[bot]' });
  const check = { name: 'mergeway', headSha: it.pull.headSha, title: 't', summary: 's' } as const;
  await it.forge.upsertCheck({ ...check, status: 'in_progress', title: 'ours' });

  await other.upsertCheck({ ...check, status: 'completed', conclusion: 'success', title: 'theirs' });

  const all = await it.clients.app.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...NAME,
    ref: it.pull.headSha,
    filter: 'all',
  });
  assert.equal((all.data as { total_count: number }).total_count, 2);
});

test('what a token may not do is refused with the permission that is needed', async (t) => {
  const { world: it } = await world(t);
  const rita = githubForge(it.clients.rita, { ...NAME, login: 'rita' });

  await assert.rejects(
    rita.createDeployment({ sha: it.pull.headSha, environment: 'e', description: 'd', payload: {} }),
    {
      code: 'MW_FORGE_FORBIDDEN',
      message: /POST \/deployments in acme\/risk.*deployments: write/,
    },
  );
  await assert.rejects(rita.dispatch('evaluate.yml', { candidate: 'x' }), {
    code: 'MW_FORGE_FORBIDDEN',
    message: /actions: write/,
  });
});

test('a workflow that is not there, and one that lacks an input, are refused', async (t) => {
  const { world: it } = await world(t);

  await assert.rejects(it.forge.dispatch('absent.yml', {}), { code: 'MW_FORGE_NOT_FOUND' });
  await assert.rejects(it.forge.dispatch('evaluate.yml', {}), {
    code: 'MW_FORGE_INVALID',
    message: /candidate/,
  });
});

async function world(t: TestContext): Promise<{ world: ForgeWorld & { clients: GitHubFixture } }> {
  const fixture = await gitHub(t);
  const { app, ada, github, login } = fixture;
  await fixture.push('main', FILES);
  const headSha = await fixture.push('better', { ...FILES, 'model.txt': 'better\n' });
  const number = await openPull(fixture);
  const get = async (route: string, parameters: Record<string, unknown> = {}) =>
    (await app.request(`GET /repos/{owner}/{repo}${route}`, { ...NAME, per_page: 100, ...parameters })).data;

  const tip = (branch: string) => githubSourceTree(app, NAME).resolve(`heads/${branch}`);

  return {
    world: {
      clients: fixture,
      forge: githubForge(app, { ...NAME, login, pause: async () => undefined }),
      pull: { number, headSha },
      login,
      async comments() {
        type Seen = { readonly user: { readonly login: string }; readonly body: string };
        const list: Seen[] = [];
        for (let page = 1; list.length === (page - 1) * 100; page++) {
          list.push(...((await get('/issues/{number}/comments', { number, page })) as Seen[]));
        }
        return list.map(({ user, body }) => ({ author: user.login, body }));
      },
      async commentAsAda(body) {
        const { data } = await ada.request('POST /repos/{owner}/{repo}/issues/{number}/comments', {
          ...NAME,
          number,
          body,
        });
        return (data as { id: number }).id;
      },
      async reactions(id) {
        const list = (await get('/issues/comments/{id}/reactions', { id })) as readonly { content: string }[];
        return list.map(({ content }) => content);
      },
      async checks() {
        const { check_runs } = (await get('/commits/{ref}/check-runs', { ref: headSha })) as {
          check_runs: readonly {
            name: string;
            status: 'completed';
            conclusion: 'success';
            output: { title: string; summary: string };
          }[];
        };
        return check_runs.map(({ name, status, conclusion, output }) => ({
          name,
          status,
          conclusion,
          title: output.title,
          summary: output.summary,
        }));
      },
      async deployments() {
        const list = (await get('/deployments')) as readonly (SeenDeployment & { id: number })[];
        return Promise.all(
          list.toReversed().map(async ({ id, sha, environment, description, payload }) => {
            const statuses = (await get('/deployments/{id}/statuses', { id })) as readonly {
              state: string;
            }[];
            return {
              sha,
              environment,
              description,
              payload,
              states: statuses.toReversed().map(({ state }) => state),
            };
          }),
        );
      },
      async merge() {
        const { data } = await ada.request('PUT /repos/{owner}/{repo}/pulls/{number}/merge', {
          ...NAME,
          number,
        });
        return (data as { sha: string }).sha;
      },
      base: async () => (await tip('main')) ?? '',
      async read(commit, path) {
        const bytes = await githubSourceTree(app, NAME).read(commit, path);
        return bytes && new TextDecoder().decode(bytes);
      },
      branch: (branch) => tip(branch),
      async review(author, pull_number, says) {
        await fixture[author].request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
          ...NAME,
          pull_number,
          event: says === 'approved' ? 'APPROVE' : 'REQUEST_CHANGES',
          body: says,
        });
      },
      async pushMore(pull_number) {
        const { head } = (await get('/pulls/{pull_number}', { pull_number })) as { head: { ref: string } };
        const clone = await fixture.clone();
        await git(clone, 'checkout', '--quiet', '-B', head.ref, `origin/${head.ref}`);
        await git(clone, 'commit', '--quiet', '--allow-empty', '-m', 'more');
        await git(clone, 'push', '--quiet', 'origin', head.ref);
        await github.pushed({ repository: 'acme/risk', branch: head.ref, by: 'grace' });
        return git(clone, 'rev-parse', 'HEAD');
      },
      async block(isBlocked) {
        github.protectBranch({
          repository: 'acme/risk',
          branch: 'main',
          requiredChecks: isBlocked ? ['mergeway'] : [],
        });
      },
      async issues() {
        const list = (await get('/issues', { state: 'all' })) as readonly (SeenIssue & {
          pull_request?: object;
        })[];
        return list
          .filter(({ pull_request }) => !pull_request)
          .map(({ number, title, body, state }) => ({ number, title, body, state }));
      },
      finish: () => github.idle(),
    },
  };
}

async function openPull({ ada }: GitHubFixture): Promise<number> {
  const { data } = await ada.request('POST /repos/{owner}/{repo}/pulls', {
    ...NAME,
    title: 'A better model',
    head: 'better',
    base: 'main',
  });
  return (data as { number: number }).number;
}

/** GitHub as these routes answer; whatever else is asked for fails. */
function answering(routes: Readonly<Record<string, () => unknown>>): GitHubClient {
  return {
    async request(route) {
      const answer = routes[route.replace(' /repos/{owner}/{repo}', ' ')];
      if (!answer) throw new Error(`${route} was not to be asked`);
      return { status: 200, headers: {}, data: answer() };
    },
  };
}

function refusing(status: number, message: string, headers: Readonly<Record<string, string>> = {}): never {
  throw Object.assign(new Error(message), { status, response: { headers, data: { message } } });
}

const PULL = {
  number: 5,
  title: 'Retrain',
  state: 'open',
  merged_at: null,
  merge_commit_sha: null,
  user: { login: 'mergeway[bot]' },
  head: { sha: 'a'.repeat(40), ref: 'mergeway/retrain/credit', repo: { full_name: 'acme/risk' } },
  base: { sha: 'b'.repeat(40), ref: 'main' },
};

for (const { from, number } of [
  { from: 'Acme/Risk', number: 5 },
  { from: 'acme/risk-fork', number: 6 },
]) {
  test(`a pull request from the same branch of ${from} is ${number === 5 ? 'found' : 'none of ours'}`, async () => {
    const client = answering({
      'GET ': () => ({ default_branch: 'main' }),
      'GET /pulls': () => [{ ...PULL, head: { ...PULL.head, repo: { full_name: from } } }],
      'POST /pulls': () => ({ ...PULL, number: 6 }),
    });
    const forge = githubForge(client, { ...NAME, login: 'mergeway[bot]' });

    assert.equal(await forge.openPullRequest({ branch: PULL.head.ref, title: 't', body: 'b' }), number);
  });
}

test('a merge that GitHub forbids is an answer, and one that its rate limit delays is none', async () => {
  const order = { number: 5, head: PULL.head.sha, title: 't', message: 'm' };
  const merging = (put: () => never) =>
    githubForge(
      answering({ 'GET /pulls/{pull_number}': () => PULL, 'PUT /pulls/{pull_number}/merge': put }),
      {
        ...NAME,
        login: 'mergeway[bot]',
        pause: async () => {},
      },
    ).mergePullRequest(order);

  assert.deepEqual(await merging(() => refusing(403, 'Resource not accessible by integration')), {
    merged: false,
    reason: 'Resource not accessible by integration',
  });
  await assert.rejects(
    merging(() => refusing(403, 'You have exceeded a secondary rate limit', { 'retry-after': '300' })),
    { code: 'MW_FORGE_LIMITED' },
  );
});
