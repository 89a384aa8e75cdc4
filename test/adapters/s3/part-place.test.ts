import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partPlace } from '#adapters/s3/part-place.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
const BASE = { bucket: 'logs', prefix: '', accessKeyId: 'id', secretAccessKey: 'secret' };

for (const { text, env = {}, expected } of [
  { text: 'predictions', expected: { folder: 'predictions' } },
  { text: '/var/log/s3', expected: { folder: '/var/log/s3' } },
  {
    text: 's3://logs',
    env: KEYS,
    expected: { s3: { ...BASE, region: 'us-east-1', endpoint: 'https://s3.us-east-1.amazonaws.com' } },
  },
  {
    text: 's3://logs/a/b',
    env: { ...KEYS, AWS_REGION: 'eu-central-1', AWS_SESSION_TOKEN: 'token' },
    expected: {
      s3: {
        ...BASE,
        prefix: 'a/b',
        region: 'eu-central-1',
        endpoint: 'https://s3.eu-central-1.amazonaws.com',
        sessionToken: 'token',
      },
    },
  },
  {
    text: 's3://logs',
    env: { ...KEYS, AWS_ENDPOINT_URL: 'http://other', AWS_ENDPOINT_URL_S3: 'http://minio:9000' },
    expected: { s3: { ...BASE, region: 'us-east-1', endpoint: 'http://minio:9000' } },
  },
]) {
  test(`--prediction-log ${text} with ${Object.keys(env).length} variables is ${Object.keys(expected)[0]}`, () => {
    assert.deepEqual(partPlace(text, env), expected);
  });
}

for (const { text, env = KEYS, says } of [
  { text: 's3://logs', env: {}, says: /needs AWS_ACCESS_KEY_ID/ },
  { text: 's3://logs', env: { AWS_ACCESS_KEY_ID: 'id' }, says: /needs AWS_SECRET_ACCESS_KEY/ },
  { text: 's3://', says: /is a folder or s3:/ },
  { text: 's3://UPPER', says: /is a folder or s3:/ },
  { text: 'gs://logs', says: /is a folder or s3:/ },
  {
    text: 's3://logs',
    env: { ...KEYS, AWS_ENDPOINT_URL_S3: 'http://user:hidden@minio' },
    says: /^(?!.*hidden).*no http or https URL without user and password/,
  },
]) {
  test(`--prediction-log ${text} is refused: ${says.source}`, () => {
    assert.throws(() => partPlace(text, env), { code: 'MW_USAGE', message: says });
  });
}
