/** Jensen-Shannon distance: the root of the divergence, natural logarithm, so at most √ln 2 = 0.8326. */

import { jensenShannonDivergence } from '../jensen-shannon.ts';
import { binnedDistance } from './binned.ts';

export const jensenshannon = binnedDistance(
  "Evidently's Jensen-Shannon distance, natural logarithm",
  (p, q) => Math.sqrt(jensenShannonDivergence(p, q)),
);
