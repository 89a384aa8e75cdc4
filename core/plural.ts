/** Counts for people. */

/** `1 row`, `0 rows`, `2,500 rows`: a count and a noun that takes an s. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
