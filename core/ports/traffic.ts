/** Setting what share of traffic a canary takes, and reading what happened. Embedded: the serving process's admin API. */

import type { Digest } from '../digest.ts';

/** What a serving target should do with a model's traffic. */
export interface TrafficPlan {
  /** Artifact that takes all traffic the canary does not. */
  readonly champion: Digest;
  readonly championVersion: string;
  /** Digest of the serving settings of its commit (core/wire/serving-settings.ts); absent: served without features. */
  readonly championSettings?: Digest;
  readonly canary?: {
    readonly digest: Digest;
    readonly version: string;
    readonly settings?: Digest;
    /** Share of traffic, percent from 0 to 100. */
    readonly weight: number;
    /** Salt of the key hash, one per rollout. */
    readonly salt: string;
    /** Counters belong to a step: a new id starts them at zero. */
    readonly step: string;
    /** The canary goes home by itself when the lease is not renewed for this long. */
    readonly leaseMs: number;
    /** A request slower than this counts as slow; absent: nothing is slow. */
    readonly slowMs?: number;
  };
}

/** Outcomes of one arm in a step, in randomised units (design §7.4). */
export interface ArmCounts {
  readonly units: number;
  readonly errors: number;
  readonly slow: number;
}

export interface TrafficReading {
  /** Digest that takes the traffic now, and the canary's when its lease is alive. */
  readonly champion?: Digest;
  readonly canary?: Digest;
  /** Step that the counters belong to; undefined without a canary since the server started. */
  readonly step?: string;
  readonly counts: { readonly champion: ArmCounts; readonly canary: ArmCounts };
  /** Whether the lease of the step lapsed. */
  readonly lapsed: boolean;
}

export interface Traffic {
  /** Applies the plan; loads what is not loaded yet before any traffic moves. MW_TRAFFIC_REFUSED, MW_TRAFFIC_UNREACHABLE. */
  apply(model: string, plan: TrafficPlan): Promise<void>;
  /** Renews the canary's lease of this step; false when the server no longer has that step under lease. */
  renew(model: string, step: string, leaseMs: number): Promise<boolean>;
  read(model: string): Promise<TrafficReading>;
}
