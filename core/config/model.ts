/** `models/<name>/model.yaml`: one model, from inputs to rollout (design §6). Type, defaults, limits and editor help are one schema. */

import { z } from 'zod';
import { isMetricOf, metrics } from '../metrics/index.ts';
import { RelativePath } from './column.ts';
import { Duration } from './duration.ts';
import { Evaluate, roleProblem, Task } from './evaluate.ts';
import { Gates } from './gates/index.ts';
import { Monitor } from './monitor.ts';
import { Rollout } from './rollout.ts';
import { Every, Timezone } from './schedule.ts';
import { Seeds } from './seeds.ts';
import { Serve } from './serve.ts';

/** Names of models, as GTO allows them in tags and as folders and URLs can hold them. */
export const ModelName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'expected lower-case letters, digits and inner hyphens, at most 63',
  )
  .meta({ description: 'Name of the model; the name of its folder' });

export const ModelConfig = z
  .strictObject({
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
      seeds: Seeds,
      timeout: Duration.default('6h'),
    }),
    evaluate: Evaluate,
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
    gates: Gates.prefault({}),
    promotion: z
      .strictObject({
        on: z.literal('merge').default('merge'),
        evidence: z
          .enum(['trusted', 'advisory'])
          .default('trusted')
          .meta({ description: 'advisory: evidence of a job that also trained is enough' }),
        signed: z
          .boolean()
          .default(false)
          .meta({ description: 'Only evidence that `signing` of mergeway.yaml finds signed promotes' }),
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
  })
  .superRefine(({ task, evaluate, gates }, context) => {
    const wrong = roleProblem(task, evaluate);
    if (wrong) context.addIssue({ code: 'custom', path: ['evaluate', wrong.role], message: wrong.problem });
    if (typeof evaluate.predict.threshold === 'object' && task !== 'binary-classification') {
      context.addIssue({
        code: 'custom',
        path: ['evaluate', 'predict', 'threshold'],
        message: `the task ${task} has no threshold to choose`,
      });
    }
    for (const [index, { metric }] of gates.benchmark.entries()) {
      if (isMetricOf(metrics[metric], task)) continue;
      context.addIssue({
        code: 'custom',
        path: ['gates', 'benchmark', index, 'metric'],
        input: metric,
        message: `it is not defined for the task ${task}`,
      });
    }
  });
export type ModelConfig = z.infer<typeof ModelConfig>;
