/** Ratios of one class's counts for many classes: scikit-learn's `average=` macro, micro and weighted. */

import { type CountRatio, macroOfCounts, microOfCounts, weightedOfCounts } from './counts.ts';
import type { Metric } from './metric.ts';

interface Averaged {
  /** Of one class c. */
  readonly formula: string;
  /** scikit-learn's function. */
  readonly source: string;
  readonly ofCounts: CountRatio;
}

type Averages = Readonly<Record<'macro' | 'micro' | 'weighted', Metric>>;

/** Undefined where the ratio of a class that takes part is (scikit-learn: 0 in its place and a warning). */
export function averages({ formula, source, ofCounts }: Averaged): Averages {
  const shared = {
    differs: '0 and a warning for a class whose ratio is 0/0',
    better: 'higher',
    range: [0, 1],
    standard: false,
  } as const;
  return {
    macro: {
      ...shared,
      perClass: true,
      formula: `mean over the classes c of ${formula}`,
      source: `${source}(average='macro')`,
      multiclass: macroOfCounts(ofCounts),
    },
    micro: {
      ...shared,
      perClass: false,
      formula: `${formula}, with the counts of all classes together`,
      source: `${source}(average='micro')`,
      multiclass: microOfCounts(ofCounts),
    },
    weighted: {
      ...shared,
      perClass: false,
      formula: `mean over the classes c of ${formula}, weighted by the rows of c`,
      source: `${source}(average='weighted')`,
      multiclass: weightedOfCounts(ofCounts),
    },
  };
}
