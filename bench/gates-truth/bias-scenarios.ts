/** Models whose gaps are known, and what the bias gate may say of them. */

import type { z } from 'zod';
import type { Gates } from '#core/config/gates/index.ts';
import { measureGroups } from '#core/evaluation/group-metrics.ts';
import type { Random } from '#core/ports/random.ts';
import type { Claim } from './bias.ts';
import { clusteredGroups } from './bias-clusters.ts';
import { normal, type Part, parts, type Tables, weightedRate } from './bias-populations.ts';

export const RUNS = 2000;

type GateInput = NonNullable<NonNullable<z.input<typeof Gates>['bias']>[number]>;

export interface Scenario {
  readonly name: string;
  readonly gate: GateInput;
  readonly claims: readonly Claim[];
  /** Columns of the groups; absent: `group`. */
  readonly by?: readonly string[];
  readonly population?: readonly Part[] | undefined;
  /** No rival rule is known for this. */
  readonly alone?: true;
  /** Where the population is more than counts: a metric by group, or rows in clusters. */
  readonly draw?: (random: Random) => Tables;
}

export const EQUALIZED_ODDS: GateInput = { metric: 'equalized_odds_difference', by: ['group'], max: 0.1 };
const LIMITED: Claim = { says: 'pass', atMost: 0.05 };
const HONEST: Claim = { says: 'fail', atMost: 0.05 };

/** Found rows weigh twice: true-positive rates whose weighted gap is just the limit. */
const WEIGHT_OF_FOUND = 2;
const WEIGHTED_TPRS = [0.6, unweighted(weightedRate(0.6, WEIGHT_OF_FOUND) - 0.1)] as const;

export const scenarios: readonly Scenario[] = [
  {
    name: 'a fair model, two groups of 2,000 rows',
    gate: EQUALIZED_ODDS,
    population: parts(2000, [0.6, 0.6]),
    claims: [HONEST, { says: 'pass', atLeast: 0.6 }],
  },
  {
    name: 'a model at .20, two groups of 2,000 rows',
    gate: EQUALIZED_ODDS,
    population: parts(2000, [0.6, 0.4]),
    claims: [LIMITED, { says: 'fail', atLeast: 0.8 }],
  },
  {
    name: 'a model just at the limit of .10, two groups of 2,000 rows',
    gate: EQUALIZED_ODDS,
    population: parts(2000, [0.6, 0.5]),
    claims: [LIMITED, HONEST],
  },
  {
    name: 'a fair model, five groups of 2,000 rows',
    gate: EQUALIZED_ODDS,
    population: parts(2000, [0.6, 0.6, 0.6, 0.6, 0.6]),
    claims: [HONEST],
  },
  {
    name: 'a model with one of five groups at .20, 2,000 rows each',
    gate: EQUALIZED_ODDS,
    population: parts(2000, [0.6, 0.6, 0.6, 0.6, 0.4]),
    claims: [LIMITED],
  },
  {
    name: 'a fair model, two groups of 2,000 rows and one of 20',
    gate: EQUALIZED_ODDS,
    population: [...parts(2000, [0.6, 0.6]), { values: ['small'], rows: 20, base: 0.3, tpr: 0.6, fpr: 0.2 }],
    claims: [{ says: 'inconclusive', atLeast: 0.95 }],
  },
  {
    name: 'a model at .20, two groups of 100 rows',
    gate: EQUALIZED_ODDS,
    population: parts(100, [0.6, 0.4]),
    claims: [LIMITED],
  },
  {
    name: 'demographic parity ratio ≥ .8 of a fair model, 2,000 rows',
    gate: { metric: 'demographic_parity_ratio', by: ['group'], min: 0.8 },
    population: parts(2000, [0.6, 0.6]),
    claims: [HONEST],
  },
  {
    name: 'demographic parity ratio ≥ .8 of a model just there, 2,000 rows',
    gate: { metric: 'demographic_parity_ratio', by: ['group'], min: 0.8 },
    population: ratioParts(0.8),
    claims: [LIMITED, HONEST],
  },
  {
    name: 'weighted rows (Kish: 37 % of them) just at the limit of .10, two groups of 4,000 rows',
    gate: EQUALIZED_ODDS,
    population: parts(4000, WEIGHTED_TPRS).map((part) => ({ ...part, weightOfFound: WEIGHT_OF_FOUND })),
    alone: true,
    claims: [LIMITED, HONEST],
  },
  {
    name: 'to overall, just at the limit of .05, three groups of 2,000 rows',
    gate: { metric: 'equal_opportunity_difference', by: ['group'], to: 'overall', max: 0.05 },
    population: parts(2000, [0.575, 0.575, 0.5]),
    alone: true,
    claims: [LIMITED, HONEST],
  },
  {
    name: 'the mean of both rates just at the limit of .05, two groups of 2,000 rows',
    gate: { ...EQUALIZED_ODDS, agg: 'mean', max: 0.05 },
    population: parts(2000, [0.6, 0.5]),
    alone: true,
    claims: [LIMITED, HONEST],
  },
  {
    name: 'within two regions, one of them just at the limit of .10, groups of 2,000 rows',
    gate: { ...EQUALIZED_ODDS, control: ['region'] },
    by: ['group', 'region'],
    population: parts(2000, [0.6, 0.6, 0.6, 0.5]).map((part, index) => ({
      ...part,
      values: [`g${index % 2}`, index < 2 ? 'north' : 'south'],
    })),
    alone: true,
    claims: [LIMITED, HONEST],
  },
  {
    name: "a predictive metric: precision against the majority's, ratio just .8, 2,000 rows",
    gate: { metric: 'precision_disparity', by: ['group'], min: 0.8 },
    population: precisionParts(0.8),
    claims: [LIMITED, HONEST],
  },
  {
    name: 'ROC AUC of two groups of 600 rows, just .065 apart',
    gate: { metric: 'roc_auc', by: ['group'], max: 0.065 },
    draw: (random) => aucGroups(600, [1.1, 0.81028], random),
    alone: true,
    claims: [LIMITED, HONEST],
  },
  {
    name: 'a model just at the limit of .10, two groups of 40 clusters of 50 rows',
    gate: EQUALIZED_ODDS,
    draw: (random) => ({
      groups: clusteredGroups({ tprs: [0.6, 0.5], clusters: 40, perCluster: 50 }, random),
    }),
    alone: true,
    claims: [LIMITED, HONEST],
  },
  {
    name: 'a fair model, two groups of 400 clusters of 10 rows',
    gate: EQUALIZED_ODDS,
    draw: (random) => ({
      groups: clusteredGroups({ tprs: [0.6, 0.6], clusters: 400, perCluster: 10 }, random),
    }),
    alone: true,
    claims: [HONEST, { says: 'pass', atLeast: 0.6 }],
  },
];

