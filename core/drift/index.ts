/**
 * Every library's drift measure by the name users write. Bare names are Evidently's, in Evidently's binning; other libraries stand
 * before the dot. The default, `psi_deciles`, is ours and stands apart (population-stability.ts). Add a file, add a line.
 */

import { chisquare } from './evidently/chisquare.ts';
import { ed } from './evidently/ed.ts';
import { fisher_exact } from './evidently/fisher_exact.ts';
import { g_test } from './evidently/g_test.ts';
import { hellinger } from './evidently/hellinger.ts';
import { jensenshannon } from './evidently/jensenshannon.ts';
import { kl_div } from './evidently/kl_div.ts';
import { ks } from './evidently/ks.ts';
import { psi } from './evidently/psi.ts';
import { t_test } from './evidently/t_test.ts';
import { wasserstein } from './evidently/wasserstein.ts';
import { z } from './evidently/z.ts';
import type { DriftMeasure } from './measure.ts';
import { nannymlHellinger, nannymlJensenShannon } from './nannyml.ts';
import { tfdvAbsoluteDifference, tfdvJensenShannon, tfdvLInfinity } from './tfdv.ts';

export const driftMeasures = {
  psi,
  kl_div,
  jensenshannon,
  hellinger,
  wasserstein,
  ed,
  ks,
  t_test,
  chisquare,
  z,
  g_test,
  fisher_exact,
  'nannyml.jensenshannon': nannymlJensenShannon,
  'nannyml.hellinger': nannymlHellinger,
  'nannyml.l_infinity': tfdvLInfinity,
  'tfdv.jensenshannon': tfdvJensenShannon,
  'tfdv.l_infinity': tfdvLInfinity,
  'tfdv.normalized_absolute_difference': tfdvAbsoluteDifference,
} as const satisfies Record<string, DriftMeasure>;

export type DriftMeasureName = keyof typeof driftMeasures;

/** Evidently's function names for the names that it registers. */
const ALIASES: Readonly<Record<string, DriftMeasureName>> = {
  ks_stat_test: 'ks',
  chi_stat_test: 'chisquare',
  z_stat_test: 'z',
  hellinger_distance: 'hellinger',
  wasserstein_distance_norm: 'wasserstein',
  energy_distance: 'ed',
};

/** The measure of that name; undefined when there is none. */
export function measureNamed(
  name: string,
): { readonly name: DriftMeasureName; readonly measure: DriftMeasure } | undefined {
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  if (known === undefined || !Object.hasOwn(driftMeasures, known)) return undefined;
  return { name: known as DriftMeasureName, measure: driftMeasures[known as DriftMeasureName] };
}
