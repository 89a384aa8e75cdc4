/** Evidence, policy and models of a small made-up evaluation; tests change the part they speak of. */

import { parseModelConfig } from '#core/config/load.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { digestOf } from '#core/digest.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';

export const CANDIDATE = digestOf('candidate');
export const CHAMPION = digestOf('champion');

/** A model's configuration; `gates` is YAML in flow style. */
export function modelConfig(gates = '{}', changes: Partial<ModelConfig> = {}): ModelConfig {
  const text = `
name: credit
task: binary-classification
inputs: {code: ["src/**"], data: [data/train.lock]}
train: {command: python train.py}
evaluate:
  data: data/holdout.lock
  key: id
  label: defaulted
  predict: {output: probabilities}
  groups: [sex]
gates: ${gates}
`;
  return { ...parseModelConfig({ path: 'model.yaml', text }), ...changes };
}

/** Evidence on 1,000 rows: roc_auc .80 [.78, .82] against .79, women and men alike, a request in 100 to 109 µs. */
export function evaluation(changes: Partial<EvaluationPredicate> = {}): EvaluationPredicate {
  const counts = { tp: 60, fp: 40, fn: 40, tn: 360 };
  const latencies = Array.from({ length: 1000 }, (_, index) => 100 + ((index * 7) % 10));
  return {
    mergeway: '0.1.0',
    model: 'credit',
    task: 'binary-classification',
    candidate: CANDIDATE,
    champion: { digest: CHAMPION, version: 'v0.0.3' },
    holdout: { digest: digestOf('holdout'), uri: 'store:holdout.parquet', rows: 1000 },
    configuration: digestOf('policy'),
    runner: 'linux x64, 2 cores',
    origin: 'evaluation',
    threshold: 0.5,
    metrics: [
      {
        metric: 'roc_auc',
        candidate: { point: 0.8, low: 0.78, high: 0.82 },
        champion: { point: 0.79, low: 0.77, high: 0.81 },
        difference: { point: 0.01, low: -0.004, high: 0.024 },
      },
      {
        metric: 'log_loss',
        candidate: { point: 0.42, low: 0.4, high: 0.44 },
        champion: { point: 0.4, low: 0.38, high: 0.42 },
        difference: { point: 0.02, low: 0.005, high: 0.035 },
      },
    ],
    groups: [
      {
        by: ['sex'],
        groups: [
          { values: ['f'], candidate: counts, champion: counts },
          { values: ['m'], candidate: counts, champion: counts },
        ],
      },
    ],
    latency: { candidateUs: latencies, championUs: latencies },
    seconds: 12,
    ...changes,
  };
}
