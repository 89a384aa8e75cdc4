/** Groups whose rows come in clusters (customers with ten rows each): rows of one resemble each other in their labels and in what is predicted. */

import { clusteringByGroup, confusionByGroup } from '#core/evaluation/confusion.ts';
import type { GroupEvidence } from '#core/evidence/groups.ts';
import type { Random } from '#core/ports/random.ts';
import { normalQuantile } from '#core/statistics/normal.ts';
import { normal } from './bias-populations.ts';

const BASE = 0.3;
const FPR = 0.2;

/** Share of a score's variance that the rows of a cluster have in common; so have half of their labels. */
const COMMON = 0.3;

export interface Clustered {
  /** True-positive rate of each group. */
  readonly tprs: readonly number[];
  /** Of each group. */
  readonly clusters: number;
  readonly perCluster: number;
}

export function clusteredGroups(
  { tprs, clusters, perCluster }: Clustered,
  random: Random,
): readonly GroupEvidence[] {
  const rows = tprs.length * clusters * perCluster;
  const labels = new Uint8Array(rows);
  const scores = new Float64Array(rows);
  const clusterOf = Int32Array.from(labels, (_, row) => Math.floor(row / perCluster));
  const codes = clusterOf.map((cluster) => cluster % tprs.length);
  let [noise, tendency] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (row % perCluster === 0) [noise, tendency] = [normal(random), random.next()];
    const follows = random.next() < 0.5;
    labels[row] = (follows ? tendency : random.next()) < BASE ? 1 : 0;
    const rate = labels[row] === 1 ? (tprs[codes[row] ?? 0] ?? 0) : FPR;
    const seen = Math.sqrt(COMMON) * noise + Math.sqrt(1 - COMMON) * normal(random);
    scores[row] = normalQuantile(rate) + seen;
  }
  const predictions = { task: 'binary-classification', labels, scores, threshold: 0 } as const;
  const grouping = { by: ['group'], groups: tprs.map((_, index) => [`g${index}`]), codes };
  const clustering = clusteringByGroup(predictions, grouping, clusterOf);
  return confusionByGroup(predictions, grouping).map((candidate, index) => ({
    values: [`g${index}`],
    candidate,
    champion: null,
    ...(clustering[index] && { clustering: clustering[index] }),
  }));
}
