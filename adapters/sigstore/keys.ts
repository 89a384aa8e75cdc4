/** ECDSA P-256 keys in PEM: the signature without any service. A key is named by the SHA-256 of its PEM, as OpenSSF model signing does. */

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Digest, digestOf, hexOf } from '#core/digest.ts';
import { type ErrorCode, MergewayError } from '#core/errors.ts';

/** The private key of a PEM. MW_SIGNING_FAILED, which never quotes it. */
export function privateKeyOf(pem: string): KeyObject {
  return requireP256('MW_SIGNING_FAILED', () => createPrivateKey(pem));
}

/** The public key of a PEM. MW_TRUST_INVALID. */
export function publicKeyOf(pem: string): KeyObject {
  return requireP256('MW_TRUST_INVALID', () => {
    if (pem.includes('PRIVATE KEY')) throw new Error('it is a private key');
    return createPublicKey(pem);
  });
}

/** SHA-256 of the public key's PEM. */
export function keyDigest(key: KeyObject): Digest {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return digestOf(publicKey.export({ type: 'spki', format: 'pem' }).toString());
}

/** The key's name in bundles. */
export function keyHint(key: KeyObject): string {
  return hexOf(keyDigest(key));
}

function requireP256(code: ErrorCode, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new MergewayError(code, 'the key is not what is needed in PEM, without a password');
  }
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  const kind = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType;
  throw new MergewayError(code, `the key is ${kind}, ECDSA P-256 (prime256v1) is needed`);
}
