/** Signing and verifying: by a key without any service, and as a workflow over stand-ins for Sigstore's services. */

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { githubIdentity } from '#adapters/sigstore/github-token.ts';
import { keySigner } from '#adapters/sigstore/key-signer.ts';
import { keylessSigner } from '#adapters/sigstore/keyless-signer.ts';
import { sigstoreVerifier } from '#adapters/sigstore/verifier.ts';
import type { Signer, Trust } from '#core/ports/signatures.ts';
import { IDENTITY, ISSUER, sigstoreServices } from '#test/peers/sigstore/services.ts';
import { ofThisFile } from '#test/support/folder.ts';

const verifier = sigstoreVerifier();
const statement = new TextEncoder().encode('{"_type":"https://in-toto.io/Statement/v1"}');

function pems(namedCurve = 'prime256v1') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const keys = pems();
const others = pems();
const services = await sigstoreServices(ofThisFile());
const strangers = await sigstoreServices(ofThisFile());
const { url, trustedRoot, withoutLog } = services;

function keyless(at = url, which: 'log' | 'timestamps' | 'both' = 'log', env = services.env): Signer {
  const token = githubIdentity(env) ?? assert.fail('no token');
  return keylessSigner({
    token,
    deployment: {
      fulcio: at,
      ...(which !== 'timestamps' && { rekor: at }),
      ...(which !== 'log' && { timestamps: at }),
    },
  });
}

/** The root with certificate authorities that ended before they signed. */
function endedIn2021(root: string): string {
  const document = JSON.parse(root) as { certificateAuthorities: { validFor: { end?: string } }[] };
  for (const { validFor } of document.certificateAuthorities) validFor.end = '2021-01-01T00:00:00Z';
  return JSON.stringify(document);
}

const byKey = await keySigner(keys.privateKey).sign(statement);
const byWorkflow = await keyless().sign(statement);
const stamped = await keyless(url, 'timestamps').sign(statement);
const trust: Trust = { trustedRoot, identity: IDENTITY, issuer: ISSUER };

test('a key signs without asking anybody, and its public half verifies', () => {
  const { payload, signer } = verifier.verify(byKey, { publicKey: keys.publicKey }, 'x');

  assert.deepEqual(payload, statement);
  assert.equal(signer.by, 'key');
});

test('a workflow signs with its identity, and the log tells when', () => {
  const { payload, signer } = verifier.verify(byWorkflow, trust, 'x');

  assert.deepEqual(payload, statement);
  assert.ok(signer.by === 'identity');
  assert.equal(signer.identity, IDENTITY);
  assert.equal(signer.issuer, ISSUER);
  assert.equal(signer.log?.url, url);
  assert.ok(Math.abs(signer.at - Date.now()) < 60_000);
});

test('bundles are of version 0.3', () => {
  for (const bundle of [byKey, byWorkflow]) {
    assert.equal(JSON.parse(text(bundle)).mediaType, 'application/vnd.dev.sigstore.bundle.v0.3+json');
  }
});

test('a timestamp is enough where the trusted root names no log, and is not where it does', () => {
  const { signer } = verifier.verify(stamped, { ...trust, trustedRoot: withoutLog }, 'x');

  assert.ok(signer.by === 'identity');
  assert.equal(signer.log, null);
  assert.ok(Math.abs(signer.at - Date.now()) < 60_000);
  assert.throws(() => verifier.verify(stamped, trust, 'x'), { code: 'MW_SIGNATURE_INVALID' });
});

test('several trusted roots are tried each by itself', () => {
  const both = `${strangers.trustedRoot}\n${trustedRoot}\n`;

  assert.equal(verifier.verify(byWorkflow, { ...trust, trustedRoot: both }, 'x').signer.by, 'identity');
});

test('a signature that was seen when its certificate had expired is broken', async () => {
  const late = await sigstoreServices(ofThisFile(), IDENTITY, new Date('2021-06-01T00:00:00Z'));
  const bundle = await keyless(late.url, 'both', late.env).sign(statement);

  assert.throws(() => verifier.verify(bundle, { ...trust, trustedRoot: late.trustedRoot }, 'x'), {
    code: 'MW_SIGNATURE_INVALID',
    message: /CERTIFICATE_ERROR/,
  });
});

