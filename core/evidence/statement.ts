/**
 * Evidence: in-toto Statements v1 whose subject is an artifact digest and whose predicate holds measurements.
 * Data only: it is size-capped, parsed against a schema, and nobody executes anything out of it.
 * https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 */

import { z } from 'zod';
import { type Digest, hexOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { canonicalJson, type Json } from '../json.ts';
import { parseStrictJson } from '../json-text.ts';

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

/** The bytes that are stored, digested and signed: canonical JSON (RFC 8785). Half of a character becomes U+FFFD. */
export function serialize(evidence: Statement<unknown>): Uint8Array {
  const text = canonicalJson(evidence as unknown as Json);
  return new TextEncoder().encode(LONE_SURROGATE.test(text) ? wellFormed(text) : text);
}

/** As JSON escapes it; a text that spells one out has a second backslash before it, and is only looked at twice. */
const LONE_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/;

function wellFormed(text: string): string {
  const repaired = JSON.parse(text, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
  return canonicalJson(repaired as Json);
}

/**
 * Parses untrusted bytes as evidence of this kind. Fields that this Mergeway does not know are ignored; who keeps evidence keeps the
 * bytes, and with them these. MW_EVIDENCE_INVALID says what is wrong, never echoing more than a little of it; MW_EVIDENCE_VERSION for
 * another major version of the predicate.
 */
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
  const json = readJson(bytes, where);
  requireKnownVersion(kind, json, where);
  const result = statementSchema(kind).safeParse(json);
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

/** The schema of a whole statement of this kind. */
export function statementSchema<Predicate>(kind: EvidenceKind<Predicate>) {
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

/** A predicate type ends with its major version; within one, fields are only ever added. */
function requireKnownVersion({ predicateType }: EvidenceKind<unknown>, json: unknown, where: string): void {
  const received = (json as { readonly predicateType?: unknown } | null)?.predicateType;
  if (typeof received !== 'string' || received === predicateType) return;
  const [family, version] = splitVersion(received);
  const [ours, known] = splitVersion(predicateType);
  if (family !== ours || version === undefined) return;
  throw new MergewayError(
    'MW_EVIDENCE_VERSION',
    `${where} is ${family}v${version.slice(0, 20)}; this Mergeway knows v${known}`,
  );
}

function splitVersion(predicateType: string): readonly [family: string, version: string | undefined] {
  const match = /^(.{1,200}\/)v(\d+)$/.exec(predicateType);
  return [match?.[1] ?? '', match?.[2]];
}

function readJson(bytes: Uint8Array, where: string): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `: ${cause.message.slice(0, 120)}` : '';
    throw new MergewayError('MW_EVIDENCE_INVALID', `${where} is not JSON in UTF-8${why}`, { cause });
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : 'none';
}

/** Keys of a record are a stranger's, and part of the path. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.join('.').slice(0, 200);
  return issue ? `${path || 'the document'}: ${issue.message.slice(0, 200)}` : 'unknown reason';
}
