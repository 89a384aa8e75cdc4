/**
 * Verifies Sigstore bundles offline: signature, certificate chain, transparency log and timestamps against trusted roots, then the
 * signer against exactly one identity. Nothing that the bundle says of itself is believed: neither its key's name nor its media type.
 */

import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import {
  type TrustMaterial,
  toSignedEntity,
  type Signer as VerifiedSigner,
  Verifier,
} from '@sigstore/verify';
import { MergewayError } from '#core/errors.ts';
import { MAX_BUNDLE_BYTES } from '#core/evidence/signature.ts';
import { parseStrictJson } from '#core/json-text.ts';
import type { SignatureVerifier, SignedBy, Trust } from '#core/ports/signatures.ts';
import { STATEMENT_TYPE } from './envelope.ts';
import { keyDigest, publicKeyOf } from './keys.ts';
import { trustedRoots } from './trusted-root.ts';

type Content = Extract<Bundle['content'], { $case: 'dsseEnvelope' }>;
type StatementBundle = Bundle & { readonly content: Content };

/** The verifier; it holds nothing. */
export function sigstoreVerifier(): SignatureVerifier {
  return {
    verify(bytes, trust, where) {
      const bundle = parseBundle(bytes, where);
      const isByKey = bundle.verificationMaterial.content.$case === 'publicKey';
      const signer = isByKey ? verifyKey(bundle, trust, where) : verifyIdentity(bundle, trust, where);
      return { payload: new Uint8Array(bundle.content.dsseEnvelope.payload), signer };
    },
  };
}

function parseBundle(bytes: Uint8Array, where: string): StatementBundle {
  if (bytes.byteLength > MAX_BUNDLE_BYTES) {
    throw broken(where, `it has ${bytes.byteLength} bytes, at most ${MAX_BUNDLE_BYTES} are read`);
  }
  let bundle: Bundle;
  try {
    bundle = bundleFromJSON(parseStrictJson(bytes));
  } catch (cause) {
    throw broken(where, 'it is no Sigstore bundle', cause);
  }
  const { content } = bundle;
  if (content.$case !== 'dsseEnvelope')
    throw broken(where, 'it signs a file, not a statement (no DSSE envelope)');
  const { payloadType, signatures } = content.dsseEnvelope;
  if (payloadType !== STATEMENT_TYPE) throw broken(where, `its payload is not ${STATEMENT_TYPE}`);
  if (signatures.length !== 1) throw broken(where, `it has ${signatures.length} signatures, one is expected`);
  return { ...bundle, content };
}

function verifyKey(bundle: StatementBundle, { publicKey }: Trust, where: string): SignedBy {
  if (publicKey === undefined) throw untrusted(where, 'a key signed it, and no public key is trusted');
  const key = publicKeyOf(publicKey);
  const material: TrustMaterial = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: () => ({ publicKey: key, validFor: () => true }),
  };
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  attempt(verifier, bundle, where);
  return { by: 'key', key: keyDigest(key) };
}

function verifyIdentity(bundle: StatementBundle, trust: Trust, where: string): SignedBy {
  const { trustedRoot, identity, issuer } = trust;
  if (trustedRoot === undefined || identity === undefined || issuer === undefined) {
    throw untrusted(where, 'a certificate signed it, and no trusted root with identity and issuer is given');
  }
  const { material, signer } = firstThatHolds(bundle, trustedRoots(trustedRoot), where);
  const subject = signer.identity?.subjectAlternativeName;
  const from = signer.identity?.extensions?.issuer;
  if (subject !== identity || from !== issuer) {
    throw untrusted(
      where,
      `${quoted(subject)} of ${quoted(from)} signed it, ${identity} of ${issuer} is trusted`,
    );
  }
  return { by: 'identity', identity, issuer, at: timeOf(bundle), log: logOf(bundle, material) };
}

/** Each root is tried alone. What it has must have seen the signature: a log if it names logs, and always somebody who tells the time. */
function firstThatHolds(
  bundle: StatementBundle,
  roots: readonly TrustMaterial[],
  where: string,
): { readonly material: TrustMaterial; readonly signer: VerifiedSigner } {
  let last: unknown;
  for (const material of roots) {
    const verifier = new Verifier(material, {
      tlogThreshold: material.tlogs.length > 0 ? 1 : 0,
      ctlogThreshold: material.ctlogs.length > 0 ? 1 : 0,
      timestampThreshold: 1,
    });
    try {
      return { material, signer: attempt(verifier, bundle, where) };
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function attempt(verifier: Verifier, bundle: StatementBundle, where: string): VerifiedSigner {
  try {
    return verifier.verify(toSignedEntity(bundle));
  } catch (cause) {
    const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
    throw broken(where, `${code ?? 'unreadable'}: ${String(message).slice(0, 200)}`, cause);
  }
}

/** The first time that was proven, ms since 1970. A log's own time counts only with its promise, which signs it. */
function timeOf(bundle: StatementBundle): number {
  const entry = bundle.verificationMaterial.tlogEntries.find(({ inclusionPromise }) => inclusionPromise);
  if (entry) return Number(entry.integratedTime) * 1000;
  const stamped = toSignedEntity(bundle).timestamps.find(({ $case }) => $case === 'timestamp-authority');
  return stamped?.$case === 'timestamp-authority' ? stamped.timestamp.signingTime.getTime() : 0;
}

function logOf(
  bundle: StatementBundle,
  { tlogs }: TrustMaterial,
): { readonly url: string; readonly index: string } | null {
  const [entry] = bundle.verificationMaterial.tlogEntries;
  if (!entry) return null;
  const log = tlogs.find(({ logID }) => logID.equals(entry.logId.keyId));
  return { url: log?.baseURL ?? '', index: entry.logIndex };
}

function quoted(text: string | undefined): string {
  return text === undefined ? 'nobody' : JSON.stringify(text.slice(0, 300));
}

function broken(where: string, why: string, cause?: unknown): MergewayError {
  return new MergewayError('MW_SIGNATURE_INVALID', `${where}: ${why}`, { cause });
}

function untrusted(where: string, why: string): MergewayError {
  return new MergewayError('MW_SIGNER_UNTRUSTED', `${where}: ${why}`);
}
