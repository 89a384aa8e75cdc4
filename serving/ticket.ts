/** A request's place in traffic: which version answers it, what it is held against, and where its outcome is counted. */

import type { ArmName, Outcome } from './counters.ts';
import type { ServedVersion } from './served-version.ts';

export interface Ticket {
  /** Who answers. */
  readonly served: ServedVersion;
  /** `none` for a request that named its version: it was not randomised. */
  readonly arm: ArmName | 'none';
  /** The champion, whose inputs and outputs are the contract that requests are held against. */
  readonly contract: ServedVersion;
  /** A request slower than this is slow, ms. */
  readonly slowMs: number;
  count(outcome: Outcome): void;
  /** Must be called once, when the request has ended: both models stay loaded until then. */
  release(): void;
}

interface Place {
  readonly arm: Ticket['arm'];
  readonly contract: ServedVersion;
  /** Absent: nothing is slow. */
  readonly slowMs?: number | undefined;
  /** Absent: nothing is counted. */
  readonly count?: Ticket['count'];
}

export function ticketFor(served: ServedVersion, place: Place): Ticket {
  const { loaded } = served;
  const { arm, contract, slowMs = Number.POSITIVE_INFINITY, count = () => undefined } = place;
  const releases = [loaded.hold(), ...(contract.loaded === loaded ? [] : [contract.loaded.hold()])];
  return {
    served,
    arm,
    contract,
    slowMs,
    count,
    release() {
      for (const release of releases) release();
    },
  };
}
