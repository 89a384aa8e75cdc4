/**
 * The benchmark gate: metrics of all rows or of a slice against fixed bounds, and against the champion on the same rows. A `margin` asks for
 * non-inferiority: the whole interval of the loss is within it; a `gain` for superiority: the whole interval of the gain is beyond it.
 */

import type { BenchmarkGate } from '../config/gates/benchmark.ts';
import type { ModelConfig } from '../config/model.ts';
import { nearest } from '../config/nearest.ts';
import type { Estimate } from '../evidence/estimate.ts';
import { type EvaluationPredicate, judgedRows } from '../evidence/evaluation.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import { metrics } from '../metrics/index.ts';
import type { Verdict } from '../verdict.ts';
import { correctFailures, type Judged } from './failures.ts';
import { boundText, judgeLimit } from './limit.ts';
import { estimateText, signed } from './number.ts';
import { type Rows, rowsToSettle } from './power.ts';
import { lackingSeeds, spreadOf } from './seeds.ts';
import { type Bound, type GateResult, NO_CHAMPION, notMeasured, reportedOnly } from './result.ts';

export function judgeBenchmark(
  evidence: EvaluationPredicate,
  { gates, train }: Pick<ModelConfig, 'gates'> & { readonly train?: Pick<ModelConfig['train'], 'seeds'> },
): readonly GateResult[] {
  const decided = gates.benchmark.filter(({ decide }) => decide === 'interval').flatMap(boundsOf);
  const { correction = 'holm' } = gates;
  const tests = correction === 'none' ? 1 : Math.max(1, decided.length);
  const judged = gates.benchmark.flatMap((gate) =>
    judgeOne({ evidence, gate, tests, seeds: train?.seeds ?? 1, ...measuredFor(evidence, gate) }),
  );
  return correctFailures(judged, correction);
}

/** One gate and the evidence that it speaks of. */
interface Question {
  readonly evidence: EvaluationPredicate;
  readonly gate: BenchmarkGate;
  readonly measured: MetricEvidence | undefined;
  readonly rows: Rows;
  /** Limits among which a failure must not be chance. */
  readonly tests: number;
  /** Runs of the training that the policy asks for. */
  readonly seeds: number;
}

/** A limit of a gate: on the candidate, or on its difference to the champion. */
interface Limit {
  readonly of: 'candidate' | 'difference';
  readonly bound: Bound;
}

function boundsOf({ metric, min, max, versus, margin, gain }: BenchmarkGate): readonly Limit[] {
  const bounds: Limit[] = [];
  if (min !== undefined) bounds.push({ of: 'candidate', bound: { atLeast: min } });
  if (max !== undefined) bounds.push({ of: 'candidate', bound: { atMost: max } });
  if (!versus && margin === undefined && gain === undefined) return bounds;

  const least = gain ?? -(margin ?? 0);
  const bound = metrics[metric].better === 'higher' ? { atLeast: least } : { atMost: -least };
  return [...bounds, { of: 'difference', bound }];
}

/** What was measured of the gate's metric on the gate's rows. */
function measuredFor(
  { metrics: all, slices, clusters, ...evidence }: EvaluationPredicate,
  { metric, slice }: BenchmarkGate,
): Pick<Question, 'measured' | 'rows'> {
  if (slice === undefined) {
    const measured = all.find((one) => one.metric === metric);
    return {
      measured,
      rows: clusters ? { now: clusters, name: 'clusters' } : judgedRows(evidence),
    };
  }
  const found = slices?.find(({ name }) => name === slice);
  return {
    measured: found?.metrics.find((one) => one.metric === metric),
    rows: { now: found?.rows ?? 0, name: `rows of slice ${slice}` },
  };
}

function judgeOne(question: Question): readonly Judged[] {
  const { gate } = question;
  const judged = boundsOf(gate).map(({ of, bound }) =>
    of === 'candidate' ? absolute(question, bound) : versusChampion(question, bound),
  );
  return judged.length > 0 ? judged : [{ result: reported(question) }];
}

function absolute(question: Question, bound: Bound): Judged {
  const { gate, measured } = question;
  const result = resultOf(gate, boundText(bound), bound);
  if (!measured) return { result: { ...result, verdict: missing(question) } };

  const estimate = measured.candidate;
  const reason = `${subjectOf(gate)} is ${estimateText(estimate)}, wanted ${boundText(bound)}`;
  return limited(question, { result, estimate, bound, reason });
}

