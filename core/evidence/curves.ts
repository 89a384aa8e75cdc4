/** Curves of a binary classifier, as evidence: few enough points to be drawn, enough to read numbers off. */

import { z } from 'zod';

const Share = z.number().min(0).max(1);

export const CalibrationBin = z.object({
  predicted: Share.meta({ description: 'Mean score of the rows' }),
  observed: Share.meta({ description: 'Share of them that are positive' }),
  low: Share.meta({ description: "95 % interval of `observed`: Wilson's" }),
  high: Share,
  rows: z.number().min(0).meta({ description: 'Sum of their weights, where rows have any' }),
});
export type CalibrationBin = z.infer<typeof CalibrationBin>;

export const RocPoint = z.object({ falsePositiveRate: Share, truePositiveRate: Share });
export type RocPoint = z.infer<typeof RocPoint>;

export const PrecisionRecallPoint = z.object({ recall: Share, precision: Share });
export type PrecisionRecallPoint = z.infer<typeof PrecisionRecallPoint>;

export const ModelCurves = z.object({
  calibration: z
    .array(CalibrationBin)
    .max(10)
    .meta({ description: 'Lowest scores first; empty where scores are no probabilities' }),
  roc: z.array(RocPoint).max(50).meta({ description: 'From (0, 0) to (1, 1)' }),
  precisionRecall: z.array(PrecisionRecallPoint).max(50).meta({ description: 'Lowest recall first' }),
});
export type ModelCurves = z.infer<typeof ModelCurves>;

export const CurvesEvidence = z.object({ candidate: ModelCurves, champion: ModelCurves.nullable() });
export type CurvesEvidence = z.infer<typeof CurvesEvidence>;
