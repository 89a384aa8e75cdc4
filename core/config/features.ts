/**
 * `features/*.yaml`, in Feast's words: entities, feature views over files, expressions at request time, and feature services, which a
 * model names as `features/flights.yaml#flights_v1`. References between the sections are checked here, so that an error has a line.
 */

import { z } from 'zod';
import { problemsOf } from '../features/problems.ts';
import { Duration, durationMs } from './duration.ts';

/** Names become columns and parts of `view__feature`, and expressions spell them as they are. */
const Name = z
  .string()
  .max(100)
  .regex(
    /^[A-Za-z](?!\w*__)\w*$/,
    'expected a letter, then letters, digits and single underscores, at most 100',
  );

const Column = z.string().min(1).max(200);

export const Dtype = z
  .enum(['Int32', 'Int64', 'Float32', 'Float64', 'String', 'Bool', 'UnixTimestamp'])
  .meta({ description: "Type of the values, by Feast's name" });
export type Dtype = z.infer<typeof Dtype>;

const Field = z.strictObject({ name: Name, dtype: Dtype });

const Entity = z.strictObject({
  name: Name,
  join_keys: z
    .array(Column)
    .min(1)
    .max(10)
    .meta({ description: 'Columns that identify it, by one name in the labels and in every source' }),
});

const FeatureSource = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(500)
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\\0]+$/, 'expected a path inside the repository, without ..')
    .meta({ description: "Parquet or CSV file, or a data lock (.lock), from the repository's root" }),
  timestamp_field: Column.meta({ description: 'Column with the time from which a row holds (event time)' }),
  created_timestamp_field: Column.optional().meta({
    description: 'Column with the time at which the row was written: decides ties, and what was known when',
  }),
});

/** Times reach from year 1 to 9999, and what is older than a label by more is any age. */
const LONGEST_TTL_MS = 100_000 * 86_400_000;

const FeatureView = z.strictObject({
  name: Name,
  entities: z.array(Name).min(1).max(10).meta({ description: 'Names of entities; their join keys together' }),
  source: FeatureSource,
  ttl: Duration.refine(
    (ttl) => durationMs(ttl) <= LONGEST_TTL_MS,
    'expected at most 100000d; without ttl a row may have any age',
  )
    .optional()
    .meta({
      description: 'How old a row may be at the time of the label; absent: any age',
    }),
  schema: z.array(Field).min(1).max(2000).meta({ description: 'The features: columns of the source' }),
});

const OnDemand = z.strictObject({
  name: Name,
  expr: z.string().min(1).max(4000).meta({
    description: "An expression in CEL's syntax over features (`name` or `view.name`) and request fields",
  }),
  dtype: z.enum(['Int64', 'Float64', 'String', 'Bool', 'UnixTimestamp']),
});

const FeatureService = z.strictObject({
  name: Name,
  features: z.array(z.string().min(1).max(210)).min(1).max(2000).meta({
    description: '`view` (all its features), `view:feature`, or the name of an on-demand expression',
  }),
  filter_by_created_timestamp: z.boolean().default(true).meta({
    description: "true: rows written after the label's time are not seen; false: Feast's default",
  }),
  full_feature_names: z
    .boolean()
    .default(false)
    .meta({ description: 'true: columns are called view__feature' }),
});

export const FeatureDefinitions = z
  .strictObject({
    entities: z.array(Entity).min(1).max(100),
    feature_views: z.array(FeatureView).min(1).max(200),
    request_fields: z
      .array(Field)
      .max(200)
      .default([])
      .meta({ description: 'What a request brings along; columns of the labels in training' }),
    on_demand: z.array(OnDemand).max(500).default([]),
    feature_services: z.array(FeatureService).min(1).max(100),
  })
  .superRefine((definitions, context) => {
    for (const { path, message } of problemsOf(definitions)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
export type FeatureDefinitions = z.infer<typeof FeatureDefinitions>;