for (const { name, bundle = byWorkflow, changes, code } of [
  { name: 'another workflow', changes: { identity: `${IDENTITY}x` }, code: 'MW_SIGNER_UNTRUSTED' },
  {
    name: 'a prefix of the workflow',
    changes: { identity: IDENTITY.slice(0, -1) },
    code: 'MW_SIGNER_UNTRUSTED',
  },
  { name: 'a pattern that would match', changes: { identity: '.*' }, code: 'MW_SIGNER_UNTRUSTED' },
  { name: 'another issuer', changes: { issuer: 'https://accounts.google.com' }, code: 'MW_SIGNER_UNTRUSTED' },
  { name: 'no identity', changes: { identity: undefined }, code: 'MW_SIGNER_UNTRUSTED' },
  { name: 'no issuer', changes: { issuer: undefined }, code: 'MW_SIGNER_UNTRUSTED' },
  { name: 'no trusted root', changes: { trustedRoot: undefined }, code: 'MW_SIGNER_UNTRUSTED' },
  {
    name: 'another authority',
    changes: { trustedRoot: strangers.trustedRoot },
    code: 'MW_SIGNATURE_INVALID',
  },
  {
    name: 'an authority whose time was over',
    changes: { trustedRoot: endedIn2021(trustedRoot) },
    code: 'MW_SIGNATURE_INVALID',
  },
  { name: 'a root that is none', changes: { trustedRoot: '{}' }, code: 'MW_TRUST_INVALID' },
  { name: 'a root that is no JSON', changes: { trustedRoot: 'x' }, code: 'MW_TRUST_INVALID' },
  {
    name: 'only a key, of a certificate',
    changes: { trustedRoot: undefined, publicKey: keys.publicKey },
    code: 'MW_SIGNER_UNTRUSTED',
  },
  { name: 'no key, of a key', bundle: byKey, changes: {}, code: 'MW_SIGNER_UNTRUSTED' },
  {
    name: 'another key',
    bundle: byKey,
    changes: { publicKey: others.publicKey },
    code: 'MW_SIGNATURE_INVALID',
  },
  { name: 'a private key', bundle: byKey, changes: { publicKey: keys.privateKey }, code: 'MW_TRUST_INVALID' },
  {
    name: 'a key of another curve',
    bundle: byKey,
    changes: { publicKey: pems('secp384r1').publicKey },
    code: 'MW_TRUST_INVALID',
  },
] as readonly { name: string; bundle?: Uint8Array; changes: Trust; code: string }[]) {
  test(`who trusts ${name} believes nothing: ${code}`, () => {
    assert.throws(() => verifier.verify(bundle, { ...trust, ...changes }, 'x'), { code });
  });
}

for (const [signed, bundle] of [
  ['by a workflow', byWorkflow],
  ['by a key', byKey],
] as const) {
  for (const { name, change } of [
    {
      name: 'another payload',
      change: (b: Bundle) => {
        b.dsseEnvelope.payload = Buffer.from('{}').toString('base64');
      },
    },
    {
      name: 'another payload type',
      change: (b: Bundle) => {
        b.dsseEnvelope.payloadType = 'text/plain';
      },
    },
    {
      name: 'another signature',
      change: (b: Bundle) => {
        b.dsseEnvelope.signatures = JSON.parse(text(stamped)).dsseEnvelope.signatures;
      },
    },
    {
      name: 'no signature',
      change: (b: Bundle) => {
        b.dsseEnvelope.signatures = [];
      },
    },
    {
      name: 'its signature twice',
      change: (b: Bundle) => {
        b.dsseEnvelope.signatures.push(...b.dsseEnvelope.signatures);
      },
    },
    {
      name: "a stranger's log entry",
      change: (b: Bundle) => {
        b.verificationMaterial.tlogEntries = JSON.parse(
          text(byWorkflow),
        ).verificationMaterial.tlogEntries.map((e: object) => ({ ...e, logIndex: '1' }));
      },
    },
    {
      name: 'no verification material',
      change: (b: Bundle) => {
        b.verificationMaterial = {};
      },
    },
    {
      name: 'a media type that nobody knows',
      change: (b: Bundle) => {
        b.mediaType = 'text/html';
      },
    },
  ] as readonly { name: string; change: (bundle: Bundle) => void }[]) {
    test(`a bundle ${signed} with ${name} is broken`, () => {
      const altered = JSON.parse(text(bundle));
      change(altered);

      assert.throws(
        () => verifier.verify(bytes(JSON.stringify(altered)), { ...trust, publicKey: keys.publicKey }, 'x'),
        { code: 'MW_SIGNATURE_INVALID' },
      );
    });
  }
}

for (const { name, bundle } of [
  { name: 'nothing', bundle: '' },
  { name: 'a list', bundle: '[]' },
  { name: 'null', bundle: 'null' },
  { name: 'a truncated bundle', bundle: text(byWorkflow).slice(0, -10) },
  { name: 'a key twice', bundle: text(byWorkflow).replace('{"mediaType"', '{"mediaType":"x","mediaType"') },
  { name: 'nine megabytes', bundle: `"${'x'.repeat(9 * 1024 ** 2)}"` },
]) {
  test(`${name} is no bundle`, () => {
    assert.throws(() => verifier.verify(bytes(bundle), trust, 'x'), { code: 'MW_SIGNATURE_INVALID' });
  });
}

test('without `id-token: write` there is no token, and a service that fails is said without it', async () => {
  assert.equal(githubIdentity({}), undefined);
  await assert.rejects(keyless(`${url}/nowhere`).sign(statement), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'MW_SIGNING_FAILED');
    assert.doesNotMatch(error.message, /eyJ/);
    return true;
  });
  const lost = { ...services.env, ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/nowhere` };
  await assert.rejects(keyless(url, 'log', lost).sign(statement), { code: 'MW_SIGNING_FAILED' });
});

for (const [name, pem] of [
  ['no PEM', 'x'],
  ['a public key', keys.publicKey],
  ['a key of another curve', pems('secp521r1').privateKey],
] as const) {
  test(`${name} does not sign`, () => {
    assert.throws(() => keySigner(pem), { code: 'MW_SIGNING_FAILED' });
  });
}

interface Bundle {
  mediaType: string;
  dsseEnvelope: { payload: string; payloadType: string; signatures: object[] };
  verificationMaterial: { tlogEntries?: object[] };
}

function text(bytesOf: Uint8Array): string {
  return new TextDecoder().decode(bytesOf);
}

function bytes(of: string): Uint8Array {
  return new TextEncoder().encode(of);
}
