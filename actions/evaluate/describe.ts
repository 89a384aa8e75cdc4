/** An evaluation for people and scripts: numbers with intervals, nothing judged. */

import type { Outcome } from '#actions/command.ts';
import type { Estimate } from '#core/evidence/estimate.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import type { MetricEvidence } from '#core/evidence/metrics.ts';
import type { Json } from '#core/json.ts';
import { counted } from '#core/plural.ts';

/** The outcome of an evaluation; measuring always passes, `mergeway gate` judges. */
export function describeEvaluation(measured: EvaluationPredicate, out: string | undefined): Outcome {
  const { model, candidate, champion, holdout, metrics, origin, runner, skew } = measured;
  return {
    exit: 0,
    json: {
      model,
      candidate,
      champion,
      holdout,
      origin,
      runner,
      metrics: Object.fromEntries(metrics.map(({ metric, ...estimates }) => [metric, estimates as Json])),
      out: out ?? null,
    },
    text: [
      `${model}: candidate ${candidate} on ${counted(holdout.rows, 'row')} of ${holdout.uri}`,
      champion ? `compared with ${champion.version}, ${champion.digest}` : 'there is no champion yet',
      ...metrics.map(lineOf),
      ...(skew ? [skewLine(skew)] : []),
      ...(out ? [`written to ${out}`] : []),
    ].join('\n'),
    outputs: { candidate, ...(out !== undefined && { evidence: out }) },
  };
}

function skewLine({ service, rows, features, note }: NonNullable<EvaluationPredicate['skew']>): string {
  if (note !== undefined) return `  skew of ${service}: ${note}`;
  const compared = features.filter(({ leftOut }) => !leftOut);
  const differing = compared.filter((feature) => feature.differing > 0).map(({ column }) => column);
  const found = differing.length > 0 ? `${differing.slice(0, 5).join(', ')} differ` : 'none differs';
  return `  skew of ${service}: ${counted(compared.length, 'feature')} of ${counted(rows, 'logged row')}, ${found}`;
}

function lineOf({ metric, candidate, champion, difference }: MetricEvidence): string {
  const versus = champion ? `, champion ${spell(champion)}, difference ${spell(difference)}` : '';
  return `  ${metric}: ${spell(candidate)}${versus}`;
}

/** `0.754 [0.741, 0.766]`, or why there is no number. */
function spell(estimate: Estimate | null): string {
  if (!estimate || estimate.point === null) return `undefined (${estimate?.reason ?? 'not measured'})`;
  const { point, low, high } = estimate;
  const interval = low === null || high === null ? '' : ` [${short(low)}, ${short(high)}]`;
  return `${short(point)}${interval}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
