/** A skew comparison for people: the verdict first, then the columns that differ with their cause, then rows to look at. */

import type { SkewEvidence } from '#core/evidence/skew.ts';
import { counted } from '#core/plural.ts';
import { causeText, percent } from '#core/skew/share.ts';
import type { VerdictStatus } from '#core/verdict.ts';

const TITLES: Readonly<Record<VerdictStatus, string>> = {
  fail: 'skewed',
  inconclusive: 'could not tell',
  pass: 'no skew',
  skipped: 'skipped',
};

export function describeSkew(
  skew: SkewEvidence,
  { verdict, reason }: { readonly verdict: VerdictStatus; readonly reason: string },
): string {
  const { service, rows, from, to, features, examples } = skew;
  const compared = features.filter(({ leftOut }) => !leftOut);
  const differing = compared
    .filter((feature) => feature.differing > 0)
    .toSorted((a, b) => b.differing - a.differing);
  const leftOut = features.flatMap(({ column, leftOut: why }) => (why ? [`  ${column}: ${why.detail}`] : []));
  return [
    `${TITLES[verdict]}: ${reason}`,
    `${counted(rows, 'row')} of ${service}${from ? `, ${from} to ${to}` : ''}; ${counted(compared.length, 'feature')} compared, ${differing.length} differ`,
    ...differing.map((feature) => {
      const why = causeText(feature);
      return `  ${feature.column}: ${percent(feature.differing / feature.compared)}${why ? `, ${why}` : ''}`;
    }),
    ...(leftOut.length > 0 ? ['not compared:', ...leftOut] : []),
    ...(examples.length > 0 ? ['for example:'] : []),
    ...examples.map(
      ({ column, prediction, row, at, entity, served, offline }) =>
        `  ${column} of ${prediction}[${row}] at ${at} (${Object.entries(entity)
          .map((pair) => pair.join(' = '))
          .join(', ')}): served ${served}, offline ${offline}`,
    ),
  ].join('\n');
}
