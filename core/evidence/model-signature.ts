/**
 * OpenSSF model signing: `model.sig` beside a model, an in-toto statement about its files in a Sigstore bundle. Version 1.0 has one subject,
 * whose digest is the SHA-256 over the files' digests, and the files as resources; a model that is one file is the resource `.`.
 * https://github.com/sigstore/model-transparency, package model_signing 1.1
 */

import { z } from 'zod';
import { type Digest, digestOf, hexOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { canonicalJson } from '../json.ts';
import { parseStrictJson } from '../json-text.ts';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';
/** Version 0.2 of the package, still met: a subject per file. */
const OLD_PREDICATE_TYPE = 'https://model_signing/Digests/v0.1';

const Hex = z.string().regex(/^[0-9a-f]{64}$/);
const Subject = z.object({ name: z.string().max(1000), digest: z.object({ sha256: Hex }) });

const ModelSignature = z.union([
  z.object({
    _type: z.literal(STATEMENT_TYPE),
    predicateType: z.literal(PREDICATE_TYPE),
    subject: z.array(Subject).length(1),
    predicate: z.object({
      resources: z
        .array(z.object({ name: z.string().max(1000), algorithm: z.literal('sha256'), digest: Hex }))
        .min(1)
        .max(10_000),
    }),
  }),
  z.object({
    _type: z.literal(STATEMENT_TYPE),
    predicateType: z.literal(OLD_PREDICATE_TYPE),
    subject: z.array(Subject).min(1).max(10_000),
  }),
]);

/** The name of the signature beside a model. */
export const MODEL_SIGNATURE_FILE = 'model.sig';

/** The statement that is signed for a model of one file. */
export function modelSignature({
  name,
  digest,
}: {
  readonly name: string;
  readonly digest: Digest;
}): Uint8Array {
  const text = canonicalJson({
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: { sha256: rootOf([hexOf(digest)]) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [] },
      resources: [{ name: '.', algorithm: 'sha256', digest: hexOf(digest) }],
    },
  });
  return new TextEncoder().encode(text);
}

/** Whether a signed statement is about a model with this file. MW_SIGNATURE_INVALID when it contradicts itself; false for other statements. */
export function signsFile(statement: Uint8Array, digest: Digest, where: string): boolean {
  const parsed = ModelSignature.safeParse(readJson(statement));
  if (!parsed.success) return false;
  if (parsed.data.predicateType === OLD_PREDICATE_TYPE) {
    return parsed.data.subject.some((file) => file.digest.sha256 === hexOf(digest));
  }
  const files = parsed.data.predicate.resources.map((file) => file.digest);
  if (rootOf(files) !== parsed.data.subject[0]?.digest.sha256) {
    throw new MergewayError('MW_SIGNATURE_INVALID', `${where}: its subject is not the digest over its files`);
  }
  return files.includes(hexOf(digest));
}

/** SHA-256 over the digests' bytes, in their order. */
function rootOf(digests: readonly string[]): string {
  const bytes = digests.flatMap((digest) =>
    (digest.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)),
  );
  return hexOf(digestOf(Uint8Array.from(bytes)));
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes);
  } catch {
    return undefined;
  }
}
