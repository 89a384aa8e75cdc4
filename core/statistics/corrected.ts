/**
 * Which of many findings are kept when one in twenty is chance. Holm (1979) keeps the chance of any false one at α; Benjamini and Hochberg
 * (1995) keep the share of false ones there.
 */

export type Procedure = 'holm' | 'benjamini-hochberg' | 'none';

/** Whether each p-value is still a finding at `alpha`, in their order. */
export function findings(
  pValues: readonly number[],
  { procedure, alpha }: { readonly procedure: Procedure; readonly alpha: number },
): readonly boolean[] {
  const ascending = [...pValues].sort((a, b) => a - b);
  const limit = limits[procedure](ascending, alpha);
  return pValues.map((p) => p <= limit);
}

/** The largest p-value that is kept, below 0 for none. */
const limits = {
  holm: (ascending, alpha) => {
    const kept = ascending.findIndex((p, index) => p > alpha / (ascending.length - index));
    return (kept < 0 ? ascending.at(-1) : ascending[kept - 1]) ?? -1;
  },
  'benjamini-hochberg': (ascending, alpha) =>
    ascending.findLast((p, index) => p <= (alpha * (index + 1)) / ascending.length) ?? -1,
  none: (_, alpha) => alpha,
} as const satisfies Record<Procedure, (ascending: readonly number[], alpha: number) => number>;
