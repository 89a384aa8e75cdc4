/** Numbers for people: four digits, thousands separated, the same everywhere a verdict is read. */

import type { Estimate } from '../evidence/estimate.ts';

const MINUS = '−';

/** `0.7541`, `12.35`, `12,346`, `0.00012`; a true minus sign. */
export function number(value: number): string {
  const size = Math.abs(value);
  const digits = size === 0 ? '0' : positive(size);
  return value < 0 && Number(digits.replaceAll(',', '')) !== 0 ? `${MINUS}${digits}` : digits;
}

/** As `number`, with a plus sign for gains. */
export function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : number(value);
}

/** `0.7541 [0.7452, 0.7633]`; without an interval only the point; `undefined` where there is no point. */
export function estimateText(
  { point, low, high }: Pick<Estimate, 'point' | 'low' | 'high'>,
  format: (value: number) => string = number,
): string {
  if (point === null) return 'undefined';
  if (low === null || high === null) return format(point);
  return `${format(point)} [${format(low)}, ${format(high)}]`;
}

/** As `estimateText`; of a file's size, which is counted and not estimated, the number alone. */
export function measuredText(
  gate: string,
  { point, low, high }: Pick<Estimate, 'point' | 'low' | 'high'>,
): string {
  return estimateText(gate === 'size' ? { point, low: null, high: null } : { point, low, high });
}

function positive(size: number): string {
  if (size < 0.001) return size.toPrecision(2);
  if (size < 1) return size.toFixed(4);
  if (size < 1000) return size.toPrecision(4);
  return Math.round(size).toLocaleString('en-US');
}
