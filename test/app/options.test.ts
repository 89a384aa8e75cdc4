import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readOptions } from '#app/options.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const GOOD = {
  GITHUB_APP_ID: '12',
  GITHUB_PRIVATE_KEY: '-----BEGIN RSA PRIVATE KEY-----\\nabc\\n-----END RSA PRIVATE KEY-----',
  WEBHOOK_SECRET: 'long enough a secret',
  MERGEWAY_DATABASE: '/srv/database',
  MERGEWAY_STORE: '/srv/store',
  MERGEWAY_ADMIN_TOKEN: 'long enough a token',
};

test('the environment becomes options, with their defaults', () => {
  const options = readOptions(GOOD);

  assert.deepEqual(
    {
      appId: options.appId,
      lease: options.leaseMs,
      api: options.apiUrl,
      port: options.port,
      throttle: options.throttle,
    },
    { appId: 12, lease: 10_000, api: 'https://api.github.com', port: 3000, throttle: true },
  );
  assert.match(options.privateKey, /\nabc\n/);
});

test('a GitHub server of ones own is not throttled unless told', () => {
  const own = { ...GOOD, GITHUB_API_URL: 'https://github.acme.example/api/v3/' };

  assert.equal(readOptions(own).throttle, false);
  assert.equal(readOptions({ ...own, MERGEWAY_GITHUB_THROTTLE: 'on' }).throttle, true);
  assert.equal(readOptions(own).apiUrl, 'https://github.acme.example/api/v3');
});

test('a secret can stand in a file', async (t) => {
  const file = join(await temporaryFolder(t), 'token');
  await writeFile(file, 'token from a file\n');
  const { MERGEWAY_ADMIN_TOKEN: _, ...rest } = GOOD;

  assert.equal(readOptions({ ...rest, MERGEWAY_ADMIN_TOKEN_FILE: file }).adminToken, 'token from a file');
});

for (const { name, change, problem } of [
  {
    name: "Probot's well-known webhook secret",
    change: { WEBHOOK_SECRET: 'development' },
    problem: /WEBHOOK_SECRET/,
  },
  { name: 'an empty webhook secret', change: { WEBHOOK_SECRET: '' }, problem: /WEBHOOK_SECRET/ },
  { name: 'a missing app id', change: { GITHUB_APP_ID: undefined }, problem: /GITHUB_APP_ID/ },
  { name: 'a key that is none', change: { GITHUB_PRIVATE_KEY: 'abc' }, problem: /GITHUB_PRIVATE_KEY/ },
  { name: 'a lease that is no duration', change: { MERGEWAY_LEASE: 'soon' }, problem: /MERGEWAY_LEASE/ },
  {
    name: 'a secret file that is not there',
    change: { MERGEWAY_DASHBOARD_TOKEN_FILE: '/nowhere/token' },
    problem: /MERGEWAY_DASHBOARD_TOKEN_FILE/,
  },
]) {
  test(`${name} is refused by the variable's name, without its value`, () => {
    assert.throws(
      () => readOptions({ ...GOOD, ...change }),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'MW_OPTIONS_INVALID');
        assert.match(error.message, problem);
        assert.doesNotMatch(error.message, /long enough/);
        return true;
      },
    );
  });
}
