/** Reference profiles of made-up columns; tests change the part they speak of. */

import { digestOf } from '#core/digest.ts';
import type { NumberProfile, Profile, ProfilePredicate } from '#core/evidence/profile.ts';
import { profileOfCounts } from '#core/profile/numbers.ts';

/** 20,000 rows, a hundred values with 200 each: 0 … 99. */
export function flatNumbers(changes: Partial<NumberProfile> = {}): NumberProfile {
  const values = Array.from({ length: 100 }, (_, index) => index);
  const profile = profileOfCounts(
    { values, counts: values.map(() => 200) },
    { rows: 20_000, missing: 0, below: 0, above: 0 },
  );
  if (profile.kind !== 'number') throw new Error('a hundred values are numbers');
  return { ...profile, ...changes };
}

/** 20,000 rows of four values. */
export function fourCategories(): Profile {
  return {
    kind: 'category',
    of: 'text',
    rows: 20_000,
    missing: 0,
    distinct: 4,
    values: ['a', 'b', 'c', 'd'].map((value, index) => ({
      value,
      rows: [8000, 6000, 4000, 2000][index] ?? 0,
    })),
    others: 0,
  };
}

export function profile(changes: Partial<ProfilePredicate> = {}): ProfilePredicate {
  return {
    mergeway: '0.1.0',
    model: 'credit',
    task: 'binary-classification',
    origin: 'evaluation',
    data: { digest: digestOf('holdout'), uri: 'store:holdout.parquet', rows: 20_000 },
    columns: [
      { column: 'amount', profile: flatNumbers() },
      { column: 'purpose', profile: fourCategories() },
    ],
    predictions: flatNumbers(),
    threshold: 0.5,
    labels: { rows: 20_000, positive: 4000 },
    performance: [
      { metric: 'log_loss', point: 0.4, low: 0.392, high: 0.408 },
      { metric: 'roc_auc', point: 0.8, low: 0.79, high: 0.81 },
    ],
    ...changes,
  };
}
