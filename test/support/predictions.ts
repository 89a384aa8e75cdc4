/** Predictions that any machine can draw again, with the ties, weights and empty classes that metrics stumble over. */

import { seededRandom } from '#core/chance.ts';
import {
  argmax,
  type BinaryPredictions,
  clusters,
  type MulticlassPredictions,
  type RankingPredictions,
  type RegressionPredictions,
} from '#core/metrics/predictions.ts';
import { uniform } from '#test/support/numbers.ts';

export type Drawn = BinaryPredictions | MulticlassPredictions | RegressionPredictions | RankingPredictions;

const ROWS = 300;
const WEIGHTS = Float64Array.from(uniform(13, ROWS), (u) => 1 + Math.floor(4 * u));

/** y = u(11) < .4, score = round(clip(.7·u(12) + .3·y, 0, 1), 2), threshold .5. */
export function binaryPredictions(): BinaryPredictions {
  const labels = Uint8Array.from(uniform(11, ROWS), (u) => (u < 0.4 ? 1 : 0));
  const scores = Float64Array.from(uniform(12, ROWS), (u, row) => {
    return Math.round(Math.min(1, u * 0.7 + 0.3 * (labels[row] ?? 0)) * 100) / 100;
  });
  return { task: 'binary-classification', labels, scores, threshold: 0.5 };
}

/** Classes floor(3·u(21)), scores u(22 + i) + .5·[y = i], normalised. */
export function multiclassPredictions(): MulticlassPredictions {
  const labels = Int32Array.from(uniform(21, ROWS), (u) => Math.floor(3 * u));
  const columns = [22, 23, 24].map((seed, index) =>
    uniform(seed, ROWS).map((u, row) => u + (labels[row] === index ? 0.5 : 0)),
  );
  const scores = Float64Array.from({ length: ROWS * 3 }, (_, place) => {
    const row = Math.floor(place / 3);
    const total = columns.reduce((sum, column) => sum + (column[row] ?? 0), 0);
    return (columns[place % 3]?.[row] ?? 0) / total;
  });
  return {
    task: 'multiclass-classification',
    classes: ['a', 'b', 'c'],
    labels,
    scores,
    predicted: argmax(scores, 3),
  };
}

/** y = 10·u(31), ŷ = max(.1, y + 2·u(32) − 1.2). */
export function regressionPredictions(): RegressionPredictions {
  const labels = Float64Array.from(uniform(31, ROWS), (u) => 10 * u);
  const scores = Float64Array.from(uniform(32, ROWS), (u, row) =>
    Math.max(0.1, (labels[row] ?? 0) + 2 * u - 1.2),
  );
  return { task: 'regression', labels, scores };
}

/** Lists floor(25·u(41)), relevance max(0, floor(5·u(42)) − 1), score = round(u(43) + .2·relevance, 1). */
export function rankingPredictions(): RankingPredictions {
  const lists = clusters(
    uniform(41, ROWS).map((u) => String(Math.floor(25 * u))),
    ROWS,
  );
  const labels = Float64Array.from(uniform(42, ROWS), (u) => Math.max(0, Math.floor(5 * u) - 1));
  const scores = Float64Array.from(uniform(43, ROWS), (u, row) => {
    return Math.round((u + 0.2 * (labels[row] ?? 0)) * 10) / 10;
  });
  return { task: 'ranking', lists, labels, scores };
}

/** 1 + floor(4·u(13)) of each row; of a list, its first row's. */
export function weighted<Kind extends Drawn>(predictions: Kind): Kind {
  if (predictions.task !== 'ranking') return { ...predictions, weights: WEIGHTS };
  const weights = predictions.lists.codes;
  return { ...predictions, weights: Float64Array.from(weights, (code) => 1 + (code % 4)) };
}

/** `count` predictions of each task: few rows and many, tied and untied, of one class or all, constant scores, with weights of all kinds. */
export function drawPredictions(count: number, seed: string): readonly Drawn[] {
  const random = seededRandom(seed);
  const u = () => random.next();
  const below = (most: number) => Math.floor(u() * most);
  return Array.from({ length: count }, (_, index) => {
    const rows = [1, 2, 5, 12, 40, 100, 200][below(7)] ?? 5;
    const decimals = [0, 1, 2, 15][below(4)] ?? 2;
    const isConstant = below(8) === 0;
    const score = () => (isConstant ? 0.5 : Number(u().toFixed(decimals)));
    const weights = drawWeights(rows, below(4));
    const share = [0, 0.1, 0.4, 1][below(4)] ?? 0.4;
    switch (index % 4) {
      case 0:
        return {
          task: 'binary-classification',
          labels: Uint8Array.from({ length: rows }, () => (u() < share ? 1 : 0)),
          scores: Float64Array.from({ length: rows }, score),
          threshold: 0.5,
          ...weights,
        };
      case 1:
        return { ...drawClasses(rows, 3 + below(3)), ...weights };
      case 2: {
        const sizes = [(x: number) => x, (x: number) => 8 * x - 2, (x: number) => Math.floor(4 * x)];
        const size = sizes[below(3)] ?? sizes[0];
        const number = () => size?.(isConstant ? 0.5 : score()) ?? 0;
        const labels = Float64Array.from({ length: rows }, number);
        return { task: 'regression', labels, scores: labels.map(() => size?.(score()) ?? 0), ...weights };
      }
      default: {
        const codes = Array.from({ length: rows }, () => String(below(1 + rows / 6)));
        const lists = clusters(codes, rows);
        const ofLists = Float64Array.from({ length: lists.count }, () => 0.5 + 2 * u());
        return {
          task: 'ranking',
          lists,
          labels: Float64Array.from({ length: rows }, () => (u() < share ? 1 + below(3) : 0)),
          scores: Float64Array.from({ length: rows }, score),
          ...(weights.weights && { weights: Float64Array.from(lists.codes, (code) => ofLists[code] ?? 1) }),
        };
      }
    }
  });

  function drawWeights(rows: number, kind: number): { readonly weights?: Float64Array } {
    if (kind < 2) return {};
    const weight = kind === 2 ? () => below(4) : () => 0.1 + 3 * u();
    const weights = Float64Array.from({ length: rows }, weight);
    return weights.some((one) => one > 0) ? { weights } : {};
  }

  /** Some classes may have no rows; probabilities sum to 1. */
  function drawClasses(rows: number, width: number): MulticlassPredictions {
    const names = Array.from({ length: width }, (_, index) => String(index));
    const used = below(3) === 0 ? 1 + below(width) : width;
    const tied = below(2) === 0;
    const scores = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++) {
      const parts = names.map(() => (tied ? 1 + below(2) : 0.05 + u()));
      const total = parts.reduce((sum, part) => sum + part, 0);
      for (const [column, part] of parts.entries()) scores[row * width + column] = part / total;
    }
    return {
      task: 'multiclass-classification',
      classes: names,
      labels: Int32Array.from({ length: rows }, () => below(used)),
      scores,
      predicted: argmax(scores, width),
    };
  }
}

/** The predictions that test/core/metrics/scikit-learn.json has scikit-learn's values of. */
export function fixedPredictions(): Readonly<Record<string, Drawn>> {
  const plain = {
    binary: binaryPredictions(),
    multiclass: multiclassPredictions(),
    regression: regressionPredictions(),
    ranking: rankingPredictions(),
  };
  const heavy = Object.entries(plain).map(([name, drawn]) => [`weighted ${name}`, weighted<Drawn>(drawn)]);
  return { ...plain, ...Object.fromEntries(heavy) };
}
