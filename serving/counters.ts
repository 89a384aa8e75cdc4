/**
 * Counters of one rollout step, in randomised units (design §7.4): every request without a key is a unit; a key is one unit,
 * and its first outcome in the step is the one that counts.
 */

import { hash } from 'node:crypto';
import type { ArmCounts } from '#core/ports/traffic.ts';

export type ArmName = 'champion' | 'canary';

export interface Outcome {
  readonly failed: boolean;
  readonly slow: boolean;
}

/** Keys remembered per step, as 64-bit hashes; further keys are not counted, and `uncounted` says how many outcomes that were. */
const MOST_KEYS = 1_000_000;

export interface StepCounters {
  record(arm: ArmName, key: string | undefined, outcome: Outcome): void;
  read(): { readonly champion: ArmCounts; readonly canary: ArmCounts };
  /** Outcomes of new keys that came after the memory for keys was full. */
  uncounted(): number;
}

export function createStepCounters(mostKeys = MOST_KEYS): StepCounters {
  const counts = { champion: zero(), canary: zero() };
  const keys = new Set<bigint>();
  let uncounted = 0;

  function isNewUnit(key: string): boolean {
    const hashed = hash('sha256', key, 'buffer').readBigUInt64LE();
    if (keys.has(hashed)) return false;
    if (keys.size >= mostKeys) {
      uncounted++;
      return false;
    }
    keys.add(hashed);
    return true;
  }

  return {
    record(arm, key, { failed, slow }) {
      if (key !== undefined && !isNewUnit(key)) return;
      const count = counts[arm];
      count.units++;
      if (failed) count.errors++;
      if (slow) count.slow++;
    },
    read: () => ({ champion: { ...counts.champion }, canary: { ...counts.canary } }),
    uncounted: () => uncounted,
  };
}

function zero(): { units: number; errors: number; slow: number } {
  return { units: 0, errors: 0, slow: 0 };
}
