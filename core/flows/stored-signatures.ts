/** Signatures in the store, found again by the digest of what they sign. They are kept unverified: who reads them verifies them. */

import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { BUNDLE_TYPE, MAX_BUNDLE_BYTES, signerOf, unsigned } from '../evidence/signature.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { SignatureVerifier, SignedBy, Trust } from '../ports/signatures.ts';

/** More signatures of one file than anybody needs; whoever can write into the store could add more. */
const MOST_SIGNATURES = 20;

/** Keeps the bundle; its digest. */
export async function keepSignature(
  artifacts: ArtifactStore,
  { of, bundle }: { readonly of: Digest; readonly bundle: Uint8Array },
): Promise<Digest> {
  return artifacts.put(bundle, {
    mediaType: BUNDLE_TYPE,
    annotations: { 'dev.mergeway.signature-of': of },
  });
}

/** Digests of the bundles that are kept for these bytes, newest first. */
export async function signaturesOf(artifacts: ArtifactStore, of: Digest): Promise<readonly Digest[]> {
  const found = await artifacts.find({ 'dev.mergeway.signature-of': of });
  return found
    .filter(({ size }) => size <= MAX_BUNDLE_BYTES)
    .map(({ digest }) => digest)
    .reverse()
    .slice(0, MOST_SIGNATURES);
}

/** Who signed the stored evidence, by the first signature that holds. MW_EVIDENCE_UNSIGNED without any, else why the newest does not hold. */
export async function storedSigner(
  { artifacts, signatures }: { readonly artifacts: ArtifactStore; readonly signatures: SignatureVerifier },
  { of, trust }: { readonly of: Digest; readonly trust: Trust },
): Promise<SignedBy> {
  const evidence = await artifacts.get(of);
  let refused: MergewayError | undefined;
  for (const digest of await signaturesOf(artifacts, of)) {
    try {
      const bundle = await artifacts.get(digest);
      return signerOf(signatures, { evidence, bundle, trust, where: `signature ${digest}` });
    } catch (error) {
      if (!(error instanceof MergewayError)) throw error;
      refused ??= error;
    }
  }
  throw refused ?? unsigned(`evidence ${of}`);
}
