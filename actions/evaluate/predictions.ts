/** `mergeway evaluate --predictions`: metrics of labels and scores in a file, by whatever framework they were made. */

import type { Io, Outcome } from '#actions/command.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { Task } from '#core/config/evaluate.ts';
import { nearest } from '#core/config/nearest.ts';
import { MergewayError } from '#core/errors.ts';
import { type ChosenThreshold, choosable, type ThresholdChoice } from '#core/evaluation/threshold.ts';
import type { PredictionsReport } from '#core/flows/evaluate-predictions.ts';
import { evaluateManyPredictions } from '#core/flows/stream-predictions.ts';
import type { Json } from '#core/json.ts';
import { counted } from '#core/plural.ts';
import type { EvaluateOptions } from './command.ts';
import { withPredictions } from './predictions-file.ts';

/** The report, in the shape that scripts rely on (docs: commands). */
export async function evaluatePredictions(options: EvaluateOptions, io: Io): Promise<Outcome> {
  const { predictions, task, label, score, threshold, by } = options;
  if (predictions === undefined || task === undefined || label === undefined || score === undefined) {
    throw new MergewayError(
      'MW_USAGE',
      '`mergeway evaluate --predictions` needs --task, --label and --score',
    );
  }
  const request = {
    task: taskOf(task),
    label,
    score: listOf(score),
    ...(threshold !== undefined && { threshold: thresholdOf(threshold) }),
    ...columnsOf(options),
    ...(by !== undefined && { by: listOf(by) }),
  };
  const { store } = options;
  const report = await withPredictions({ predictions, store }, io, (path) =>
    evaluateManyPredictions({ table: duckdbTable(), progress: io.progress }, { ...request, paths: [path] }),
  );
  return { exit: 0, json: report as unknown as Json, text: describe(report) };
}

function taskOf(text: string): Task {
  const parsed = Task.safeParse(text);
  if (parsed.success) return parsed.data;
  const guess = nearest(text, Task.options);
  throw new MergewayError(
    'MW_USAGE',
    `--task is one of ${Task.options.join(', ')}, got ${JSON.stringify(text)}${guess ? `; did you mean \`${guess}\`?` : ''}`,
  );
}

/** Those that were named. */
function columnsOf({ key, weight, query, series, scale }: EvaluateOptions) {
  const named = Object.entries({ key, weight, query, series, scale }).filter(
    ([, column]) => column !== undefined,
  );
  return Object.fromEntries(named) as Partial<
    Record<'key' | 'weight' | 'query' | 'series' | 'scale', string>
  >;
}

/** `0.5`, or `max:f1`: chosen on one half of the rows and judged on the other. */
function thresholdOf(text: string): number | ThresholdChoice {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  const [, wanted = ''] = /^max:(.+)$/.exec(text) ?? [];
  const maximize = choosable.find((name) => name === wanted);
  if (maximize) return { maximize };
  throw new MergewayError(
    'MW_USAGE',
    `--threshold takes a number, or max: with one of ${choosable.join(', ')}; got ${JSON.stringify(text)}`,
  );
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function describe(report: PredictionsReport): string {
  const { rows, threshold, metrics, groups, fairness, disparities, reasons } = report;
  const spell = (values: Readonly<Record<string, number | null>>, why: Readonly<Record<string, string>>) =>
    Object.entries(values).map(
      ([name, value]) => `  ${name}: ${value ?? `undefined (${why[name] ?? 'no reason'})`}`,
    );
  const between = [...spell(fairness, reasons.fairness), ...spell(disparities, reasons.disparities)];
  return [
    counted(rows, 'row'),
    ...(threshold ? [chosenLine(threshold)] : []),
    ...spell(metrics, reasons.metrics),
    ...groups.flatMap((group, index) => [
      `${Object.entries(group.by)
        .map(([column, value]) => `${column} = ${value ?? '(missing)'}`)
        .join(', ')}: ${counted(group.rows, 'row')}`,
      ...spell(group.metrics, reasons.groups[index] ?? {}),
    ]),
    ...(between.length > 0 ? ['between the groups', ...between] : []),
  ].join('\n');
}

function chosenLine({ value, maximize, rows }: ChosenThreshold): string {
  return `threshold ${value}, where ${maximize} is highest on ${counted(rows, 'other row')}`;
}
