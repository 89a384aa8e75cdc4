/** `models/<name>/model.yaml`: one model, from inputs to rollout (design §6). Type, defaults, limits and editor help are one schema. */

import { z } from 'zod';
import { fairnessMetricNames, fairnessMetrics } from '../fairness/index.ts';
import { metricNames } from '../metrics/index.ts';
import { Duration } from './duration.ts';
import { Monitor, SkewTolerance } from './monitor.ts';
import { Every, Timezone } from './schedule.ts';
import { Serve } from './serve.ts';

/** Names of models, as GTO allows them in tags and as folders and URLs can hold them. */
export const ModelName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'expected lower-case letters, digits and inner hyphens, at most 63',
  )
  .meta({ description: 'Name of the model; the name of its folder' });

const RelativePath = z
  .string()
  .min(1)
  .max(500)
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\\0]+$/, 'expected a path inside the repository, without ..')
  .meta({ description: "A path from the repository's root" });

const Column = z.string().min(1).max(200);

export const Task = z.enum(['binary-classification', 'multiclass-classification', 'regression']);
export type Task = z.infer<typeof Task>;

const Decide = z.enum(['interval', 'point']).default('interval').meta({
  description:
    'interval: the whole 95 % interval must clear the limit; point: the point estimate decides, and the report says so',
});

export const Predict = z.strictObject({
  output: z.string().min(1).meta({ description: "Name of the ONNX output that holds the model's scores" }),
  input: z.string().optional().meta({
    description:
      'Name of the one tensor that takes `columns` side by side; without it every ONNX input takes the column of its name',
  }),
  columns: z
    .array(Column)
    .min(1)
    .optional()
    .meta({ description: 'Columns of the single input tensor, in order' }),
  positive: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Index of the positive class in the output (binary classification)' }),
  threshold: z
    .number()
    .optional()
    .meta({ description: 'Score from which a row is predicted positive (binary classification)' }),
});

export const BenchmarkGate = z.strictObject({
  metric: z.enum(metricNames).meta({ description: "A metric, by scikit-learn's name" }),
  min: z.number().optional().meta({ description: 'The metric must be at least this' }),
  max: z.number().optional().meta({ description: 'The metric must be at most this' }),
  versus: z
    .literal('champion')
    .optional()
    .meta({ description: 'Compare with the version in production, on the same rows' }),
  margin: z
    .number()
    .min(0)
    .optional()
    .meta({ description: "How much worse than the champion may be (non-inferiority), in the metric's unit" }),
  decide: Decide,
});
export type BenchmarkGate = z.infer<typeof BenchmarkGate>;

/** A limit on the wrong side would pass every unfair model, so it is refused. */
export const BiasGate = z
  .strictObject({
    metric: z.enum(fairnessMetricNames).meta({ description: "A fairness metric, by Fairlearn's name" }),
    by: z
      .array(Column)
      .min(1)
      .max(5)
      .meta({ description: 'Columns that make the groups; several make their intersections' }),
    max: z
      .number()
      .min(0)
      .optional()
      .meta({ description: 'Differences: at most this. Without a limit the numbers are reported only' }),
    min: z.number().min(0).max(1).optional().meta({ description: 'Ratios: at least this' }),
    decide: Decide,
  })
  .superRefine(({ metric, min, max }, context) => {
    const { kind } = fairnessMetrics[metric];
    if (kind === 'ratio' && max !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['max'],
        input: max,
        message: `${metric} is fair at 1: its limit is \`min\``,
      });
    }
    if (kind === 'difference' && min !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['min'],
        input: min,
        message: `${metric} is fair at 0: its limit is \`max\``,
      });
    }
  });
export type BiasGate = z.infer<typeof BiasGate>;

export const LatencyGate = z.strictObject({
  percentile: z.number().min(1).max(99.9).meta({ description: 'Percentile of single-row latency' }),
  max: Duration.optional().meta({ description: 'The percentile must be at most this' }),
  versus: z
    .literal('champion')
    .optional()
    .meta({ description: 'Compare with the version in production, interleaved in one process' }),
  ratio: z
    .number()
    .positive()
    .optional()
    .meta({ description: "The percentile may be at most this many times the champion's" }),
  decide: Decide,
});
export type LatencyGate = z.infer<typeof LatencyGate>;

export const SkewGate = z.strictObject({
  max: z.number().min(0).max(1).default(0.001).meta({
    description:
      'Share of logged feature values that may differ from what is computed again offline, point in time',
  }),
  tolerance: SkewTolerance,
});
export type SkewGate = z.infer<typeof SkewGate>;

