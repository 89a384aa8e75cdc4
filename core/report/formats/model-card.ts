/**
 * A Hugging Face model card: README.md whose front matter holds `model-index`
 * (https://github.com/huggingface/hub-docs/blob/main/modelcard.md), and a result for a benchmark's leaderboard as
 * `.eval_results/*.yaml` has it (https://huggingface.co/docs/hub/eval-results).
 */

import { stringify } from 'yaml';
import { MergewayError } from '../../errors.ts';
import { judgedRows } from '../../evidence/evaluation.ts';
import type { MetricEvidence } from '../../evidence/metrics.ts';
import { estimateText } from '../../gates/number.ts';
import { escapeMarkdown } from '../escape.ts';
import { renderReports } from '../markdown.ts';
import type { Report } from '../report.ts';

/** A card is for reading, no comment: GitHub's limit is not the Hub's. */
const MOST_CHARACTERS = 300_000;

const PIPELINES: Readonly<Record<string, string>> = {
  'binary-classification': 'tabular-classification',
  'multiclass-classification': 'tabular-classification',
  regression: 'tabular-regression',
};

/** The README of the candidate. */
export function renderModelCard(report: Report): string {
  const { model, evaluation, training } = report;
  const { candidate, task, holdout } = evaluation;
  const frontMatter = {
    library_name: 'onnx',
    tags: ['onnx', 'mergeway'],
    ...(PIPELINES[task] && { pipeline_tag: PIPELINES[task] }),
    'model-index': [{ name: model, results: [resultOf(report)] }],
  };
  const facts = [
    `- Artifact: \`${candidate}\`, ONNX`,
    `- Task: ${task}`,
    `- Evaluated on ${judgedRows(evaluation).now.toLocaleString('en-US')} rows that training never saw: \`${holdout.digest}\``,
    ...(training
      ? [`- Trained from commit \`${training.commit.replace(/[^0-9a-f]/g, '').slice(0, 40)}\``]
      : []),
  ];
  const body = renderReports([report], { most: MOST_CHARACTERS }).replace(/^<!--[^\n]*-->\n/gm, '');
  return `---\n${stringify(frontMatter)}---\n\n# ${escapeMarkdown(model)}\n\n${facts.join('\n')}\n\n${body}`;
}

function resultOf({ evaluation }: Report) {
  const { task, holdout, metrics } = evaluation;
  return {
    task: { type: PIPELINES[task] ?? task, name: task },
    dataset: {
      type: 'holdout',
      name: holdout.uri.split(/[/:]/).at(-1) || 'holdout',
      split: 'test',
      revision: holdout.digest,
      args: { rows: judgedRows(evaluation).now },
    },
    metrics: metrics.flatMap(({ metric, candidate: { point, low, high } }) =>
      point === null
        ? []
        : [
            {
              type: metric,
              value: point,
              name: metric,
              ...(low !== null && high !== null && { args: { low, high, confidence: 0.95 } }),
            },
          ],
    ),
  };
}

/** Dataset and task of a benchmark on the Hub: `cais/hle#hle`. */
const BENCHMARK = /^([\w.-]+\/[\w.-]+)#([\w.-]+)$/;

/** `.eval_results/*.yaml` of the metric that is judged first. MW_USAGE when the benchmark is not written so, or nothing was measured. */
export function renderEvalResults(report: Report, benchmark: string): string {
  const [, id, task] = BENCHMARK.exec(benchmark) ?? [];
  if (!id || !task) {
    throw new MergewayError(
      'MW_USAGE',
      `--hub-benchmark is <dataset>#<task>, such as acme/flights#late, got ${JSON.stringify(benchmark.slice(0, 100))}`,
    );
  }
  const measured = headlineMetric(report);
  if (measured?.candidate.point == null) {
    throw new MergewayError('MW_USAGE', `--hub-benchmark: the evidence of ${report.model} holds no metric`);
  }
  const { metric, candidate } = measured;
  return stringify([
    {
      dataset: { id, task_id: task },
      value: candidate.point,
      notes: `${metric} ${estimateText(candidate)} (95 %), ${judgedRows(report.evaluation).now} rows, ${report.evaluation.candidate}`,
    },
  ]);
}

function headlineMetric({ results, evaluation: { metrics } }: Report): MetricEvidence | undefined {
  const [judged] = results.filter(({ gate }) => gate === 'benchmark');
  return metrics.find(({ metric }) => metric === judged?.subject) ?? metrics[0];
}
