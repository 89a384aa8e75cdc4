/**
 * Every library's drift measure by the name users write. Bare names are Evidently's, in Evidently's binning; other libraries stand
 * before the dot. The default, `psi_deciles`, is ours and stands apart (population-stability.ts). Add a file, add a line.
 */

import { anderson } from './evidently/anderson.ts';
import { chisquare } from './evidently/chisquare.ts';
import { cramer_von_mises } from './evidently/cramer_von_mises.ts';
import { ed } from './evidently/ed.ts';
import { es } from './evidently/es.ts';
import { fisher_exact } from './evidently/fisher_exact.ts';
import { g_test } from './evidently/g_test.ts';
import { hellinger } from './evidently/hellinger.ts';
import { jensenshannon } from './evidently/jensenshannon.ts';
import { kl_div } from './evidently/kl_div.ts';
import { ks } from './evidently/ks.ts';
import { mannw } from './evidently/mannw.ts';
import { psi } from './evidently/psi.ts';
import { TVD } from './evidently/TVD.ts';
import { t_test } from './evidently/t_test.ts';
import { wasserstein } from './evidently/wasserstein.ts';
import { z } from './evidently/z.ts';
import type { DriftMeasure } from './measure.ts';
import { nannymlHellinger, nannymlJensenShannon } from './nannyml.ts';
import { nannymlChi2 } from './nannyml-chi2.ts';
import { nannymlKolmogorovSmirnov, nannymlWasserstein } from './nannyml-cumulative.ts';
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
  mannw,
  anderson,
  cramer_von_mises,
  es,
  chisquare,
  z,
  g_test,
  fisher_exact,
  TVD,
  'nannyml.jensenshannon': nannymlJensenShannon,
  'nannyml.hellinger': nannymlHellinger,
  'nannyml.kolmogorov_smirnov': nannymlKolmogorovSmirnov,
  'nannyml.wasserstein': nannymlWasserstein,
  'nannyml.chi2': nannymlChi2,
  'nannyml.l_infinity': tfdvLInfinity,
  'tfdv.jensenshannon': tfdvJensenShannon,
  'tfdv.l_infinity': tfdvLInfinity,
  'tfdv.normalized_absolute_difference': tfdvAbsoluteDifference,
} as const satisfies Record<string, DriftMeasure>;

export type DriftMeasureName = keyof typeof driftMeasures;

/** Other names of the same: Evidently's functions, NannyML's spelling. */
const ALIASES: Readonly<Record<string, DriftMeasureName>> = {
  anderson_darling_test: 'anderson',
  chi_stat_test: 'chisquare',
  energy_dist_test: 'ed',
  energy_distance: 'ed',
  epps_singleton_test: 'es',
  fisher_exact_test: 'fisher_exact',
  hellinger_distance: 'hellinger',
  hellinger_stat_test: 'hellinger',
  jensenshannon_stat_test: 'jensenshannon',
  kl_div_stat_test: 'kl_div',
  ks_stat_test: 'ks',
  mann_whitney_u_stat_test: 'mannw',
  'nannyml.jensen_shannon': 'nannyml.jensenshannon',
  psi_stat_test: 'psi',
  tvd_test: 'TVD',
  wasserstein_distance_norm: 'wasserstein',
  wasserstein_stat_test: 'wasserstein',
  z_stat_test: 'z',
};

/** The measure of that name; undefined when there is none. */
export function measureNamed(
  name: string,
): { readonly name: DriftMeasureName; readonly measure: DriftMeasure } | undefined {
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  if (known === undefined || !Object.hasOwn(driftMeasures, known)) return undefined;
  return { name: known as DriftMeasureName, measure: driftMeasures[known as DriftMeasureName] };
}
