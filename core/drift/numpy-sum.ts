/** numpy's sum of up to 128 numbers: one after the other when there are fewer than eight, else in eight lanes that meet in pairs. */

const LANES = 8;

/** Ties of sums are broken by rounding, so that the order of the additions decides what equals what. */
export function numpySum(numbers: readonly number[]): number {
  if (numbers.length < LANES) return inOrder(0, numbers);
  const lanes = new Array<number>(LANES).fill(0);
  const inLanes = numbers.length - (numbers.length % LANES);
  for (let index = 0; index < inLanes; index++) {
    lanes[index % LANES] = (lanes[index % LANES] ?? 0) + (numbers[index] ?? 0);
  }
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
  return inOrder(a + b + (c + d) + (e + f + (g + h)), numbers.slice(inLanes));
}

function inOrder(start: number, numbers: readonly number[]): number {
  let total = start;
  for (const number of numbers) total += number;
  return total;
}
