// Who may do what: 401 for unknown credentials, 404 for what one may not see, 403 for what one may not touch.
import assert from 'node:assert/strict';
import { createSign } from 'node:crypto';
import test from 'node:test';
import { at, PRIVATE_KEY, refusal, world } from './testing.ts';

test('a private repository is 404 to strangers, and a wrong token is 401 everywhere', async (t) => {
  const w = await world(t);
  const wrong = w.withToken('nobody knows it');

  assert.deepEqual(await refusal(w.as('eve').rest.repos.get(at)), { status: 404, message: 'Not Found' });
  assert.deepEqual(await refusal(wrong.rest.repos.get(at)), { status: 401, message: 'Bad credentials' });
  assert.equal((await fetch(`${w.github.apiUrl}/repos/acme/models`)).status, 404);
});

test('errors have the shape of GitHub', async (t) => {
  const w = await world(t);

  const response = await fetch(`${w.github.apiUrl}/repos/acme/nothing`, {
    headers: { authorization: 'token token-of-ada' },
  });

  const body = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' };
  assert.deepEqual(await response.json(), body);
  assert.ok(response.headers.get('x-github-request-id'));
});

test('reading people may comment but neither merge nor push', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });
  const bob = w.as('bob').rest;

  await bob.issues.createComment({ ...at, issue_number: number, body: '/mergeway status' });

  assert.equal((await refusal(bob.pulls.merge({ ...at, pull_number: number }))).status, 403);
  const { data } = await bob.repos.getCommit({ ...at, ref: 'main' });
  assert.equal((await refusal(bob.git.createRef({ ...at, ref: 'refs/tags/x', sha: data.sha }))).status, 403);
});

test('a token made for less may do less', async (t) => {
  const w = await world(t);
  const jwt = w.asJwt().rest;
  const { data: installation } = await jwt.apps.getRepoInstallation(at);
  const order = {
    installation_id: installation.id,
    permissions: { contents: 'read', checks: 'write' } as const,
  };

  const { data } = await jwt.apps.createInstallationAccessToken(order);

  const narrow = w.withToken(data.token).rest;
  await narrow.repos.getContent({ ...at, path: 'README.md' });
  const refused = await refusal(narrow.issues.create({ ...at, title: 'no' }));
  assert.deepEqual(refused, { status: 403, message: 'Resource not accessible by integration' });
  assert.match(data.token, /^ghs_77_[\w-]+\.[\w-]+$/);
  const more = { installation_id: installation.id, permissions: { administration: 'write' } as const };
  assert.equal((await refusal(jwt.apps.createInstallationAccessToken(more))).status, 422);
});

for (const { name, claims, status } of [
  { name: 'expired', claims: { iss: 77, iat: -700, exp: -100 }, status: 401 },
  { name: 'issued in the future', claims: { iss: 77, iat: 300, exp: 500 }, status: 401 },
  { name: 'of another App', claims: { iss: 78, iat: 0, exp: 300 }, status: 404 },
  { name: 'living for an hour', claims: { iss: 77, iat: 0, exp: 3600 }, status: 401 },
]) {
  test(`a JSON web token ${name} is refused`, async (t) => {
    const w = await world(t);
    const now = Math.floor(Date.now() / 1000);
    const body = { iss: claims.iss, iat: now + claims.iat, exp: now + claims.exp };

    const response = await fetch(`${w.github.apiUrl}/app`, {
      headers: { authorization: `Bearer ${signed(body)}` },
    });

    assert.equal(response.status, status);
  });
}

test('a JSON web token with a foreign signature is refused', async (t) => {
  const w = await world(t);
  const now = Math.floor(Date.now() / 1000);
  const [head, body] = signed({ iss: 77, iat: now, exp: now + 60 }).split('.');

  const response = await fetch(`${w.github.apiUrl}/app`, {
    headers: { authorization: `Bearer ${head}.${body}.AAAA` },
  });

  assert.equal(response.status, 401);
});

for (const { role, permission, role_name } of [
  { role: 'admin', permission: 'admin', role_name: 'admin' },
  { role: 'maintain', permission: 'write', role_name: 'maintain' },
  { role: 'write', permission: 'write', role_name: 'write' },
  { role: 'triage', permission: 'read', role_name: 'triage' },
  { role: 'read', permission: 'read', role_name: 'read' },
] as const) {
  test(`${role} shows as permission ${permission} with its own role name`, async (t) => {
    const w = await world(t);
    await w.github.createRepository({
      owner: 'acme',
      name: 'second',
      collaborators: { bob: role, ada: 'write' },
    });

    const order = { owner: 'acme', repo: 'second', username: 'bob' };
    const { data } = await w.as('ada').rest.repos.getCollaboratorPermissionLevel(order);

    assert.deepEqual([data.permission, data.role_name], [permission, role_name]);
  });
}

test('nobody of that name is 404, somebody without a role has permission none', async (t) => {
  const w = await world(t);
  const ask = (username: string) =>
    w.as('ada').rest.repos.getCollaboratorPermissionLevel({ ...at, username });

  assert.equal((await ask('eve')).data.permission, 'none');
  assert.equal((await refusal(ask('who'))).status, 404);
});

test('what is not served is 404 and told to the test', async (t) => {
  const w = await world(t);

  const response = await fetch(`${w.github.apiUrl}/repos/acme/models/hooks`, { method: 'POST' });

  assert.equal(response.status, 404);
  assert.deepEqual(w.github.violations, ['POST /repos/acme/models/hooks is not served']);
});

test('a body that GitHub would not take is 422 and told to the test', async (t) => {
  const w = await world(t);
  const number = await w.open('feature', { 'a.txt': 'a' });

  const comment = { ...at, issue_number: number, body: 7 as unknown as string };

  assert.equal((await refusal(w.as('ada').rest.issues.createComment(comment))).status, 422);
  assert.match(w.github.violations[0] ?? '', /issues\/\{issue_number\}\/comments: body\/body must be string/);
});

test('git over HTTP asks for a token and lets only writers push', async (t) => {
  const w = await world(t);
  const refs = (token?: string, service = 'git-upload-pack') =>
    fetch(`${w.repository.cloneUrl}/info/refs?service=${service}`, {
      headers: token ? { authorization: `Basic ${btoa(`x:${token}`)}` } : {},
    });

  assert.equal((await refs()).status, 401);
  assert.equal((await refs('token-of-eve')).status, 403);
  assert.equal((await refs('token-of-bob')).status, 200);
  assert.equal((await refs('token-of-bob', 'git-receive-pack')).status, 403);
  assert.equal((await refs('token-of-ada', 'git-receive-pack')).status, 200);
});

function signed(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('sha256').update(text).sign(PRIVATE_KEY, 'base64url')}`;
}
