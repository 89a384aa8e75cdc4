/** A request's place in traffic: which version answers it, what it is held against, and where its outcome is counted. */

import type { LoadedModel } from '#core/ports/model-backend.ts';
import type { ArmName, Outcome } from './counters.ts';
import type { ServedVersion } from './served-version.ts';

export interface Ticket {
  readonly version?: string | undefined;
  /** `none` for a request that named its version: it was not randomised. */
  readonly arm: ArmName | 'none';
  readonly model: LoadedModel;
  /** The champion's, whose inputs and outputs are the contract that requests are held against. */
  readonly contract: LoadedModel;
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

export function ticketFor({ version, loaded }: ServedVersion, place: Place): Ticket {
  const { arm, contract, slowMs = Number.POSITIVE_INFINITY, count = () => undefined } = place;
  const releases = [loaded.hold(), ...(contract.loaded === loaded ? [] : [contract.loaded.hold()])];
  return {
    version,
    arm,
    model: loaded.model,
    contract: contract.loaded.model,
    slowMs,
    count,
    release() {
      for (const release of releases) release();
    },
  };
}
