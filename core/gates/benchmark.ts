/**
 * The benchmark gate: metrics against fixed bounds, and against the champion on the same rows.
 * The comparison is non-inferiority: it passes when the whole interval of the loss is within the margin.
 */

import type { BenchmarkGate } from '../config/gates/benchmark.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import { metrics } from '../metrics/index.ts';
import { boundText, judgeLimit } from './limit.ts';
import { estimateText, signed } from './number.ts';
import { type Bound, type GateResult, NO_CHAMPION, notMeasured, reportedOnly } from './result.ts';

export function judgeBenchmark(
  evidence: EvaluationPredicate,
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  return gates.benchmark.flatMap((gate) => judgeOne(evidence, gate));
}

function judgeOne(evidence: EvaluationPredicate, gate: BenchmarkGate): readonly GateResult[] {
  const measured = evidence.metrics.find(({ metric }) => metric === gate.metric);
  const bounds: Bound[] = [];
  if (gate.min !== undefined) bounds.push({ atLeast: gate.min });
  if (gate.max !== undefined) bounds.push({ atMost: gate.max });

  const results = bounds.map((bound) => absolute(evidence, gate, bound, measured));
  if (gate.versus || gate.margin !== undefined) results.push(versusChampion(evidence, gate, measured));
  return results.length > 0 ? results : [reported(gate, measured)];
}

function absolute(
  evidence: EvaluationPredicate,
  gate: BenchmarkGate,
  bound: Bound,
  measured: MetricEvidence | undefined,
): GateResult {
  const base = result(gate, `${gate.metric} ${boundText(bound)}`, bound);
  if (!measured) return { ...base, verdict: missing(gate, evidence) };

  const estimate = measured.candidate;
  return {
    ...base,
    estimate,
    verdict: judgeLimit({
      estimate,
      bound,
      decide: gate.decide,
      reason: `${gate.metric} is ${estimateText(estimate)}, wanted ${boundText(bound)}`,
      rows: { now: evidence.holdout.rows, name: 'holdout rows' },
    }),
  };
}

function versusChampion(
  evidence: EvaluationPredicate,
  gate: BenchmarkGate,
  measured: MetricEvidence | undefined,
): GateResult {
  const margin = gate.margin ?? 0;
  const better = metrics[gate.metric].better;
  const bound = better === 'higher' ? { atLeast: -margin } : { atMost: margin };
  const base = result(gate, `${gate.metric} versus champion`, bound);

  if (!evidence.champion) {
    return { ...base, verdict: NO_CHAMPION };
  }
  if (!measured?.difference) return { ...base, verdict: missing(gate, evidence) };

  const estimate = measured.difference;
  const direction = better === 'higher' ? 'fall' : 'rise';
  return {
    ...base,
    estimate,
    verdict: judgeLimit({
      estimate,
      bound,
      decide: gate.decide,
      reason: `${gate.metric} changed by ${estimateText(estimate, signed)} against champion ${evidence.champion.version} and may ${direction} by at most ${margin}`,
      rows: { now: evidence.holdout.rows, name: 'holdout rows' },
    }),
  };
}

function reported(gate: BenchmarkGate, measured: MetricEvidence | undefined): GateResult {
  const estimate: Estimate | null = measured?.candidate ?? null;
  const numbers = estimate
    ? `${gate.metric} is ${estimateText(estimate)}`
    : `${gate.metric} was not measured`;
  return {
    ...result(gate, gate.metric, null),
    estimate,
    verdict: reportedOnly(numbers),
  };
}

function result(gate: BenchmarkGate, name: string, limit: Bound | null): Omit<GateResult, 'verdict'> {
  return { gate: 'benchmark', name, subject: gate.metric, estimate: null, limit };
}

function missing(gate: BenchmarkGate, { task }: EvaluationPredicate) {
  return notMeasured(
    `the evidence holds no ${gate.metric} (task ${task})`,
    `evidence of an evaluation that measures ${gate.metric}`,
  );
}