function versusChampion(question: Question, bound: Bound): Judged {
  const { evidence, gate, measured } = question;
  const result = resultOf(gate, 'versus champion', bound);
  if (!evidence.champion) return { result: { ...result, verdict: NO_CHAMPION } };
  if (!measured?.difference) return { result: { ...result, verdict: missing(question) } };

  const estimate = measured.difference;
  const changed = `${subjectOf(gate)} changed by ${estimateText(estimate, signed)} against champion ${evidence.champion.version}`;
  return limited(question, { result, estimate, bound, reason: `${changed} and ${terms(gate)}` });
}

/** `may fall by at most 0.01`. */
function terms({ metric, margin, gain }: BenchmarkGate): string {
  const rises = metrics[metric].better === 'higher';
  if (gain !== undefined) return `must ${rises ? 'rise' : 'fall'} by at least ${gain}`;
  return `may ${rises ? 'fall' : 'rise'} by at most ${margin ?? 0}`;
}

function limited(
  { evidence, gate, measured, rows, tests, seeds }: Question,
  {
    result,
    estimate,
    bound,
    reason,
  }: {
    readonly result: Omit<GateResult, 'verdict'>;
    readonly estimate: Estimate;
    readonly bound: Bound;
    readonly reason: string;
  },
): Judged {
  const lacking = gate.decide === 'interval' ? lackingSeeds(evidence, seeds) : undefined;
  if (lacking) {
    const verdict = notMeasured(`${reason}; ${lacking.reason}`, lacking.settles);
    return { result: { ...result, estimate, verdict } };
  }
  const spread = spreadOf(measured);
  const settles =
    metrics[gate.metric].noInterval === undefined
      ? rowsToSettle({
          estimate,
          bound,
          margin: gate.gain === undefined ? gate.margin : undefined,
          rows,
          tests,
          ...(spread && { spread }),
        })
      : '`decide: point` (no number of rows can)';
  const verdict = judgeLimit({ estimate, bound, decide: gate.decide, reason, rows, settles });
  return {
    result: { ...result, estimate, verdict },
    ...(gate.decide === 'interval' && { test: { estimate, bound, settles } }),
  };
}

function reported({ gate, measured }: Question): GateResult {
  const estimate: Estimate | null = measured?.candidate ?? null;
  const numbers = estimate
    ? `${subjectOf(gate)} is ${estimateText(estimate)}`
    : `${subjectOf(gate)} was not measured`;
  return { ...resultOf(gate, '', null), estimate, verdict: reportedOnly(numbers) };
}

function resultOf(gate: BenchmarkGate, asked: string, limit: Bound | null): Omit<GateResult, 'verdict'> {
  const name = `${subjectOf(gate)} ${asked}`.trimEnd();
  const { metric: subject, slice } = gate;
  return { gate: 'benchmark', name, subject, ...(slice !== undefined && { slice }), estimate: null, limit };
}

/** `roc_auc`, `roc_auc of slice new customers`. */
function subjectOf({ metric, slice }: BenchmarkGate): string {
  return slice === undefined ? metric : `${metric} of slice ${slice}`;
}

function missing({ gate, evidence }: Question): Verdict {
  const { slice } = gate;
  const slices = (evidence.slices ?? []).map(({ name }) => name);
  if (slice !== undefined && !slices.includes(slice)) return noSuchSlice(slice, slices);
  return notMeasured(
    `the evidence holds no ${subjectOf(gate)} (task ${evidence.task})`,
    `evidence of an evaluation that measures ${subjectOf(gate)}`,
  );
}

/** A misspelt name, most likely; a slice without rows is in the evidence, with the reason. */
function noSuchSlice(slice: string, known: readonly string[]): Verdict {
  const guess = nearest(slice, known);
  const listed = known.length === 0 ? 'it holds none' : `it holds ${known.slice(0, 20).join('; ')}`;
  return notMeasured(
    `the evidence holds no slice ${slice}${guess ? `; did you mean \`${guess}\`?` : ''} (${listed})`,
    `a slice of this name in \`evaluate.slices\``,
  );
}
