/** Holdouts drawn from populations whose true metrics are known: two models that are right in part on the same rows and in part on others. */

import type { Predictions } from '#core/metrics/predictions.ts';
import type { Random } from '#core/ports/random.ts';
import { normalQuantile } from '#core/statistics/normal.ts';

interface Drawn {
  readonly candidate: Predictions;
  readonly champion: Predictions;
  readonly clusters?: Int32Array;
}

export interface Population {
  readonly name: string;
  readonly draw: (rows: number, random: Random) => Drawn;
}

/** Share of a score's noise that both models have in common. */
const COMMON = 0.8;

export interface Separation {
  readonly name: string;
  readonly share: number;
  /** Distance of the classes' scores in standard deviations: AUC = Φ(d / √2). */
  readonly candidate: number;
  readonly champion: number;
  /** Rows of one cluster, which share a part of their noise and of their label's; 1: rows are independent. */
  readonly perCluster?: number;
}

/** Two classes whose scores are normal; both models give the exact probabilities of what they see. */
export function classes(separation: Separation): Population {
  const { name, share, perCluster = 1 } = separation;
  return {
    name,
    draw(rows, random) {
      const labels = new Uint8Array(rows);
      const scores = { candidate: new Float64Array(rows), champion: new Float64Array(rows) };
      let cluster = drawCluster(random);
      for (let row = 0; row < rows; row++) {
        if (row % perCluster === 0) cluster = drawCluster(random);
        labels[row] = drawLabel(separation, cluster, random);
        const common = normal(random);
        for (const model of ['candidate', 'champion'] as const) {
          const own = Math.sqrt(COMMON) * common + Math.sqrt(1 - COMMON) * normal(random);
          const noise = perCluster > 1 ? Math.sqrt(0.7) * own + Math.sqrt(0.3) * cluster.noise : own;
          scores[model][row] = probability(
            separation[model],
            (labels[row] ?? 0) * separation[model] + noise,
            share,
          );
        }
      }
      const task = { task: 'binary-classification', labels, threshold: share } as const;
      return {
        candidate: { ...task, scores: scores.candidate },
        champion: { ...task, scores: scores.champion },
        ...(perCluster > 1 && {
          clusters: Int32Array.from(labels, (_, row) => Math.floor(row / perCluster)),
        }),
      };
    },
  };
}

export interface SeededSeparation {
  readonly share: number;
  readonly champion: number;
  /** Distance of the classes in a run with such luck, a standard normal number. */
  readonly candidate: (luck: number) => number;
  readonly runs: number;
}

/** Two classes; models of several runs of one training, each with a distance of its own, beside the champion on the same rows. */
export function seededClasses(
  { share, champion, candidate, runs }: SeededSeparation,
  rows: number,
  random: Random,
): { readonly champion: Predictions; readonly candidates: readonly Predictions[] } {
  const distances = [champion, ...Array.from({ length: runs }, () => candidate(normal(random)))];
  const labels = Uint8Array.from({ length: rows }, () => (random.next() < share ? 1 : 0));
  const scores = distances.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const common = normal(random);
    for (const [model, distance] of distances.entries()) {
      const noise = Math.sqrt(COMMON) * common + Math.sqrt(1 - COMMON) * normal(random);
      const own = scores[model];
      if (own) own[row] = probability(distance, (labels[row] ?? 0) * distance + noise, share);
    }
  }
  const [theirs, ...ours] = scores.map(
    (own): Predictions => ({ task: 'binary-classification', labels, scores: own, threshold: share }),
  );
  if (!theirs) throw new Error('there is a champion');
  return { champion: theirs, candidates: ours };
}

interface Cluster {
  readonly noise: number;
  readonly tendency: number;
}

function drawCluster(random: Random): Cluster {
  return { noise: normal(random), tendency: random.next() };
}

/** In clusters half of the labels follow the cluster's own tendency. */
function drawLabel({ share, perCluster = 1 }: Separation, { tendency }: Cluster, random: Random): number {
  const follows = perCluster > 1 && random.next() < 0.5;
  return (follows ? tendency : random.next()) < share ? 1 : 0;
}

/** Of being positive, given what was seen. */
function probability(distance: number, seen: number, share: number): number {
  return 1 / (1 + Math.exp(-(distance * seen - distance ** 2 / 2 + Math.log(share / (1 - share)))));
}

/** The distance of the classes at which ROC AUC is this: AUC = Φ(d / √2). */
export function distanceFor(area: number): number {
  return Math.SQRT2 * normalQuantile(area);
}

/** Labels with a trend that both models know, errors with heavy tails (Laplace), the champion's a tenth larger. */
export const numbers: Population = {
  name: 'numbers with heavy-tailed errors',
  draw(rows, random) {
    const labels = new Float64Array(rows);
    const [ours, theirs] = [new Float64Array(rows), new Float64Array(rows)];
    for (let row = 0; row < rows; row++) {
      const known = 2 * normal(random);
      const error = laplace(random);
      labels[row] = known + error;
      ours[row] = known + 0.3 * normal(random);
      theirs[row] = known + 0.5 * normal(random);
    }
    return {
      candidate: { task: 'regression', labels, scores: ours },
      champion: { task: 'regression', labels, scores: theirs },
    };
  },
};

/** Box and Muller (1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function laplace(random: Random): number {
  const u = random.next() - 0.5;
  return -Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
}
