/** Signing statements and verifying who signed them, as DSSE envelopes in Sigstore bundles. Embedded: a key; elsewhere Sigstore. */

import type { Digest } from '../digest.ts';

export interface Signer {
  /** The bundle (JSON) around exactly these bytes of an in-toto statement. MW_SIGNING_FAILED. */
  sign(statement: Uint8Array): Promise<Uint8Array>;
}

/** Whom a reader believes. It comes from the reader's own side, never from what is verified. */
export interface Trust {
  /** Certificate authorities and logs: trusted_root.json, or several of them a line each. */
  readonly trustedRoot?: string;
  /** Exactly this subject of the certificate, such as the URL of a workflow at a branch. */
  readonly identity?: string;
  /** Exactly this issuer of the identity. */
  readonly issuer?: string;
  /** An ECDSA P-256 public key, PEM. */
  readonly publicKey?: string;
}

/** Who signed, as the verification proved it. */
export type SignedBy =
  | {
      readonly by: 'identity';
      readonly identity: string;
      readonly issuer: string;
      /** When, as a log or a timestamp authority testifies; ms since 1970. */
      readonly at: number;
      /** Transparency log that has the signature; null where only a timestamp authority saw it. */
      readonly log: { readonly url: string; readonly index: string } | null;
    }
  | {
      readonly by: 'key';
      /** SHA-256 of the public key's PEM. */
      readonly key: Digest;
    };

interface Verified {
  /** The bytes that were signed. */
  readonly payload: Uint8Array;
  readonly signer: SignedBy;
}

export interface SignatureVerifier {
  /**
   * Verifies a stranger's bundle by this trust alone, asking nobody. `where` is for people. MW_SIGNATURE_INVALID when it is broken,
   * MW_SIGNER_UNTRUSTED when somebody else signed it, MW_TRUST_INVALID when the trust itself can't be read.
   */
  verify(bundle: Uint8Array, trust: Trust, where: string): Verified;
}
