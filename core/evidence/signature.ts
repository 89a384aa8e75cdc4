/** Signatures of evidence: bundles whose payload is the very bytes of the evidence, and what a policy that asks for them makes of it. */

import { digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { SignatureVerifier, SignedBy, Trust } from '../ports/signatures.ts';

export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Evidence in base64, and room for certificates and proofs; larger bundles are refused before they are parsed, in bytes. */
export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024;

/** The name of the bundle that lies beside a file of evidence. */
export function bundleNameOf(file: string): string {
  return `${file}.sigstore.json`;
}

export interface SignedEvidence {
  /** The bytes of the evidence. */
  readonly evidence: Uint8Array;
  readonly bundle: Uint8Array;
  readonly trust: Trust;
  /** For people. */
  readonly where: string;
}

/** Who signed exactly this evidence. MW_SIGNATURE_INVALID when it signs something else, and those of the verifier. */
export function signerOf(
  verifier: SignatureVerifier,
  { evidence, bundle, trust, where }: SignedEvidence,
): SignedBy {
  const { payload, signer } = verifier.verify(bundle, trust, where);
  const [signed, expected] = [digestOf(payload), digestOf(evidence)];
  if (signed === expected) return signer;
  throw new MergewayError('MW_SIGNATURE_INVALID', `${where} signs ${signed}, not the evidence ${expected}`);
}

/** MW_EVIDENCE_UNSIGNED: the policy, or what else `by` names, asks for a signature that is not there. */
export function unsigned(where: string, by = 'promotion.signed'): MergewayError {
  return new MergewayError('MW_EVIDENCE_UNSIGNED', `${where} is not signed, and ${by} asks for it`);
}

/** One sentence about who signed. */
export function describeSigner(signer: SignedBy): string {
  if (signer.by === 'key') return `key ${signer.key}`;
  const { identity, issuer, at, log } = signer;
  const when = new Date(at).toISOString();
  const seen = log ? `, entry ${log.index} of ${log.url}` : ', by a timestamp authority';
  return `${identity} (${issuer}) at ${when}${seen}`;
}