function unweighted(rate: number): number {
  return rate / (rate + WEIGHT_OF_FOUND * (1 - rate));
}

/** Selection rates of .32 and `ratio` times that. */
function ratioParts(ratio: number): readonly Part[] {
  const of = (selected: number) => (selected - 0.7 * 0.2) / 0.3;
  return parts(2000, [of(0.32), of(0.32 * ratio)]);
}

/** Precision of .18/.32 in the larger group, and `ratio` times that in the other. */
function precisionParts(ratio: number): readonly Part[] {
  const [first, second] = parts(2000, [0.6, 0.6]);
  const precision = ratio * (0.18 / 0.32);
  const fpr = (0.18 / precision - 0.18) / 0.7;
  return [
    { ...(first as Part), rows: 2200 },
    { ...(second as Part), fpr },
  ];
}

/** Normal scores, whose AUC is Φ(distance / √2). */
function aucGroups(rows: number, distances: readonly number[], random: Random) {
  const labels = new Uint8Array(rows * distances.length);
  const codes = Int32Array.from(labels, (_, row) => Math.floor(row / rows));
  const scores = Float64Array.from(labels, (_, row) => {
    labels[row] = random.next() < 0.3 ? 1 : 0;
    return normal(random) + (labels[row] === 1 ? (distances[codes[row] ?? 0] ?? 0) : 0);
  });
  const contest = {
    candidate: { task: 'binary-classification', labels, scores, threshold: 0 } as const,
    champion: null,
    seed: String(random.next()),
  };
  const grouping = { by: ['group'], groups: distances.map((_, index) => [`g${index}`]), codes };
  return { groupMetrics: [measureGroups(contest, 'roc_auc', grouping)] };
}
