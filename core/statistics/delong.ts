/**
 * The standard error of ROC AUC, and of the difference of two on the same rows, without resampling (DeLong, DeLong and Clarke-Pearson
 * 1988), by ranks in O(n log n) (Sun and Xu 2014). Each row has a placement: the share of the other class that it is on the right
 * side of, ties counting half. The row's influence is its placement's deviation from the AUC, over the weight of its class.
 *
 *     φ_i = w_i (V_i − AUC) / W_class,   var = m/(m−1) Σ⁺ φ² + n/(n−1) Σ⁻ φ²
 *
 * Rows of one cluster are summed before they are squared, which adds the covariance of the classes (Obuchowski 1997).
 */

import { type Ranking, walkTies } from '../metrics/ranking.ts';
import { unitsOf } from './bootstrap.ts';
import { freedomOf } from './interval.ts';

export interface Area {
  readonly area: number;
  /** Of every row on the AUC; they sum to 0. The influence on a difference of two AUCs is the difference of influences. */
  readonly influence: Float64Array;
}

/** Of rows of both classes. */
export function areaInfluence(ranking: Ranking, weights: Float64Array): Area {
  const { order, labels, tieEnds } = ranking;
  let [positives, negatives, won] = [0, 0, 0];
  walkTies(ranking, weights, (above, below) => {
    won += below * (positives + above / 2);
    positives += above;
    negatives += below;
  });
  const area = won / (positives * negatives);

  const influence = new Float64Array(order.length);
  let [seenAbove, seenBelow, from] = [0, 0, 0];
  for (let to = 0; to < order.length; to++) {
    if (tieEnds[to] === 0) continue;
    const tie = weightsWithin(ranking, weights, from, to);
    const ofPositive = (negatives - seenBelow - tie.below / 2) / negatives;
    const ofNegative = (seenAbove + tie.above / 2) / positives;
    for (let place = from; place <= to; place++) {
      const row = order[place] ?? 0;
      const isPositive = labels[place] === 1;
      const placement = isPositive ? ofPositive : ofNegative;
      influence[row] = ((weights[row] ?? 0) * (placement - area)) / (isPositive ? positives : negatives);
    }
    seenAbove += tie.above;
    seenBelow += tie.below;
    from = to + 1;
  }
  return { area, influence };
}

function weightsWithin({ order, labels }: Ranking, weights: Float64Array, from: number, to: number) {
  let [above, below] = [0, 0];
  for (let place = from; place <= to; place++) {
    const weight = weights[order[place] ?? 0] ?? 0;
    if (labels[place] === 1) above += weight;
    else below += weight;
  }
  return { above, below };
}

export interface AreaError {
  readonly error: number;
  /**
   * Of a t distribution: by Satterthwaite (1946), where the rarer class decides, and no more than the influences' kurtosis leaves. Without
   * the latter, intervals at an AUC of .94 hold the truth in 92 % of samples with 20 to 40 positives: those without a hard positive row
   * have a large area and a small error.
   */
  readonly freedom: number;
  /** Rows (or clusters with any) of the rarer class. */
  readonly rarer: number;
}

/** Of an AUC or a difference by its rows' influences. `clusters` numbers each row's cluster from 0; without it every row is one. */
export function areaError(
  influence: Float64Array,
  labels: Uint8Array,
  clusters: Int32Array | undefined,
): AreaError {
  const units = unitsOf({ weights: influence, clusters });
  const sums = [new Float64Array(units), new Float64Array(units)] as const;
  const present = [new Uint8Array(units), new Uint8Array(units)] as const;
  for (let row = 0; row < labels.length; row++) {
    const unit = clusters?.[row] ?? row;
    const side = labels[row] === 1 ? 1 : 0;
    sums[side][unit] = (sums[side][unit] ?? 0) + (influence[row] ?? 0);
    present[side][unit] = 1;
  }
  const [negative, positive] = [varianceOf(sums[0], present[0]), varianceOf(sums[1], present[1])];
  const apart = negative.variance + positive.variance;
  const parts = negative.variance ** 2 / negative.freedom + positive.variance ** 2 / positive.freedom;
  const ofClasses = parts > 0 ? apart ** 2 / parts : units - 1;
  const together = sums[0].reduce((sum, value, unit) => sum + value * (sums[1][unit] ?? 0), 0);
  const both = sums[0].map((value, unit) => value + (sums[1][unit] ?? 0));
  return {
    error: Math.sqrt(Math.max(0, apart + (2 * together * units) / (units - 1))),
    freedom: Math.max(1, Math.min(ofClasses, freedomOf(both, units))),
    rarer: Math.min(negative.units, positive.units),
  };
}

function varianceOf(sums: Float64Array, present: Uint8Array) {
  const squares = sums.reduce((sum, value) => sum + value ** 2, 0);
  const units = present.reduce((sum, one) => sum + one, 0);
  const freedom = Math.max(1, units - 1);
  return { variance: (squares * units) / freedom, freedom, units };
}
