/** What a stranger may hand over in place of an evaluation's evidence, made from one that would be taken. */

import { digestOf, hexOf } from '#core/digest.ts';
import type { ErrorCode } from '#core/errors.ts';
import { MAX_EVIDENCE_BYTES } from '#core/evidence/statement.ts';

export interface Hostile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** One of these refuses it. */
  readonly codes: readonly ErrorCode[];
}

const MALFORMED: readonly ErrorCode[] = ['MW_EVIDENCE_INVALID'];
const MISMATCHED: readonly ErrorCode[] = ['MW_EVIDENCE_MISMATCH'];
/** A file is measured before it is read, an archive before it is unpacked. */
const OVERSIZED: readonly ErrorCode[] = ['MW_EVIDENCE_INVALID', 'MW_ARTIFACT_TOO_LARGE', 'MW_ZIP_REFUSED'];

const OTHER = digestOf('somebody else');

/** Every way that is tried on every reader. */
export function hostileEvidence(good: Uint8Array): readonly Hostile[] {
  const text = new TextDecoder().decode(good);
  const malformed = (name: string, changed: string) => ({ name, bytes: utf8(changed), codes: MALFORMED });
  const altered = (name: string, codes: readonly ErrorCode[], change: (document: Document) => void) => {
    const document = JSON.parse(text) as Document;
    change(document);
    return { name, codes, bytes: utf8(JSON.stringify(document)) };
  };
  return [
    malformed('nothing', ''),
    malformed('a truncated file', text.slice(0, -20)),
    malformed('two documents', `${text}${text}`),
    malformed('a list', `[${text}]`),
    malformed('null', 'null'),
    malformed('a byte order mark', `\ufeff${text}`),
    { name: 'UTF-16', bytes: utf16(text), codes: MALFORMED },
    { name: 'bytes that are no UTF-8', bytes: Uint8Array.of(...good.slice(0, -1), 0xff), codes: MALFORMED },
    malformed('a key twice', text.replace('"metrics":', '"metrics":[],"metrics":')),
    malformed('a key twice, spelled otherwise', text.replace('"metrics":', '"\\u006detrics":[],"metrics":')),
    malformed(
      'a key __proto__',
      text.replace('"metrics":', '"__proto__":{"origin":"evaluation"},"metrics":'),
    ),
    malformed('deep nesting', text.replace('"metrics":', `"x":${nested(100_000)},"metrics":`)),
    malformed('NaN', text.replace(/"point":[^,}]+/, '"point":NaN')),
    malformed('an interval that ends before it begins', text.replace(/"low":[^,}]+/, '"low":1e9')),
    malformed('1e999', text.replace(/"point":[^,}]+/, '"point":1e999')),
    malformed('1e999 in a field that nobody knows', text.replace('"metrics":', '"x":1e999,"metrics":')),
    malformed('half of a character', text.replace('"runner":"', '"runner":"\\ud83d')),
    { name: 'a gigantic text', bytes: utf8(withText(text, MAX_EVIDENCE_BYTES)), codes: OVERSIZED },
    malformed('a text that is too long', withText(text, 100_000)),
    { name: 'a gigantic field that nobody knows', bytes: utf8(withUnknown(text)), codes: OVERSIZED },
    altered('another predicate type', MALFORMED, (document) => {
      document.predicateType = document.predicateType.replace('evaluation', 'training');
    }),
    altered('another major version', ['MW_EVIDENCE_VERSION'], (document) => {
      document.predicateType = document.predicateType.replace('/v1', '/v2');
    }),
    altered('another kind of statement', MALFORMED, (document) => {
      document._type = 'https://in-toto.io/Statement/v0.1';
    }),
    altered('no subject', MALFORMED, (document) => {
      document.subject = [];
    }),
    altered('two subjects', MALFORMED, ({ subject }) => {
      subject.push({ name: 'other', digest: { sha256: hexOf(OTHER) } });
    }),
    altered('a subject without SHA-256', MALFORMED, ({ subject }) => {
      subject[0] = { name: 'x', digest: { sha512: 'ab' } };
    }),
    altered('a missing predicate', MALFORMED, (document) => {
      document.predicate = undefined;
    }),
    altered('the subject of another candidate', MISMATCHED, ({ subject }) => {
      subject[0] = { name: 'other', digest: { sha256: hexOf(OTHER) } };
    }),
    altered('another candidate', MISMATCHED, ({ subject, predicate }) => {
      subject[0] = { name: 'other', digest: { sha256: hexOf(OTHER) } };
      if (predicate) predicate.champion = { digest: predicate.candidate as string, version: 'v9.9.9' };
      if (predicate) predicate.candidate = OTHER;
    }),
    altered('another model', ['MW_EVIDENCE_MISMATCH', 'MW_CONFIG_MISSING'], ({ predicate }) => {
      if (predicate) predicate.model = 'somebody-elses';
    }),
    altered('another champion', MISMATCHED, ({ predicate }) => {
      if (predicate) predicate.champion = { digest: OTHER, version: 'v0.0.1' };
    }),
    altered('another holdout', MISMATCHED, ({ predicate }) => {
      if (predicate) predicate.holdout = { digest: OTHER, uri: 'store:easy.parquet', rows: 1000 };
    }),
    altered('another policy', MISMATCHED, ({ predicate }) => {
      if (predicate) predicate.configuration = OTHER;
    }),
  ];
}

interface Document {
  _type: string;
  predicateType: string;
  subject: unknown[];
  predicate: Record<string, unknown> | undefined;
}

function withText(text: string, length: number): string {
  return text.replace('"runner":"', `"runner":"${'x'.repeat(length)}`);
}

function withUnknown(text: string): string {
  return text.replace('"metrics":', `"x":"${'x'.repeat(MAX_EVIDENCE_BYTES)}","metrics":`);
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function utf16(text: string): Uint8Array {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
}
