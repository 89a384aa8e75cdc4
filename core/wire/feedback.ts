/**
 * Late labels by prediction id.
 *
 *     POST /v2/models/{model}/feedback   [{prediction_id, row?, label, time?}, …]            → 202 {"accepted": n}
 *     POST /feedback                     {"model": "…", "feedback": [{prediction_id, …}, …]}
 */

import { z } from 'zod';
import { ModelName } from '../config/model.ts';
import { MergewayError } from '../errors.ts';
import { microsOf } from '../expression/types.ts';
import { parseLossless } from './lossless-json.ts';

/** Labels of one request. */
const MOST_LABELS = 10_000;

const Label = z
  .union(
    [z.string().max(1000), z.number(), z.bigint(), z.boolean()],
    'expected a text, a number, true or false',
  )
  .transform(String);

const Time = z
  .string()
  .transform((text) => microsOf(text))
  .refine((micros) => micros !== undefined, 'expected a time in ISO 8601, such as 2013-06-01T12:00:00Z')
  .transform((micros) => Number((micros ?? 0n) / 1000n));

const FeedbackItem = z.strictObject({
  /** Of the answer's header `x-mergeway-prediction-id`. */
  prediction_id: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9._:-]+$/, 'expected letters, digits, dots, _, : and -'),
  /** Of a request with several rows. */
  row: z.number().int().min(0).max(2_147_483_647).default(0),
  label: Label,
  time: Time.nullish(),
});

const FeedbackList = z.array(FeedbackItem).min(1).max(MOST_LABELS);
const FeedbackOfModel = z.strictObject({ model: ModelName, feedback: FeedbackList });

export type FeedbackItem = z.infer<typeof FeedbackItem>;

/** The labels in a body. MW_REQUEST_INVALID names the first problems with their place. */
export function parseFeedback(text: string): readonly FeedbackItem[] {
  return checked(FeedbackList, parsed(text));
}

/** The same where the body names the model. */
export function parseFeedbackOfModel(text: string): z.infer<typeof FeedbackOfModel> {
  return checked(FeedbackOfModel, parsed(text));
}

function parsed(text: string): unknown {
  try {
    return parseLossless(text);
  } catch (cause) {
    if (cause instanceof MergewayError) throw cause;
    throw new MergewayError('MW_REQUEST_INVALID', 'the body is not JSON');
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first, ...others] = result.error.issues;
  const place = first?.path.map(String).join('.') ?? '';
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  throw new MergewayError(
    'MW_REQUEST_INVALID',
    `feedback${place === '' ? '' : ` ${place}`}: ${first?.message.slice(0, 300)}${more}`,
  );
}
