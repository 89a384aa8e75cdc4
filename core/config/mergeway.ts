/** `mergeway.yaml` at the repository's root: what all models share. */

import { z } from 'zod';
import { Signing } from './signing.ts';

export const ServingTarget = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ description: "Base URL of `mergeway serve`; its admin token comes from the App's environment" }),
  environment: z
    .string()
    .min(1)
    .max(100)
    .default('production')
    .meta({ description: 'GitHub environment that deployments are recorded under' }),
});
export type ServingTarget = z.infer<typeof ServingTarget>;

export const MergewayConfig = z.strictObject({
  serving: z
    .strictObject({
      targets: z.record(z.string().min(1), ServingTarget).meta({ description: 'Serving targets by name' }),
    })
    .optional(),
  signing: Signing.optional().meta({ description: 'Whose signatures of evidence count' }),
});
export type MergewayConfig = z.infer<typeof MergewayConfig>;
