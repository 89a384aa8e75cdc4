/**
 * The skew gate: of the features that were served and logged, how many values differ from what the candidate's definitions give offline,
 * point in time. Before a first version there is nothing served and nothing to judge; a log that is not there, or has no rows, could not
 * tell: missing data is never a pass.
 */

import type { ModelConfig } from '../config/model.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { SkewEvidence } from '../evidence/skew.ts';
import { causeText, judgeShares, percent } from '../skew/share.ts';
import type { Verdict } from '../verdict.ts';
import { type GateResult, NO_CHAMPION, notMeasured } from './result.ts';

/** A column that fails by itself is a result of its own; more are in the evidence. */
const MOST_COLUMNS = 10;
/** Columns that the reason names. */
const MOST_NAMED = 3;

export function judgeSkew(
  { champion, features, skew }: EvaluationPredicate,
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  if (!gates.skew) return [];
  const { max } = gates.skew;
  const subject = skew?.service ?? features?.candidate?.service ?? 'features';
  const base = {
    gate: 'skew',
    name: `skew of ${subject}`,
    subject,
    estimate: null,
    limit: { atMost: max },
  } as const;
  if (!features?.candidate)
    return [{ ...base, verdict: { status: 'skipped', reason: 'the model has no features' } }];
  if (!champion) return [{ ...base, verdict: NO_CHAMPION }];
  if (!skew) return [{ ...base, verdict: NO_LOG }];
  return judged(skew, base, max);
}

function judged(skew: SkewEvidence, base: Omit<GateResult, 'verdict'>, max: number): readonly GateResult[] {
  const shares = judgeShares(skew, max);
  if (!shares) return [{ ...base, verdict: nothingCompared(skew) }];

  const broken = shares.features.filter(({ verdict }) => verdict.status === 'fail');
  const worst = shares.features
    .filter(({ feature }) => feature.differing > 0)
    .slice(0, MOST_NAMED)
    .map(({ feature, estimate }) => {
      const why = causeText(feature);
      return `${feature.column} ${percent(estimate.point ?? 0)}${why ? ` (${why})` : ''}`;
    });
  const about = worst.length > 0 ? `; worst: ${worst.join('; ')}` : '';
  const aside = leftOutText(skew);
  const verdict = withReason(shares.verdict, `${shares.verdict.reason}${about}${aside}`);
  return [
    { ...base, estimate: shares.estimate, verdict },
    ...broken.slice(0, MOST_COLUMNS).map(({ feature, estimate, verdict: own }) => {
      const why = causeText(feature);
      const reason = `${own.reason}${why ? `; ${why}` : ''}`;
      const name = `skew of ${feature.column}`;
      return { ...base, name, subject: feature.column, estimate, verdict: withReason(own, reason) };
    }),
  ];
}

function withReason(verdict: Verdict, reason: string): Verdict {
  return { ...verdict, reason };
}

const NO_LOG = notMeasured(
  'the evaluation was given no prediction log',
  'an evaluation with --prediction-log (MERGEWAY_PREDICTION_LOG), and rows that the champion served',
);

function nothingCompared({ features, note }: SkewEvidence): Verdict {
  const isNew = features.length > 0 && features.every(({ leftOut }) => leftOut?.because === 'changed');
  if (isNew) {
    return {
      status: 'skipped',
      reason: 'none of its features has been served yet as this candidate makes them',
      because: 'not served yet',
    };
  }
  return notMeasured(
    note ?? 'no feature could be compared',
    'rows of the prediction log that the champion served, in the time that the sources cover',
  );
}

/** What was not compared must not look compared. */
function leftOutText({ features }: SkewEvidence): string {
  const leftOut = features.flatMap(({ column, leftOut: reason }) =>
    reason ? [`${column} (${reason.because})`] : [],
  );
  if (leftOut.length === 0) return '';
  const shown = leftOut.slice(0, 5).join(', ');
  return `; not compared: ${shown}${leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : ''}`;
}
