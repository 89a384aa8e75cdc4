import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GitHubAnswer, GitHubClient } from '#adapters/github/client.ts';
import { Answers, rememberingClient } from '#adapters/github/remember.ts';

const ID = 'a'.repeat(40);

/** GitHub with one thing to say, whose ETag is what it says; what it was asked, and how it answered. */
function gitHubSaying(say: () => { readonly data: unknown; readonly link?: string }) {
  const asked: string[] = [];
  const client: GitHubClient = {
    async request(route, parameters = {}) {
      const { data, link } = say();
      const etag = JSON.stringify(data);
      const known = (parameters.headers as Record<string, string> | undefined)?.['if-none-match'];
      const status = route.startsWith('GET') && known === etag ? 304 : 200;
      asked.push(`${route} ${status}`);
      const answer: GitHubAnswer = { status, headers: { etag, ...(link && { link }) }, data };
      if (status === 200) return answer;
      throw Object.assign(new Error('Not modified'), { status, response: { headers: {} } });
    },
  };
  return { client, asked };
}

test('what has not changed is answered as before, and GitHub counts nothing', async () => {
  let data = ['one'];
  const { client, asked } = gitHubSaying(() => ({ data }));
  const remembering = rememberingClient(client, new Answers());
  const ask = async () => (await remembering.request('GET /issues', { owner: 'a' })).data;

  assert.deepEqual([await ask(), await ask()], [['one'], ['one']]);
  data = ['one', 'two'];
  assert.deepEqual(
    [await ask(), await ask()],
    [
      ['one', 'two'],
      ['one', 'two'],
    ],
  );
  assert.deepEqual(asked, ['GET /issues 200', 'GET /issues 304', 'GET /issues 200', 'GET /issues 304']);
});

test('another repository is another question', async () => {
  const { client, asked } = gitHubSaying(() => ({ data: 'x' }));
  const remembering = rememberingClient(client, new Answers());

  await remembering.request('GET /issues', { owner: 'a' });
  await remembering.request('GET /issues', { owner: 'b' });

  assert.deepEqual(asked, ['GET /issues 200', 'GET /issues 200']);
});

for (const { name, route, parameters, times } of [
  { name: 'a blob by its id', route: 'GET /git/blobs/{file_sha}', parameters: { file_sha: ID }, times: 1 },
  { name: 'a tree by its id', route: 'GET /git/trees/{tree_sha}', parameters: { tree_sha: ID }, times: 1 },
  { name: 'a tree by name', route: 'GET /git/trees/{tree_sha}', parameters: { tree_sha: 'main' }, times: 2 },
  { name: 'a reference', route: 'GET /git/ref/{ref}', parameters: { ref: `heads/${ID}` }, times: 2 },
  { name: 'a write', route: 'POST /git/blobs/{file_sha}', parameters: { file_sha: ID }, times: 2 },
]) {
  test(`${name} is asked for ${times === 1 ? 'once' : 'each time'}`, async () => {
    const { client, asked } = gitHubSaying(() => ({ data: 'x' }));
    const remembering = rememberingClient(client, new Answers());

    await remembering.request(route, parameters);
    await remembering.request(route, parameters);

    assert.equal(asked.length, times);
  });
}

for (const { name, page, link, second } of [
  { name: 'a page that another one follows', page: 30, link: '<x>; rel="next"', second: 304 },
  { name: 'a last page that is full', page: 30, second: 200 },
  { name: 'a last page of a hundred', page: 100, second: 200 },
  { name: 'a last page with room', page: 29, second: 304 },
]) {
  test(`${name} is answered with ${second}: its ETag tells ${second === 200 ? 'not ' : ''}enough`, async () => {
    const data = Array.from({ length: page }, (_, index) => index);
    const { client, asked } = gitHubSaying(() => ({ data, ...(link && { link }) }));
    const remembering = rememberingClient(client, new Answers());

    await remembering.request('GET /tags', {});
    await remembering.request('GET /tags', {});

    assert.deepEqual(asked, ['GET /tags 200', `GET /tags ${second}`]);
  });
}

test('what was not asked for the longest gives way', async () => {
  const { client, asked } = gitHubSaying(() => ({ data: 'x'.repeat(100) }));
  const remembering = rememberingClient(client, new Answers({ maxBytes: 250 }));

  for (const path of ['/a', '/b', '/a', '/c', '/a', '/b']) await remembering.request(`GET ${path}`);

  assert.deepEqual(
    asked.map((line) => line.slice(4)),
    ['/a 200', '/b 200', '/a 304', '/c 200', '/a 304', '/b 200'],
  );
});

test('a failure stays one', async () => {
  const client: GitHubClient = { request: () => Promise.reject(new Error('away')) };

  await assert.rejects(rememberingClient(client, new Answers()).request('GET /x'), { message: 'away' });
});
