/** Groups with known rates, and holdouts drawn from them as evidence of an evaluation. */

import { digestOf } from '#core/digest.ts';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import type { Confusion, GroupEvidence } from '#core/evidence/groups.ts';
import type { Random } from '#core/ports/random.ts';
import { drawMultinomial } from '#core/statistics/binomial.ts';

/** One group of a population. */
export interface Part {
  readonly values: readonly string[];
  readonly rows: number;
  readonly base: number;
  readonly tpr: number;
  readonly fpr: number;
  /** Rows weigh exp(normal) times this where they are found: heavy rows are not like the others. Absent: no weights. */
  readonly weightOfFound?: number;
}

/** Groups `g0`, `g1` …, of equal size, with a base rate of .3 and a false-positive rate of .2. */
export function parts(rows: number, tprs: readonly number[]): readonly Part[] {
  return tprs.map((tpr, index) => ({ values: [`g${index}`], rows, base: 0.3, tpr, fpr: 0.2 }));
}

/** The confusion counts of one holdout; how many rows a group has is chance too. */
export function drawGroups(population: readonly Part[], random: Random): readonly GroupEvidence[] {
  const chances = population.flatMap(({ rows, base, tpr, fpr }) => [
    rows * base * tpr,
    rows * (1 - base) * fpr,
    rows * base * (1 - tpr),
    rows * (1 - base) * (1 - fpr),
  ]);
  const total = population.reduce((sum, { rows }) => sum + rows, 0);
  const cells = drawMultinomial(total, chances, random);
  return population.map(({ values, weightOfFound }, index) => {
    const [tp = 0, fp = 0, fn = 0, tn = 0] = cells.slice(4 * index, 4 * index + 4);
    const rows = { tp, fp, fn, tn };
    const group = { values: [...values], candidate: rows, champion: null };
    return weightOfFound === undefined ? group : { ...group, ...weighed(rows, weightOfFound, random) };
  });
}

/** The true-positive rate of the weighted population. */
export function weightedRate(tpr: number, weightOfFound: number): number {
  return (tpr * weightOfFound) / (tpr * weightOfFound + 1 - tpr);
}

function weighed(rows: Confusion, weightOfFound: number, random: Random) {
  const candidate = { ...rows };
  const squares = { ...rows };
  for (const cell of ['tp', 'fp', 'fn', 'tn'] as const) {
    candidate[cell] = 0;
    squares[cell] = 0;
    for (let row = 0; row < rows[cell]; row++) {
      const weight = Math.exp(normal(random)) * (cell === 'tp' ? weightOfFound : 1);
      candidate[cell] += weight;
      squares[cell] += weight ** 2;
    }
  }
  return { candidate, weighing: { rows, squares } };
}

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** What an evaluation says of groups. */
export type Tables = Pick<EvaluationPredicate, 'groupMetrics'> & {
  readonly groups?: readonly GroupEvidence[];
};

/** Evidence that holds these groups; the run names its digests, from which the gate's own chance comes. */
export function evidenceOf(run: string, by: readonly string[], tables: Tables): EvaluationPredicate {
  const { groups = [], groupMetrics } = tables;
  return {
    mergeway: 'bench',
    model: 'bench',
    task: 'binary-classification',
    candidate: digestOf(run),
    champion: null,
    holdout: { digest: digestOf(`holdout ${run}`), uri: 'bench', rows: 0 },
    configuration: digestOf('bench'),
    runner: 'bench',
    origin: 'evaluation',
    metrics: [],
    groups: groups.length > 0 ? [{ by: [...by], groups: [...groups] }] : [],
    ...(groupMetrics && { groupMetrics }),
    latency: { candidateUs: [], championUs: null },
    seconds: 0,
  };
}
