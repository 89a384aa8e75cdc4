/** The report's tables of skew: columns that differ with their likely cause, and example rows. Cells are escaped here. */

import type { SkewExample, SkewFeature } from '../evidence/skew.ts';
import { causeText, percent } from '../skew/share.ts';
import { escapeMarkdown } from './escape.ts';
import { table } from './tables.ts';

const MOST_COLUMNS = 20;

/** The worst columns first. */
export function skewTable(differing: readonly SkewFeature[]): string {
  const worst = differing.toSorted((a, b) => b.differing / b.compared - a.differing / a.compared);
  const rows = worst
    .slice(0, MOST_COLUMNS)
    .map((feature) => [
      escapeMarkdown(feature.column, 100),
      percent(feature.differing / feature.compared),
      `${feature.differing.toLocaleString('en-US')} of ${feature.compared.toLocaleString('en-US')}`,
      escapeMarkdown(causeText(feature) ?? '–', 300),
    ]);
  const rest = differing.length - rows.length;
  const note = rest > 0 ? `\n\n…and ${rest.toLocaleString('en-US')} more, in the evidence.` : '';
  return table(['feature', 'differs', 'rows', 'likely cause'], rows) + note;
}

/** Empty without examples. */
export function skewExamplesTable(examples: readonly SkewExample[]): string {
  if (examples.length === 0) return '';
  return table(
    ['feature', 'prediction', 'event time', 'entity', 'served', 'offline', 'cause'],
    examples.map((example) => [
      escapeMarkdown(example.column, 100),
      escapeMarkdown(`${example.prediction}[${example.row}]`, 100),
      escapeMarkdown(example.at, 40),
      escapeMarkdown(entityText(example), 200),
      escapeMarkdown(example.served, 100),
      escapeMarkdown(example.offline, 100),
      escapeMarkdown(example.cause, 40),
    ]),
  );
}

function entityText({ entity }: SkewExample): string {
  return Object.entries(entity)
    .map(([key, value]) => `${key} = ${value}`)
    .join(', ');
}
