/**
 * Parts in an S3-compatible bucket (AWS, MinIO, Ceph, R2), addressed by path: `<endpoint>/<bucket>/<prefix>/<name>`. An object is there
 * whole or not at all. A part that is read is downloaded once: parts never change.
 */

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { MergewayError } from '#core/errors.ts';
import type { Part, PartStore } from '#core/ports/part-store.ts';
import { isPartPath } from '#core/predictions/part-name.ts';
import { type Listing, readListing } from './listing.ts';

export interface S3Options {
  /** Base URL, such as `https://s3.eu-central-1.amazonaws.com` or `http://minio:9000`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Path below which parts are kept; '' for none. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Where downloaded parts are kept; default: a folder of this store in the system's temporary folder. */
  readonly cache?: string;
  /** Attempts after the first, on 5xx, 429 and a broken connection. */
  readonly retries?: number;
}

/** A request that takes longer is given up, ms. */
const TIMEOUT_MS = 60_000;
const RETRIES = 3;
const FIRST_RETRY_MS = 100;

export function s3PartStore(options: S3Options): PartStore {
  const { endpoint, bucket, region, retries = RETRIES } = options;
  const prefix = options.prefix.replace(/^\/+|\/+$/g, '');
  const base = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`;
  const cache = options.cache ?? join(tmpdir(), `mergeway-parts-${keyOf(`${base}/${prefix}`)}`);
  const client = new AwsClient({
    accessKeyId: options.accessKeyId,
    secretAccessKey: options.secretAccessKey,
    ...(options.sessionToken !== undefined && { sessionToken: options.sessionToken }),
    service: 's3',
    region,
    retries: 0,
  });

  async function call(what: string, url: string, init: RequestInit = {}): Promise<Response> {
    let trouble = '';
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (attempt > 0) await pause(FIRST_RETRY_MS * 2 ** (attempt - 1));
      const response = await send(url, init);
      if (typeof response === 'string') {
        trouble = response;
        continue;
      }
      if (response.ok) return response;
      trouble = `${response.status} ${codeIn(await response.text())}`;
      if (response.status < 500 && response.status !== 429) break;
    }
    throw new MergewayError('MW_PART_STORE', `${what}: ${trouble.trim()}`);
  }

  /** The answer, or why there is none. */
  async function send(url: string, init: RequestInit): Promise<Response | string> {
    try {
      return await client.fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (cause) {
      const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
      return inner instanceof Error ? inner.message : String(inner);
    }
  }

  async function listPage(wanted: string, token: string | undefined): Promise<Listing> {
    const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', prefix: keyIn(wanted) });
    if (token !== undefined) query.set('continuation-token', token);
    const response = await call(`list ${wanted}`, `${base}?${query}`);
    return readListing(await response.text());
  }

  function urlOf(name: string): string {
    if (!isPartPath(name)) {
      throw new MergewayError('MW_PART_STORE', `${JSON.stringify(name.slice(0, 200))} is no name of a part`);
    }
    return `${base}/${pathOf(keyIn(name))}`;
  }

  function keyIn(name: string): string {
    return prefix === '' ? name : `${prefix}/${name}`;
  }

  return {
    async put(name, bytes) {
      await call(`PUT ${name}`, urlOf(name), { method: 'PUT', body: new Uint8Array(bytes) });
    },

    async list(wanted) {
      const parts: Part[] = [];
      let token: string | undefined;
      do {
        const page = await listPage(wanted, token);
        for (const { key, size } of page.objects) {
          const name = prefix === '' ? key : key.slice(prefix.length + 1);
          if (isPartPath(name)) parts.push({ name, size });
        }
        token = page.next;
      } while (token !== undefined);
      return parts.sort((one, other) => (one.name < other.name ? -1 : 1));
    },

    async localPath(name) {
      const url = urlOf(name);
      const path = join(cache, name);
      if (await stat(path).catch(() => undefined)) return path;
      const response = await call(`GET ${name}`, url);
      const draft = join(cache, `.${randomUUID()}`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(draft, new Uint8Array(await response.arrayBuffer()), { mode: 0o600 });
      await rename(draft, path);
      return path;
    },
  };
}

function pathOf(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** S3 says what was wrong in XML. */
function codeIn(xml: string): string {
  return /<Code>([A-Za-z0-9]{1,100})<\/Code>/.exec(xml)?.[1] ?? '';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
