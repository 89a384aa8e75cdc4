/**
 * Stands in for Fulcio, Rekor, a timestamp authority and GitHub's token service on one loopback port, with the trusted root that they
 * make. The log writes `dsse` entries down as Rekor does, which the package's own does not.
 */

import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fulcioHandler,
  type HandlerFn,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';
import type { Lifetime } from '#test/support/folder.ts';

export const ISSUER = 'https://token.actions.githubusercontent.com';
export const IDENTITY =
  'https://github.com/acme/risk/.github/workflows/mergeway-evaluate.yml@refs/heads/main';

/** Before every certificate that is issued. */
const VALID_FROM = new Date('2020-01-01T00:00:00Z');

export interface Services {
  readonly url: string;
  /** trusted_root.json of a deployment with a public log. */
  readonly trustedRoot: string;
  /** The same authority without a log of signatures: a timestamp is what it has, as GitHub's own deployment. */
  readonly withoutLog: string;
  /** What a job of GitHub Actions finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Paths that were asked. */
  readonly requests: string[];
}

/** The services; `identity` is whom GitHub's token is about, `issuedAt` what the clock of the certificate authority shows. */
export async function sigstoreServices(t: Lifetime, identity = IDENTITY, issuedAt?: Date): Promise<Services> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const requests: string[] = [];
  const handlers = new Map<string, (body: string) => ReturnType<HandlerFn>>();
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    requests.push(path);
    const handler = handlers.get(path);
    if (!handler) return response.writeHead(404).end();
    const { statusCode, response: body, contentType } = await handler(await textOf(request));
    return response.writeHead(statusCode, { 'content-type': contentType ?? 'text/plain' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const ctlog = await initializeCTLog(keys);
  const ca = await initializeCA(keys, ctlog, issuedAt);
  const tlog = await initializeTLog(url, keys);
  // The verifier reads fractions of exactly three digits, and the package writes as many as there are.
  const clock = new Date();
  const tsa = await initializeTSA(keys, clock);
  const rekor = rekorHandler(tlog);
  const timestamps = tsaHandler(tsa);
  const fulcio = fulcioHandler(ca, { subjectClaim: 'workflow' });
  handlers.set(fulcio.path, (body) => fulcio.fn(body));
  handlers.set(rekor.path, (body) => rekor.fn(canonicalEntry(body)));
  handlers.set(timestamps.path, (body) => {
    clock.setTime(Math.floor(Date.now() / 1000) * 1000 + 123);
    return timestamps.fn(body);
  });
  handlers.set('/token', async () => ({
    statusCode: 200,
    response: JSON.stringify({ value: tokenFor(identity) }),
    contentType: 'application/json',
  }));

  const now = { start: VALID_FROM };
  const publicKey = (rawBytes: Buffer) => ({
    rawBytes,
    keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
    validFor: now,
  });
  const authority = (...certificates: readonly ArrayBufferView<ArrayBuffer>[]) => ({
    subject: { commonName: 'sigstore', organization: 'sigstore.mock' },
    uri: url,
    certChain: { certificates: certificates.map((one) => ({ rawBytes: Buffer.from(one.buffer) })) },
    validFor: now,
    operator: 'sigstore.mock',
  });
  const log = (key: Buffer, keyId: Buffer) => ({
    baseUrl: url,
    logId: { keyId },
    hashAlgorithm: HashAlgorithm.SHA2_256,
    publicKey: publicKey(key),
    checkpointKeyId: undefined,
    operator: 'sigstore.mock',
  });
  const root: TrustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [authority(ca.rootCertificate)],
    timestampAuthorities: [authority(tsa.intCertificate, tsa.rootCertificate)],
    tlogs: [log(tlog.publicKey, createHash('sha256').update(tlog.publicKey).digest())],
    ctlogs: [log(ctlog.publicKey, Buffer.from(ctlog.logID.buffer))],
  };
  return {
    url,
    requests,
    trustedRoot: JSON.stringify(TrustedRoot.toJSON(root)),
    withoutLog: JSON.stringify(TrustedRoot.toJSON({ ...root, tlogs: [] })),
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'hush',
    },
  };
}

/** A token as GitHub's, unsigned: the stand-in for Fulcio reads it, and does not check it. */
function tokenFor(workflow: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: ISSUER, aud: 'sigstore', sub: 'repo:acme/risk:ref:refs/heads/main', workflow };
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${part({})}`;
}

/** A proposed `dsse` entry as Rekor stores it: digests, signature and verifier, without the payload. */
function canonicalEntry(body: string): string {
  const { kind, apiVersion, spec } = JSON.parse(body);
  if (kind !== 'dsse') return body;
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope);
  const sha256 = (data: string | Buffer) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(data).digest('hex'),
  });
  return JSON.stringify({
    apiVersion,
    kind,
    spec: {
      envelopeHash: sha256(envelope),
      payloadHash: sha256(Buffer.from(payload, 'base64')),
      signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
    },
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
