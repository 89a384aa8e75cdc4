/** Evidence of whichever kind it says it is. */

import { MergewayError } from '../errors.ts';
import { parseStrictJson } from '../json-text.ts';
import { EVIDENCE_KINDS, type EvidenceName } from './kinds.ts';
import { type EvidenceKind, MAX_EVIDENCE_BYTES, parseEvidence, type Statement } from './statement.ts';

/** The kind and the statement. MW_EVIDENCE_INVALID when it is none that Mergeway writes, MW_EVIDENCE_VERSION. */
export function readAnyEvidence(
  bytes: Uint8Array,
  where: string,
): { readonly name: EvidenceName; readonly statement: Statement<unknown> } {
  const type = predicateTypeOf(bytes);
  for (const [name, kind] of Object.entries(EVIDENCE_KINDS)) {
    if (!type.startsWith(kind.predicateType.replace(/v\d+$/, 'v'))) continue;
    const statement = parseEvidence(kind as EvidenceKind<unknown>, bytes, where);
    return { name: name as EvidenceName, statement };
  }
  throw new MergewayError('MW_EVIDENCE_INVALID', `${where} is no evidence that Mergeway writes`);
}

/** Empty where there is none. */
function predicateTypeOf(bytes: Uint8Array): string {
  if (bytes.byteLength > MAX_EVIDENCE_BYTES) return '';
  try {
    const json = parseStrictJson(bytes) as { readonly predicateType?: unknown } | null;
    return typeof json?.predicateType === 'string' ? json.predicateType : '';
  } catch {
    return '';
  }
}
