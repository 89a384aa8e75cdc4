/**
 * What a server must know of a version beside its bytes, as the commit says that the version was registered at: a JSON document in
 * the artifact store, which a traffic plan names by digest. Digests are of its canonical text, so that the same commit gives the same.
 */

import { z } from 'zod';
import { FeatureDefinitions } from '../config/features.ts';
import { Predict, Task } from '../config/evaluate.ts';
import { ModelName } from '../config/model.ts';
import { Serve } from '../config/serve.ts';
import { MergewayError } from '../errors.ts';
import { canonicalJson, type Json } from '../json.ts';

export const SERVING_SETTINGS_TYPE = 'application/vnd.mergeway.serving+json';

/** Bytes; definitions of features have at most 256 KiB. */
const LONGEST = 2 * 2 ** 20;

const Column = z.string().min(1).max(200);

export const ServingSettings = z.strictObject({
  model: ModelName,
  task: Task,
  /** Column of the data with what came true. */
  label: Column,
  predict: Predict,
  features: z
    .strictObject({
      /** Name of the feature service. */
      service: z.string().min(1).max(100),
      /** Reduced to what the service needs. */
      definitions: FeatureDefinitions,
    })
    .exactOptional(),
  serve: Serve,
  /** Columns that the data contract calls restricted, confidential, sensitive or personal. */
  restricted: z.array(Column).max(100_000),
});
export type ServingSettings = z.infer<typeof ServingSettings>;

export function writeServingSettings(settings: ServingSettings): Uint8Array {
  return new TextEncoder().encode(canonicalJson(settings as unknown as Json));
}

/** MW_CONFIG_INVALID when the bytes are no settings. */
export function parseServingSettings(bytes: Uint8Array): ServingSettings {
  if (bytes.byteLength > LONGEST) throw invalid(`they have ${bytes.byteLength} bytes, at most ${LONGEST}`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw invalid('they are not JSON');
  }
  const result = ServingSettings.safeParse(value);
  if (result.success) return result.data;
  throw invalid(z.prettifyError(result.error).slice(0, 1000));
}

function invalid(why: string): MergewayError {
  return new MergewayError('MW_CONFIG_INVALID', `serving settings: ${why}`);
}
