/** The point-in-time rule as a loop over all pairs, the slow way that nobody can get wrong; times in seconds. */

export interface Label {
  readonly key: number | null;
  readonly at: number | null;
}

export interface FeatureRow {
  readonly key: number | null;
  readonly event: number | null;
  readonly created: number | null;
  readonly value: number | null;
}

/** A value or null for each label. `ttlSeconds` 0 is no limit. */
export function bruteForce(
  labels: readonly Label[],
  rows: readonly FeatureRow[],
  how: { readonly ttlSeconds: number; readonly cutOff: boolean },
): readonly (number | null)[] {
  return labels.map((label) => {
    const seen = rows.filter((row) => isSeen(row, label, how));
    return seen.toSorted(latestFirst)[0]?.value ?? null;
  });
}

function isSeen(
  { key, event, created }: FeatureRow,
  label: Label,
  { ttlSeconds, cutOff }: { readonly ttlSeconds: number; readonly cutOff: boolean },
): boolean {
  if (key === null || event === null || label.at === null || key !== label.key) return false;
  if (event > label.at || (ttlSeconds > 0 && event < label.at - ttlSeconds)) return false;
  return !cutOff || (created !== null && created <= label.at);
}

/** Event, then created, then value; null is least. */
function latestFirst(a: FeatureRow, b: FeatureRow): number {
  const least = -Infinity;
  return (
    (b.event ?? least) - (a.event ?? least) ||
    difference(b.created ?? least, a.created ?? least) ||
    difference(b.value ?? least, a.value ?? least)
  );
}

/** Two infinities differ by nothing. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
