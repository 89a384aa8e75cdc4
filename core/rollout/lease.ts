/** A canary's lease: it holds its traffic only while somebody renews. Kept by the serving process; times are ms since 1970. */

export interface Lease {
  /** The step it was granted for. */
  readonly step: string;
  readonly grantedAt: number;
  readonly ttlMs: number;
  /** A lapsed lease stays lapsed; the step starts again under a new id. */
  readonly lapsed: boolean;
}

export function grantLease(step: string, ttlMs: number, now: number): Lease {
  return { step, grantedAt: now, ttlMs, lapsed: false };
}

/** The lease as it is at `now`. A clock that jumped back does not lengthen it beyond one term. */
export function leaseAt(lease: Lease, now: number): Lease {
  if (lease.lapsed) return lease;
  if (now < lease.grantedAt) return { ...lease, grantedAt: now };
  return now - lease.grantedAt >= lease.ttlMs ? { ...lease, lapsed: true } : lease;
}

/** Another term from `now` on, or undefined when the lease is another step's or lapsed. */
export function renewLease(
  lease: Lease,
  { step, ttlMs, now }: { readonly step: string; readonly ttlMs: number; readonly now: number },
): Lease | undefined {
  const current = leaseAt(lease, now);
  if (current.lapsed || current.step !== step) return undefined;
  return grantLease(step, ttlMs, now);
}
