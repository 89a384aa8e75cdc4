/** What was predicted of the holdout becomes numbers: metrics, groups, slices and curves of the rows that are judged. */

import { comparedTo, groupMetricOf } from '../config/gates/bias.ts';
import type { ModelConfig } from '../config/model.ts';
import { curvesOf } from '../evaluation/curves.ts';
import { groupEvidence } from '../evaluation/group-evidence.ts';
import type { Holdout } from '../evaluation/holdout.ts';
import { judgedHalf } from '../evaluation/judged-half.ts';
import { measureContest } from '../evaluation/measure.ts';
import { predictionsOf } from '../evaluation/predictions.ts';
import { readRoles } from '../evaluation/roles.ts';
import type { ScoreBlock } from '../evaluation/scores.ts';
import { sliceEvidence } from '../evaluation/slice-evidence.ts';
import type { EvaluatePorts, EvaluateRequest } from './evaluate-request.ts';

/** Scores of candidate and champion as `scores`, those of further seeds apart. */
export interface Scored extends Holdout {
  readonly seedScores: readonly ScoreBlock[];
}

/** The candidate's predictions, and the evidence that is made of them. */
export function measureHoldout(
  { progress }: Pick<EvaluatePorts, 'progress'>,
  request: EvaluateRequest,
  whole: Scored,
) {
  const { gates } = request.model;
  const { holdout, candidate, champion, seeds, clusters, chosenThreshold } = judgedOf(request, whole);
  const seed = `${request.candidate.digest} ${request.champion?.digest ?? 'none'} ${request.holdout.digest}`;
  const judged = new Set(judgedMetrics(gates));
  const contest = { candidate, champion, seed, judged, clusters: clusters?.codes, seeds };
  const metrics = measureContest(contest, (done, of) => progress.say(`measured ${done} of ${of} resamples`));
  progress.say('measuring groups');
  const curves = curvesOf(candidate);
  return {
    candidate,
    ...(candidate.task === 'binary-classification' && { threshold: candidate.threshold }),
    ...(chosenThreshold && { chosenThreshold }),
    metrics,
    ...(clusters && { clusters: clusters.count }),
    ...groupEvidence(request.model, holdout, contest),
    ...sliceEvidence(request.model, holdout, contest, {
      restricted: request.restricted ?? new Set(),
      onSlice: (name) => progress.say(`measuring slice ${name}`),
    }),
    ...(curves && { curves: { candidate: curves, champion: (champion && curvesOf(champion)) ?? null } }),
  };
}

/** Those of benchmark gates, and those that bias gates hold against all rows. */
function judgedMetrics({ benchmark, bias }: ModelConfig['gates']): readonly string[] {
  return [
    ...benchmark.map(({ metric }) => metric),
    ...bias.flatMap((gate) => (comparedTo(gate) === 'overall' ? (groupMetricOf(gate) ?? []) : [])),
  ];
}

/** What both models predict of the rows that are judged: all, or those that had no part in choosing a threshold. */
function judgedOf(request: EvaluateRequest, holdout: Scored) {
  const { task, evaluate: evaluation } = request.model;
  const { threshold, ...predict } = evaluation.predict;
  const { clusters, ...roles } = readRoles(evaluation, { cells: holdout.groups, nameRow: holdout.nameRow });
  const label = { name: evaluation.label, cells: holdout.labels, nameRow: holdout.nameRow };
  const reading = { ...predict, ...(typeof threshold === 'number' && { threshold }), task };
  const [candidate, champion = null] = holdout.scores.map((block, index) =>
    predictionsOf(
      block,
      label,
      { ...reading, ...(index > 0 && positiveOf(request)) },
      index === 0 ? 'candidate' : 'champion',
      roles,
    ),
  );
  const seeds = holdout.seedScores.map((block, index) =>
    predictionsOf(block, label, reading, `seed ${index + 1}`, roles),
  );
  if (!candidate) throw new Error('an evaluation has a candidate');
  const all = { holdout, candidate, champion, seeds, clusters, chosenThreshold: undefined };
  if (typeof threshold !== 'object' || candidate.task !== 'binary-classification') return all;
  const rival = champion?.task === 'binary-classification' ? champion : null;
  const own = seeds.filter((one) => one.task === 'binary-classification');
  const { cluster } = evaluation;
  const keys = cluster === undefined ? holdout.keys : (holdout.groups[cluster] ?? []).map(String);
  return judgedHalf({ holdout, candidate, champion: rival, seeds: own, clusters }, threshold, keys);
}

/** The champion's own column of the positive class, where its output is laid out differently. */
function positiveOf({ champion }: EvaluateRequest) {
  return champion?.predict?.positive === undefined ? {} : { positive: champion.predict.positive };
}
