/** How many rows would settle a question, from how wide today's interval is. An estimate, and worded as one. */

/** Beyond this many times today's rows nobody waits for more rows. */
const HOPELESS = 100;

/**
 * What to ask for when an interval straddles a limit. Widths shrink with the square root of the rows, so the
 * half-width must shrink to the distance between estimate and limit:
 *
 *     rows needed = rows · (half-width / distance)²
 */
export function wouldSettle(
  interval: { readonly point: number; readonly low: number; readonly high: number },
  limit: number,
  rows: { readonly now: number; readonly name: string },
): string {
  const distance = Math.abs(interval.point - limit);
  const half = interval.point > limit ? interval.point - interval.low : interval.high - interval.point;
  const factor = (half / distance) ** 2;
  if (!(factor <= HOPELESS)) {
    return `a limit further from the estimate (more ${rows.name} hardly can: the estimate stands almost on the limit), or \`decide: point\``;
  }
  const needed = roundUp(Math.max(rows.now + 1, rows.now * factor));
  return `about ${needed.toLocaleString('en-US')} ${rows.name} instead of ${rows.now.toLocaleString('en-US')} (if the estimate stays where it is)`;
}

/** Two leading digits, rounded up. */
export function roundUp(rows: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1);
  return Math.ceil(rows / unit) * unit;
}
