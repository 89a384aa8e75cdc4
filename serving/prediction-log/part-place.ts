/** Where parts go, as the command line says it: a folder, or `s3://bucket/prefix` with credentials from the environment. */

import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { type S3Options, s3PartStore } from '#adapters/s3/part-store.ts';
import { MergewayError } from '#core/errors.ts';
import type { PartStore } from '#core/ports/part-store.ts';

export type PartPlace = { readonly folder: string } | { readonly s3: S3Options };

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_REGION = 'us-east-1';

/** MW_USAGE when the address is none, or credentials are missing. */
export function partPlace(text: string, env: Environment): PartPlace {
  if (!/^[a-z0-9+]+:\/\//i.test(text)) return { folder: text };
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(text) ?? [];
  if (bucket === undefined) {
    throw new MergewayError('MW_USAGE', `--prediction-log takes a folder or s3://bucket/prefix, got ${text}`);
  }
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || DEFAULT_REGION;
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`;
  if (!/^https?:\/\/[^@]+$/.test(endpoint)) {
    throw new MergewayError(
      'MW_USAGE',
      'AWS_ENDPOINT_URL_S3 is no http or https URL without user and password',
    );
  }
  return {
    s3: {
      endpoint,
      bucket,
      prefix,
      region,
      accessKeyId: required(env, 'AWS_ACCESS_KEY_ID'),
      secretAccessKey: required(env, 'AWS_SECRET_ACCESS_KEY'),
      ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
    },
  };
}

export function openPartPlace(place: PartPlace): PartStore {
  return 'folder' in place ? folderPartStore(place.folder) : s3PartStore(place.s3);
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new MergewayError('MW_USAGE', `--prediction-log s3://… needs ${name} in the environment`);
}
