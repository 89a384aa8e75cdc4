/** What seeds say to a gate: whether as many were measured as the policy asks for, and how much they differ. */

import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import { type SeedSpread, seedSpread } from '../statistics/seeds.ts';

/** Why an interval does not answer a policy that asks for so many runs; undefined where it does. */
export function lackingSeeds(
  { seeds = [] }: Pick<EvaluationPredicate, 'seeds'>,
  wanted: number,
): { readonly reason: string; readonly settles: string } | undefined {
  const runs = seeds.length + 1;
  if (runs >= wanted) return undefined;
  return {
    reason: `${runs} of the ${wanted} seeds that \`train.seeds\` asks for ${runs === 1 ? 'was' : 'were'} measured`,
    settles: `a training with \`seeds: ${wanted}\`, as the base branch has it`,
  };
}

/** Undefined where nothing was trained more than once, or a run has no value. */
export function spreadOf(
  measured: Pick<MetricEvidence, 'candidate' | 'seeds'> | undefined,
): SeedSpread | undefined {
  if (!measured?.seeds) return undefined;
  const values = [measured.candidate.point, ...measured.seeds];
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? seedSpread(known) : undefined;
}
