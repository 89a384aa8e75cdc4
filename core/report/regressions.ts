/** Where the candidate lost most against the champion: slices, and rows by their keys. */

import type { RegressionEvidence, RowRegressions, SliceRegression } from '../evidence/regressions.ts';
import { estimateText, number, signed } from '../gates/number.ts';
import { escapeMarkdown } from './escape.ts';
import { table } from './tables.ts';

const MEASURES: Readonly<Record<RowRegressions['measure'], string>> = {
  log_loss: 'log loss',
  zero_one_loss: 'wrong (1) or right (0)',
  absolute_error: 'absolute error',
};

const EACH_BY_ITSELF =
  'Each interval stands for itself: of 40 slices that lost nothing, about one is clear of 0 by chance.';

/** Two tables; empty where the candidate lost nowhere. */
export function regressionTables({ slices, rows }: RegressionEvidence): string {
  return [slicesTable(slices), rows ? rowsText(rows) : ''].filter((part) => part !== '').join('\n\n');
}

function slicesTable(slices: readonly SliceRegression[]): string {
  if (slices.length === 0) return '';
  const shown = table(
    ['slice', 'metric', 'candidate is worse by (95 %)', 'clear of 0'],
    slices.map(({ slice, metric, loss }) => [
      escapeMarkdown(slice, 100),
      escapeMarkdown(metric),
      estimateText(loss, signed),
      loss.low !== null && loss.low > 0 ? '**yes**' : 'no',
    ]),
  );
  return `${shown}\n\n${EACH_BY_ITSELF}`;
}

function rowsText({ measure, worse, rows, hidden }: RowRegressions): string {
  if (worse === 0) return '';
  const counted = `${worse.toLocaleString('en-US')} ${worse === 1 ? 'row costs' : 'rows cost'} the candidate more than the champion`;
  if (hidden !== undefined) return `${counted}; none is named: ${escapeMarkdown(hidden)}.`;
  const shown = table(
    ['row', `candidate: ${MEASURES[measure]}`, 'champion'],
    rows.map(({ key, candidate, champion }) => [escapeMarkdown(key, 100), cost(candidate), cost(champion)]),
  );
  return `${counted}; the largest losses:\n\n${shown}`;
}

function cost(value: number | undefined): string {
  return value === undefined ? 'restricted' : number(value);
}
