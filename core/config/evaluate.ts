/** `evaluate` of a model: the holdout, its columns, and how a model's output is read. */

import { z } from 'zod';
import { MergewayError } from '../errors.ts';
import { choosable } from '../evaluation/threshold.ts';
import { parseCondition } from '../slices/condition.ts';
import { Column, RelativePath } from './column.ts';
import { GroupColumn } from './group-column.ts';

export const Task = z.enum([
  'binary-classification',
  'multiclass-classification',
  'regression',
  'ranking',
  'forecasting',
]);
export type Task = z.infer<typeof Task>;

const ThresholdChoice = z.strictObject({
  maximize: z.enum(choosable).meta({
    description:
      'Metric that is highest at the threshold; it is chosen on one half of the holdout, and the other half is judged',
  }),
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
    .union([z.number(), ThresholdChoice], {
      error: `expected a number, or {maximize: …} with one of ${choosable.join(', ')}`,
    })
    .optional()
    .meta({
      description:
        'Score from which a row is predicted positive (binary classification), or how each model chooses its own: {maximize: f1}',
    }),
});

const Condition = z
  .string()
  .min(1)
  .max(2000)
  .superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

export const Slice = z.strictObject({
  name: z.string().min(1).max(100).meta({ description: 'What gates and the report call it' }),
  where: Condition.meta({
    description:
      "SQL condition over the holdout's columns, such as `amount > 1000 AND purpose IN ('car', 'boat')`",
  }),
});
export type Slice = z.infer<typeof Slice>;

const Slices = z
  .array(Slice)
  .max(50)
  .superRefine((slices, context) => {
    for (const [index, { name }] of slices.entries()) {
      if (slices.findIndex((one) => one.name === name) === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `there is a slice ${name} already`,
      });
    }
  });

export const Evaluate = z.strictObject({
  data: RelativePath.meta({ description: 'Data lock of the holdout' }),
  key: Column.meta({ description: 'Column that identifies a row' }),
  time: Column.optional().meta({ description: 'Column with the event time' }),
  label: Column.meta({ description: 'Column with what came true' }),
  hindsight: z.array(Column).max(100).optional().meta({
    description:
      'Columns of the data that are known only once the label is: no model and no feature may read them',
  }),
  weight: Column.optional().meta({
    description: 'Column with how much a row counts, 0 or more; without it every row counts as one',
  }),
  query: Column.optional().meta({
    description:
      'Ranking: column with the query, whose rows make one list; the label is how relevant a row is, 0 or more',
  }),
  series: Column.optional().meta({
    description: 'Forecasting: column with the time series a row belongs to',
  }),
  scale: Column.optional().meta({
    description:
      "Forecasting: column with the mean absolute error of the naive forecast on the rows that the row's series was trained on, which `mase` divides by",
  }),
  cluster: Column.optional().meta({
    description:
      'Column whose rows of one value are not independent, such as a customer: intervals then count clusters instead of rows',
  }),
  predict: Predict,
  groups: z.array(GroupColumn).max(20).default([]).meta({
    description:
      'Columns that the report breaks results down by; numbers in bins as {column: age, bins: [18, 30, 45, 65]}',
  }),
  slices: Slices.optional().meta({
    description: 'Parts of the holdout that are measured by themselves, beside each value of `groups`',
  }),
});

const ROLES_OF: Readonly<Record<Task, { readonly needs?: Role; readonly has: readonly Role[] }>> = {
  'binary-classification': { has: ['cluster'] },
  'multiclass-classification': { has: ['cluster'] },
  regression: { has: ['cluster'] },
  ranking: { needs: 'query', has: ['query'] },
  forecasting: { needs: 'series', has: ['series', 'scale'] },
};

type Role = 'query' | 'series' | 'scale' | 'cluster';

/** A column that the task can't do without and that is not named, or one that means nothing for it; undefined where all is well. */
export function roleProblem(
  task: Task,
  named: Readonly<Partial<Record<Role, string | undefined>>>,
): { readonly role: Role; readonly problem: string } | undefined {
  const { needs, has } = ROLES_OF[task];
  if (needs && named[needs] === undefined) return { role: needs, problem: `the task ${task} needs it` };
  const stranger = (['query', 'series', 'scale', 'cluster'] as const).find(
    (role) => named[role] !== undefined && !has.includes(role),
  );
  return stranger && { role: stranger, problem: `it means nothing for the task ${task}` };
}

function problemOf(condition: string): string | undefined {
  try {
    parseCondition(condition);
    return undefined;
  } catch (error) {
    if (error instanceof MergewayError) return error.message;
    throw error;
  }
}
