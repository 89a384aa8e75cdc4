/**
 * The reference profile: what a monitor has to know of the rows that a model was evaluated on, without the rows. Per column counts in
 * fine bins or by value, how much was missing and how far it reached; the scores likewise; what the metrics were. The subject is the
 * model's digest. Numbers are kept as 32-bit floats have them, which is how most models get them: nine digits tell two of those apart.
 */

import { z } from 'zod';
import { Task } from '../config/evaluate.ts';
import { Digest } from '../digest.ts';
import { Estimate } from './estimate.ts';
import { type EvidenceKind, PREDICATE_TYPES } from './statement.ts';

const Name = z
  .string()
  .max(200)
  .regex(/^[^\0]*$/);
const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Bins are at most these many, an edge before each heavy value included. */
const MOST_EDGES = 400;
export const MOST_CATEGORIES = 200;
/** A longer category is shortened and told apart by its digest. */
export const LONGEST_CATEGORY = 60;

const Category = z
  .string()
  .max(LONGEST_CATEGORY)
  .regex(/^[^\0]*$/);

const NumberProfile = z
  .object({
    kind: z.literal('number'),
    rows: Count,
    missing: Count.meta({ description: 'NULL and NaN' }),
    below: Count.meta({ description: 'Rows of −infinity; they are in the first bin' }),
    above: Count.meta({ description: 'Rows of +infinity; they are in the last bin' }),
    lowest: z.number().nullable().meta({ description: 'Smallest finite value' }),
    highest: z.number().nullable(),
    distinct: Count.meta({ description: 'Different finite values' }),
    edges: z
      .array(z.number())
      .max(MOST_EDGES)
      .meta({ description: 'Upper ends of the bins, included; ascending. The outer bins are open' }),
    counts: z.array(Count).max(MOST_EDGES + 1),
  })
  .superRefine((profile, context) => {
    const { edges, counts, rows, missing, below, above } = profile;
    const present = sum(counts);
    const problem =
      (counts.length !== edges.length + 1 && 'there is one bin more than edges') ||
      (edges.some((edge, index) => index > 0 && !(edge > (edges[index - 1] ?? edge))) &&
        'edges do not ascend') ||
      (present + missing !== rows && 'bins and missing rows are not all rows') ||
      (below + above > present && 'there are more infinite rows than rows');
    if (problem) context.addIssue({ code: 'custom', input: profile, message: problem });
  });
export type NumberProfile = z.infer<typeof NumberProfile>;

const CategoryProfile = z
  .object({
    kind: z.literal('category'),
    of: z.enum(['text', 'number']),
    rows: Count,
    missing: Count.meta({ description: 'NULL, NaN and empty texts' }),
    distinct: Count,
    values: z
      .array(z.object({ value: Category, rows: Count }))
      .max(MOST_CATEGORIES)
      .meta({ description: 'The most frequent ones, the most frequent first' }),
    others: Count.meta({ description: 'Rows of all other values' }),
  })
  .superRefine((profile, context) => {
    const { values, others, rows, missing, distinct } = profile;
    const problem =
      (new Set(values.map(({ value }) => value)).size !== values.length && 'a value is there twice') ||
      (sum(values.map((entry) => entry.rows)) + others + missing !== rows &&
        'values and missing rows are not all rows') ||
      (distinct < values.length && 'fewer different values are told than listed');
    if (problem) context.addIssue({ code: 'custom', input: profile, message: problem });
  });
export type CategoryProfile = z.infer<typeof CategoryProfile>;

/** A column that is not compared, and why. */
const SkippedProfile = z.object({ kind: z.literal('skipped'), reason: z.string().max(300) });

const Profile = z.union([NumberProfile, CategoryProfile, SkippedProfile]);
export type Profile = z.infer<typeof Profile>;

const ColumnProfile = z.object({ column: Name, profile: Profile });
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const ProfilePredicate = z.object({
  mergeway: Name,
  model: Name,
  task: Task,
  origin: z.enum(['evaluation', 'advisory', 'training']).meta({
    description:
      'evaluation: of the holdout, by a job that ran no code of the pull request; advisory: by one that did; training: of the training data',
  }),
  data: z.object({ digest: Digest, uri: z.string().max(1000), rows: Count }),
  columns: z
    .array(ColumnProfile)
    .max(2000)
    .refine(
      (columns) => new Set(columns.map(({ column }) => column)).size === columns.length,
      'a column is there twice',
    ),
  predictions: Profile.nullable().meta({ description: 'The scores; null where none were measured' }),
  threshold: z.number().optional(),
  labels: z
    .object({ rows: Count, positive: Count })
    .nullable()
    .meta({ description: 'Binary classification: rows, and those whose label is positive' }),
  performance: z.array(Estimate.safeExtend({ metric: Name })).max(100),
});
export type ProfilePredicate = z.infer<typeof ProfilePredicate>;

export const profileEvidence: EvidenceKind<ProfilePredicate> = {
  predicateType: PREDICATE_TYPES.profile,
  schema: ProfilePredicate,
};

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
