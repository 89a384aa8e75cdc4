/** What a training run did: advisory, since it executed the pull request's code (design §3). No verdict rests on it. */

import { z } from 'zod';
import { MOST_SEEDS } from '../config/seeds.ts';
import { Digest, type Digest as DigestText, parseDigest } from '../digest.ts';
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
  seeds: z
    .array(z.object({ digest: Digest, seconds: z.number().min(0) }))
    .min(1)
    .max(MOST_SEEDS - 1)
    .optional()
    .meta({ description: 'Further runs, with MERGEWAY_SEED 1, 2 …; the subject is the run with 0' }),
});
export type TrainingPredicate = z.infer<typeof TrainingPredicate>;

/** Models of the further runs, in the order of their seeds. */
export function seedDigests({ seeds = [] }: Pick<TrainingPredicate, 'seeds'>): readonly DigestText[] {
  return seeds.flatMap(({ digest }) => parseDigest(digest) ?? []);
}

export const trainingEvidence: EvidenceKind<TrainingPredicate> = {
  predicateType: PREDICATE_TYPES.training,
  schema: TrainingPredicate,
};
