/** Every kind of evidence that Mergeway writes, by the name of its file and of its place in the store. Add a file, add a line. */

import { evaluationEvidence } from './evaluation.ts';
import { monitorEvidence } from './monitor.ts';
import { profileEvidence } from './profile.ts';
import type { EvidenceKind, PREDICATE_TYPES } from './statement.ts';
import { trainingEvidence } from './training.ts';
import { validationEvidence } from './validation.ts';

export const EVIDENCE_KINDS = {
  validation: validationEvidence,
  training: trainingEvidence,
  evaluation: evaluationEvidence,
  profile: profileEvidence,
  monitor: monitorEvidence,
} as const satisfies Record<keyof typeof PREDICATE_TYPES, EvidenceKind<unknown>>;

export type EvidenceName = keyof typeof EVIDENCE_KINDS;
