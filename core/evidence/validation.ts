/** What a contract said of a data set. The subject is the data's digest (`dataDigest`). */

import { z } from 'zod';
import { Digest, type Digest as DigestText, digestOfJson } from '../digest.ts';
import { type EvidenceKind, PREDICATE_TYPES } from './statement.ts';

export const RuleResult = z.object({
  rule: z.string().max(200),
  column: z.string().max(200).nullable(),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'skipped']),
  severity: z.enum(['error', 'warning']),
  reason: z.string().max(1000),
  failed: z.number().min(0),
  rows: z.number().min(0),
  samples: z
    .array(z.record(z.string(), z.union([z.string().max(200), z.number(), z.boolean(), z.null()])))
    .max(10),
});
export type RuleResult = z.infer<typeof RuleResult>;

export const ValidationPredicate = z.object({
  mergeway: z.string().max(200),
  contract: z.object({ id: z.string().max(200), version: z.string().max(50), digest: Digest }),
  rows: z.number().min(0),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'skipped']),
  rules: z.array(RuleResult).max(5000),
});
export type ValidationPredicate = z.infer<typeof ValidationPredicate>;

export const validationEvidence: EvidenceKind<ValidationPredicate> = {
  predicateType: PREDICATE_TYPES.validation,
  schema: ValidationPredicate,
};

/** The subject of a validation: the file's digest, or for several files that of the list of theirs, in the order of the locks. */
export function dataDigest(files: readonly DigestText[]): DigestText {
  const [only] = files;
  return only && files.length === 1 ? only : digestOfJson(files);
}
