/** What a training run did: advisory, since it executed the pull request's code (design §3). No verdict rests on it. */

import { z } from 'zod';
import { Digest } from '../digest.ts';
import { type EvidenceKind, PREDICATE_TYPES } from './statement.ts';

const Text = z.string().max(4000);

export const TrainingPredicate = z.object({
  mergeway: Text.meta({ description: "Mergeway's version" }),
  model: Text,
  commit: Text.meta({ description: 'Commit that was checked out' }),
  inputDigest: Digest,
  run: z.string().max(500).optional().meta({ description: "Address of the workflow's run" }),
  command: Text,
  params: z.record(z.string().max(200), z.union([z.string().max(1000), z.number(), z.boolean(), z.null()])),
  metrics: z
    .record(z.string().max(200), z.number())
    .meta({ description: 'What the training script measured itself' }),
  environment: z.object({
    interpreter: Text.optional(),
    platform: Text,
    gpu: Text.optional(),
    locks: z.record(z.string().max(500), Digest).meta({ description: 'Environment lock files by path' }),
  }),
  seconds: z.number().min(0),
});
export type TrainingPredicate = z.infer<typeof TrainingPredicate>;

export const trainingEvidence: EvidenceKind<TrainingPredicate> = {
  predicateType: PREDICATE_TYPES.training,
  schema: TrainingPredicate,
};
