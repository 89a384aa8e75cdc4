/** What a monitor found in one window of live predictions. The subject is the version's artifact digest. */

import { z } from 'zod';
import { Digest } from '../digest.ts';
import { type EvidenceKind, PREDICATE_TYPES } from './statement.ts';

const Text = z.string().max(500);

/** What an alarm is about; retraining policies name `drift`, `performance` and `skew`. */
export const MonitorKind = z.enum(['drift', 'performance', 'skew', 'volume', 'range']);
export type MonitorKind = z.infer<typeof MonitorKind>;

export const MonitorCheck = z.object({
  kind: MonitorKind,
  /** A feature's column, `prediction` for the scores, a metric's name, `predictions` for their volume, or a feature service's name. */
  subject: z.string().max(200),
  /**
   * Drift: `psi_deciles`, `ks`, `psi_categories`, `unseen`, `null_share`, `range`, or `drift` where nothing could be compared. Performance:
   * the limit that judged (`min`, `max`, `ratio`), or `value` where there is none. Volume: `rows`, `lost`, `silence`. Skew: `differing_share`.
   */
  measure: z.string().max(100),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'skipped']),
  reason: Text,
  statistic: z.number().nullable(),
  low: z.number().nullable().meta({ description: '95 % interval, where there is one' }),
  high: z.number().nullable(),
  threshold: z.number().nullable(),
  pValue: z.number().nullable(),
  reference: z.number().nullable().meta({ description: 'The same number on the reference, where it is one' }),
  alarm: z.boolean().meta({ description: 'Whether the policy makes a failure an alarm' }),
});
export type MonitorCheck = z.infer<typeof MonitorCheck>;

export const MonitorPredicate = z.object({
  mergeway: Text,
  model: Text,
  version: Text,
  window: z
    .object({ from: z.string(), to: z.string() })
    .meta({ description: 'Event times; `to` is left out' }),
  reference: Digest.meta({ description: 'Digest of the evidence that holds the reference profile' }),
  policy: Digest.meta({ description: 'Digest of the `monitor` section that was applied' }),
  rows: z.number().int().min(0),
  labelled: z.number().int().min(0),
  sources: z
    .object({
      until: z
        .string()
        .max(40)
        .meta({ description: 'They had rows until then; at most the end of the window' }),
      files: Digest.meta({ description: 'Over the names of their files' }),
    })
    .optional()
    .meta({ description: "The features' sources, where they were known when skew was compared" }),
  missing: z.number().int().min(0).meta({ description: 'Predictions that sequence gaps show as lost' }),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'skipped']),
  falseAlarms: z
    .number()
    .min(0)
    .meta({ description: 'Alarms a month by chance alone, as the thresholds were set' }),
  checks: z.array(MonitorCheck).max(10_000),
});
export type MonitorPredicate = z.infer<typeof MonitorPredicate>;

export const monitorEvidence: EvidenceKind<MonitorPredicate> = {
  predicateType: PREDICATE_TYPES.monitor,
  schema: MonitorPredicate,
};