const RolloutStep = z.strictObject({
  weight: z.number().gt(0).max(100).meta({ description: 'Share of traffic for the canary, in percent' }),
  for: Duration.default('10m').meta({ description: 'How long the step is watched' }),
});

const Guard = z.strictObject({
  errors: z
    .strictObject({
      tolerance: z
        .number()
        .min(0)
        .default(0)
        .meta({ description: "How much higher than the champion's error rate may be: 0.1 is 10 % higher" }),
    })
    .default({ tolerance: 0 })
    .meta({ description: 'Compares error rates' }),
  slo: z
    .strictObject({
      latency: Duration,
      tolerance: z.number().min(0).default(0).meta({ description: 'As for errors' }),
    })
    .optional()
    .meta({
      description:
        'Compares the shares of requests slower than this: looking features up, waiting, and the processor time of their batch',
    }),
  alpha: z.number().gt(0).max(0.2).default(0.01).meta({
    description:
      'Chance, over the whole rollout and all guards together, that a canary no worse than the champion is rolled back',
  }),
});

export const Rollout = z.strictObject({
  target: z.string().min(1).meta({ description: 'A serving target of mergeway.yaml' }),
  steps: z.array(RolloutStep).min(1).max(20),
  guard: Guard.prefault({}),
});
export type Rollout = z.infer<typeof Rollout>;

export const ModelConfig = z.strictObject({
  name: ModelName,
  task: Task,
  owner: z.string().max(200).optional().meta({ description: 'GitHub user or team that owns the model' }),
  inputs: z.strictObject({
    code: z
      .array(z.string().min(1).max(1000))
      .min(1)
      .max(100)
      .meta({ description: 'Globs of files that determine a candidate: code and environment lock files' }),
    data: z.array(RelativePath).min(1).max(100).meta({ description: 'Data locks that training reads' }),
  }),
  train: z.strictObject({
    command: z.string().min(1).meta({
      description: 'Command that trains; it writes model.onnx into the folder that MERGEWAY_OUT names',
    }),
    params: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .default({})
      .meta({ description: 'Parameters, handed over as JSON in MERGEWAY_PARAMS' }),
    timeout: Duration.default('6h'),
  }),
  evaluate: z.strictObject({
    data: RelativePath.meta({ description: 'Data lock of the holdout' }),
    key: Column.meta({ description: 'Column that identifies a row' }),
    time: Column.optional().meta({ description: 'Column with the event time' }),
    label: Column.meta({ description: 'Column with what came true' }),
    hindsight: z.array(Column).max(100).optional().meta({
      description:
        'Columns of the data that are known only once the label is: no model and no feature may read them',
    }),
    predict: Predict,
    groups: z
      .array(Column)
      .max(20)
      .default([])
      .meta({ description: 'Columns that the report breaks results down by' }),
  }),
  features: z
    .string()
    .max(600)
    .regex(
      /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^#\\\0]+\.ya?ml#[A-Za-z]\w*$/,
      'expected <file>.yaml#<service>, such as features/flights.yaml#flights_v1',
    )
    .optional()
    .meta({
      description:
        'Feature service, as <file>#<service>: training and evaluation get its columns point in time, serving looks them up',
    }),
  serve: Serve,
  gates: z
    .strictObject({
      benchmark: z.array(BenchmarkGate).max(100).default([]),
      bias: z.array(BiasGate).max(100).default([]),
      latency: z.array(LatencyGate).max(20).default([]),
      data: z
        .strictObject({ contract: RelativePath.meta({ description: 'ODCS contract of the training data' }) })
        .optional(),
      skew: SkewGate.optional(),
    })
    .prefault({}),
  promotion: z
    .strictObject({
      on: z.literal('merge').default('merge'),
      evidence: z
        .enum(['trusted', 'advisory'])
        .default('trusted')
        .meta({ description: 'advisory: evidence of a job that also trained is enough' }),
    })
    .prefault({}),
  rollout: Rollout.optional().meta({
    description: 'Without it a merged version goes straight to production',
  }),
  intervals: z
    .strictObject({
      every: Every,
      timezone: Timezone,
      settle: Duration.optional().meta({
        description:
          'How long after its end rows of an interval may still come; absent: it is complete at its end',
      }),
    })
    .optional()
    .meta({ description: 'How data is cut into intervals, for `mergeway data advance` and monitors' }),
  monitor: Monitor.optional().meta({ description: 'What is watched once the model serves' }),
});
export type ModelConfig = z.infer<typeof ModelConfig>;
