/** Signs with a key of one's own: nobody is asked, and nothing tells when. */

import { sign } from 'node:crypto';
import { bundleToJSON, toDSSEBundle } from '@sigstore/bundle';
import type { Signer } from '#core/ports/signatures.ts';
import { preAuthEncoding, STATEMENT_TYPE } from './envelope.ts';
import { keyHint, privateKeyOf } from './keys.ts';

/** A signer with this ECDSA P-256 private key (PEM). MW_SIGNING_FAILED. */
export function keySigner(pem: string): Signer {
  const key = privateKeyOf(pem);
  return {
    async sign(statement) {
      const bundle = toDSSEBundle({
        artifact: Buffer.from(statement),
        artifactType: STATEMENT_TYPE,
        signature: sign('sha256', preAuthEncoding(statement), key),
        keyHint: keyHint(key),
      });
      return new TextEncoder().encode(JSON.stringify(bundleToJSON(bundle)));
    },
  };
}
