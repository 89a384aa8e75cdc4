/** Jensen-Shannon divergence in nats: the mean divergence of two distributions from their mixture. Libraries differ in base and root. */

/** ½ KL(p, m) + ½ KL(q, m), m = (p + q) / 2; at most ln 2. */
export function jensenShannonDivergence(p: readonly number[], q: readonly number[]): number {
  let total = 0;
  for (const [bin, share] of p.entries()) {
    const other = q[bin] ?? 0;
    const mixed = (share + other) / 2;
    if (share > 0) total += share * Math.log(share / mixed);
    if (other > 0) total += other * Math.log(other / mixed);
  }
  return Math.max(0, total / 2);
}
