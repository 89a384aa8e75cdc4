/** Trusted roots: which certificate authorities, logs and timestamp authorities count. One JSON document, or several, a line each. */

import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { MergewayError } from '#core/errors.ts';

/** Public good, GitHub's, and an own deployment are three. */
const MOST_ROOTS = 20;

/** Each root by itself: a certificate of one is never vouched for by the log of another. MW_TRUST_INVALID. */
export function trustedRoots(text: string): readonly TrustMaterial[] {
  const documents = parseAll(text);
  if (documents.length > MOST_ROOTS)
    throw invalid(`it has ${documents.length} roots, at most ${MOST_ROOTS} are read`);
  return documents.map((document) => {
    try {
      const material = toTrustMaterial(TrustedRoot.fromJSON(document));
      if (material.certificateAuthorities.length > 0) return material;
    } catch (cause) {
      throw invalid('a certificate or key of it can not be read', cause);
    }
    throw invalid('it names no certificate authority');
  });
}

function parseAll(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    try {
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch (cause) {
      throw invalid('it is neither JSON nor a JSON object a line', cause);
    }
  }
}

function invalid(why: string, cause?: unknown): MergewayError {
  return new MergewayError('MW_TRUST_INVALID', `the trusted root: ${why}`, { cause });
}
