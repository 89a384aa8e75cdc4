/** Trainings whose models differ by seed: how often one that is too bad on average passes by a lucky seed, with and without further seeds. */

import { seededRandom } from '#core/chance.ts';
import { measureContest } from '#core/evaluation/measure.ts';
import { withSeeds } from '#core/evaluation/seeds.ts';
import type { MetricEvidence } from '#core/evidence/metrics.ts';
import { weightsOf } from '#core/metrics/predictions.ts';
import { type BenchRow, benchRow } from '../benchmark.ts';
import { mostAlarms } from '../monitor-truth/binomial-limit.ts';
import { distanceFor, seededClasses } from './contests.ts';

const RUNS = 2000;
const ROWS = 1000;
const MARGIN = 0.02;
const CHAMPION_AREA = 0.8;
const SHARE = 0.3;

/** Standard deviation of ROC AUC by seed; the rows' own error of a difference is .008. */
const BY_SEED = 0.01;

const FALSE_PASS = 0.05;
const LEAST_COVERED = 0.93;

export function seedsTruth(say: (line: string) => void): readonly BenchRow[] {
  return [3, 5].flatMap((runs) => {
    say(`a training whose models differ by seed, ${runs} seeds: ${RUNS} runs`);
    const found = Array.from({ length: RUNS }, (_, run) => contest(runs, `seeds ${runs} ${run}`));
    return [passRow(runs, found), coverageRow(runs, found)];
  });
}

/** The difference's interval without and with further seeds. */
interface Contest {
  readonly alone: Bounds;
  readonly seeded: Bounds;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** One holdout and one training, worse by the margin on average. */
function contest(runs: number, seed: string): Contest {
  const random = seededRandom(seed);
  const { champion, candidates } = seededClasses(
    {
      share: SHARE,
      champion: distanceFor(CHAMPION_AREA),
      candidate: (luck) => distanceFor(CHAMPION_AREA - MARGIN + BY_SEED * luck),
      runs,
    },
    ROWS,
    random,
  );
  const [candidate, ...seeds] = candidates;
  if (!candidate) throw new Error('a training has a first run');
  const only = ['roc_auc'] as const;
  const alone = measureContest({ candidate, champion, seed, only });
  const seeded = withSeeds(alone, { seeds, only, weights: weightsOf(candidate) });
  return { alone: boundsOf(alone), seeded: boundsOf(seeded) };
}

function boundsOf([measured]: readonly MetricEvidence[]): Bounds {
  const { low, high } = measured?.difference ?? {};
  if (low == null || high == null) throw new Error('1,000 rows have an interval');
  return { low, high };
}

function passRow(runs: number, found: readonly Contest[]): BenchRow {
  const [ours, peer] = shares(found, ({ low }) => low >= -MARGIN);
  const most = mostAlarms(RUNS, FALSE_PASS);
  return benchRow({
    what: `a training worse by the margin in ROC AUC on average passes, ${runs} seeds, 1,000 rows: ours / the candidate alone`,
    ours,
    peer,
    unit: 'share of runs',
    aim: `at most ${FALSE_PASS}`,
    met: ours * RUNS <= most,
    reason: `${RUNS} runs (99 % binomial limit ${most}); deviation by seed ${BY_SEED}`,
  });
}

function coverageRow(runs: number, found: readonly Contest[]): BenchRow {
  const [ours, peer] = shares(found, ({ low, high }) => low <= -MARGIN && high >= -MARGIN);
  const missed = RUNS * (1 - ours);
  return benchRow({
    what: `95 % intervals that hold the training's average difference, ${runs} seeds, 1,000 rows: ours / the candidate alone`,
    ours,
    peer,
    unit: 'share of runs',
    aim: `at least ${LEAST_COVERED}`,
    met: missed <= mostAlarms(RUNS, 1 - LEAST_COVERED),
    reason: `${RUNS} runs; deviation by seed ${BY_SEED}`,
  });
}

function shares(
  found: readonly Contest[],
  holds: (bounds: Bounds) => boolean,
): readonly [ours: number, peer: number] {
  const share = (of: keyof Contest) => found.filter((one) => holds(one[of])).length / found.length;
  return [share('seeded'), share('alone')];
}
