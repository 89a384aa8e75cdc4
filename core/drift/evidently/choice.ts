/**
 * Which measure Evidently takes when it is given none (its registry's default): by the column's type, the rows of the reference and how
 * many values are different on both sides together, missing and infinite ones left out. Numbers of few values count as categories.
 */

/** Up to so many reference rows it takes tests, from there on distances. */
const TESTED_ROWS = 1000;

const FEW_VALUES = 5;

export function evidentlyChoice({
  rows,
  distinct,
  numeric,
}: {
  readonly rows: number;
  readonly distinct: number;
  readonly numeric: boolean;
}) {
  const asNumbers = numeric && distinct > FEW_VALUES;
  if (rows > TESTED_ROWS) return asNumbers ? 'wasserstein' : 'jensenshannon';
  if (asNumbers) return 'ks';
  return distinct > 2 ? 'chisquare' : 'z';
}
