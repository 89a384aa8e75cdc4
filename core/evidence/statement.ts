/**
 * Evidence: in-toto Statements v1 whose subject is an artifact digest and whose predicate holds measurements.
 * Data only: it is size-capped, parsed against a schema, and nobody executes anything out of it.
 * https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 */

import { z } from 'zod';
import { type Digest, hexOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { canonicalJson, type Json } from '../json.ts';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** Evidence larger than this is refused before it is parsed, in bytes. */
export const MAX_EVIDENCE_BYTES = 4 * 1024 * 1024;

const PREDICATE_BASE = 'https://github.com/mergeway/mergeway/evidence';

/** The predicate types that Mergeway writes. */
export const PREDICATE_TYPES = {
  training: `${PREDICATE_BASE}/training/v1`,
  evaluation: `${PREDICATE_BASE}/evaluation/v1`,
  validation: `${PREDICATE_BASE}/validation/v1`,
  profile: `${PREDICATE_BASE}/profile/v1`,
  monitor: `${PREDICATE_BASE}/monitor/v1`,
} as const;

export interface Statement<Predicate> {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: Predicate;
}

/** A kind of evidence: its predicate type and the schema of the predicate. */
export interface EvidenceKind<Predicate> {
  readonly predicateType: string;
  readonly schema: z.ZodType<Predicate>;
}

/** A statement about one artifact. */
export function statement<Predicate>(
  kind: EvidenceKind<Predicate>,
  subject: { readonly name: string; readonly digest: Digest },
  predicate: Predicate,
): Statement<Predicate> {
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: subject.name, digest: { sha256: hexOf(subject.digest) } }],
    predicateType: kind.predicateType,
    predicate: kind.schema.parse(predicate),
  };
}

/** The bytes that are stored and digested: canonical JSON. */
export function serialize(evidence: Statement<unknown>): Uint8Array {
  return new TextEncoder().encode(canonicalJson(evidence as unknown as Json));
}

/** Parses untrusted bytes as evidence of this kind. MW_EVIDENCE_INVALID says what is wrong, never echoing more than a little of it. */
export function parseEvidence<Predicate>(
  kind: EvidenceKind<Predicate>,
  bytes: Uint8Array,
  where: string,
): Statement<Predicate> {
  if (bytes.byteLength > MAX_EVIDENCE_BYTES) {
    throw new MergewayError(
      'MW_EVIDENCE_INVALID',
      `${where} has ${bytes.byteLength} bytes; evidence has at most ${MAX_EVIDENCE_BYTES}`,
    );
  }
  const result = envelope(kind).safeParse(readJson(bytes, where));
  if (result.success) return result.data as Statement<Predicate>;

  throw new MergewayError(
    'MW_EVIDENCE_INVALID',
    `${where} is not ${kind.predicateType}: ${firstIssue(result.error)}`,
  );
}

/** The digest that the evidence speaks of. */
export function subjectOf(evidence: Statement<unknown>): Digest {
  return `sha256:${evidence.subject[0]?.digest.sha256}` as Digest;
}

function envelope<Predicate>(kind: EvidenceKind<Predicate>) {
  return z.object({
    _type: z.literal(STATEMENT_TYPE),
    subject: z
      .array(
        z.object({
          name: z.string().max(200),
          digest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
        }),
      )
      .length(1),
    predicateType: z.literal(kind.predicateType, { error: ({ input }) => `it is ${shown(input)}` }),
    predicate: kind.schema,
  });
}

function readJson(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new MergewayError('MW_EVIDENCE_INVALID', `${where} is not JSON in UTF-8`, { cause });
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : 'none';
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'the document'}: ${issue.message}` : 'unknown reason';
}
