/** What became of predictions and labels, for /metrics: nothing is dropped in silence. */

import { labelText } from '../metrics.ts';
import type { WriterCount } from './log-writer.ts';

/** It was not to be logged. */
type SkipReason = 'synthetic' | 'sampled_out' | 'no_settings';
/** It should have been. */
export type DropReason = 'full' | 'no_number' | 'too_large' | 'failed';

export interface LogCounts {
  logged(model: string): void;
  skip(model: string, reason: SkipReason): void;
  drop(model: string, reason: DropReason, predictions?: number): void;
  labelled(model: string, labels: number): void;
  writer(what: WriterCount): void;
  /** In Prometheus' text format; `waiting`: characters that wait for the disk. */
  lines(waiting: number): readonly string[];
}

const FAMILIES = {
  mergeway_predictions_logged_total: 'Predictions handed to the prediction log.',
  mergeway_predictions_skipped_total: 'Predictions that were not to be logged, by reason.',
  mergeway_predictions_dropped_total: 'Predictions that should have been logged and were not, by reason.',
  mergeway_feedback_labels_total: 'Labels taken and on the disk.',
  mergeway_log_writer_total:
    'What the writer of the prediction log did: parts written, and what failed and is tried again.',
} as const;

type Family = keyof typeof FAMILIES;

export function logCounts(): LogCounts {
  const series = new Map<string, { readonly family: Family; readonly labels: string; count: number }>();

  function add(family: Family, labels: Readonly<Record<string, string>>, count = 1): void {
    const text = labelText(labels);
    const key = `${family}{${text}}`;
    const found = series.get(key) ?? { family, labels: text, count: 0 };
    found.count += count;
    series.set(key, found);
  }

  return {
    logged: (model) => add('mergeway_predictions_logged_total', { model }),
    skip: (model, reason) => add('mergeway_predictions_skipped_total', { model, reason }),
    drop: (model, reason, predictions) =>
      add('mergeway_predictions_dropped_total', { model, reason }, predictions),
    labelled: (model, labels) => add('mergeway_feedback_labels_total', { model }, labels),
    writer: (what) => add('mergeway_log_writer_total', { what }),
    lines: (waiting) => [
      ...Object.entries(FAMILIES).flatMap(([family, help]) => [
        `# HELP ${family} ${help}`,
        `# TYPE ${family} counter`,
        ...[...series.values()]
          .filter((one) => one.family === family)
          .map(({ labels, count }) => `${family}{${labels}} ${count}`),
      ]),
      '# HELP mergeway_log_waiting_characters Text of predictions and labels that is not on the disk yet.',
      '# TYPE mergeway_log_waiting_characters gauge',
      `mergeway_log_waiting_characters ${waiting}`,
    ],
  };
}
