/**
 * The interval of a fairness metric: a million rows, five groups, 2,000 resamples, beside Fairlearn's own bootstrap where
 * MERGEWAY_BENCH_FAIRLEARN names a Python that has it (fairlearn 0.15). Fairlearn resamples rows, and at a million does not end within
 * minutes, so it gets 100,000 rows and 100 resamples, and both are told per row and resample. Resampling rows draws their counts from a
 * multinomial distribution, which is what is drawn here: the same bootstrap, whose cost does not grow with the rows.
 */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { seededRandom } from '#core/chance.ts';
import { confusionByGroup } from '#core/evaluation/confusion.ts';
import { groupRows } from '#core/evaluation/groups.ts';
import { fairnessMetrics } from '#core/fairness/index.ts';
import { estimateFairness } from '#core/fairness/interval.ts';
import type { BinaryPredictions } from '#core/metrics/predictions.ts';
import { type Benchmark, type BenchRow, benchRow } from './benchmark.ts';
import { FAIRLEARN_SCRIPT } from './bias/fairlearn.ts';

const ROWS = 1_000_000;
const GROUPS = 5;
const RESAMPLES = 2000;
const TRIES = 5;
/** What the whole may take, in seconds. */
const LIMIT = 0.2;

const PEER_ROWS = 100_000;
const PEER_RESAMPLES = 100;

export const bias: Benchmark = {
  name: 'bias',
  about: "a bias gate's interval on a million rows beside Fairlearn's bootstrap (MERGEWAY_BENCH_FAIRLEARN)",
  async run(say) {
    say(`${ROWS.toLocaleString('en-US')} rows, ${GROUPS} groups`);
    const { predictions, groups } = drawRows(ROWS);
    const counted = fastest(() => countRows(predictions, groups));
    const judged = fastest(() => estimate(countRows(predictions, groups)));
    const resampled = fastest(() => estimate(counted.result));
    return [
      benchRow({
        what: `equalized_odds_difference with its interval, ${ROWS.toLocaleString('en-US')} rows`,
        ours: judged.seconds,
        peer: null,
        unit: 's',
        aim: `at most ${LIMIT}`,
        met: judged.seconds <= LIMIT,
        reason: `best of ${TRIES}: grouping and counting ${counted.seconds.toFixed(3)} s, ${RESAMPLES.toLocaleString('en-US')} resamples of the counts ${resampled.seconds.toFixed(3)} s; Fairlearn's does not end within minutes on so many rows`,
      }),
      await besidePeer(judged.seconds, say),
    ];
  },
};

async function besidePeer(seconds: number, say: (line: string) => void): Promise<BenchRow> {
  const ours = (seconds / ROWS / RESAMPLES) * 1e9;
  const row = {
    what: "one row of one resample, ours / Fairlearn's MetricFrame with n_boot",
    ours,
    unit: 'ns',
    aim: 'below the peer',
  };
  const python = process.env.MERGEWAY_BENCH_FAIRLEARN;
  if (!python) {
    const reason = 'not measured: MERGEWAY_BENCH_FAIRLEARN names no Python with fairlearn';
    return benchRow({ ...row, peer: null, met: true, reason });
  }
  say(
    `Fairlearn, ${PEER_ROWS.toLocaleString('en-US')} rows and ${PEER_RESAMPLES} resamples: a minute or two`,
  );
  const script = ['-c', FAIRLEARN_SCRIPT, String(PEER_ROWS), String(PEER_RESAMPLES)];
  const { stdout } = await promisify(execFile)(python, script);
  const theirs = Number(stdout.trim().split('\n').at(-1));
  const peer = (theirs / PEER_ROWS / PEER_RESAMPLES) * 1e9;
  return benchRow({
    ...row,
    peer,
    met: ours < peer,
    reason: `one run of the peer: ${theirs.toFixed(1)} s for one rate on ${PEER_ROWS.toLocaleString('en-US')} rows and ${PEER_RESAMPLES} resamples; ours two rates, grouping and counting included`,
  });
}

function estimate(groups: ReturnType<typeof countRows>) {
  return estimateFairness(fairnessMetrics.equalized_odds_difference, groups, seededRandom('bench'));
}

function countRows(predictions: BinaryPredictions, groups: readonly string[]) {
  const grouping = groupRows(['group'], { group: groups }, groups.length);
  return confusionByGroup(predictions, grouping).map((counts, index) => ({
    name: grouping.groups[index]?.[0] ?? '',
    counts,
  }));
}

function fastest<Result>(work: () => Result): { readonly result: Result; readonly seconds: number } {
  let best: { readonly result: Result; readonly seconds: number } | undefined;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const started = performance.now();
    const result = work();
    const seconds = (performance.now() - started) / 1000;
    if (!best || seconds < best.seconds) best = { result, seconds };
  }
  if (!best) throw new Error('nothing was tried');
  return best;
}

function drawRows(rows: number): {
  readonly predictions: BinaryPredictions;
  readonly groups: readonly string[];
} {
  const random = seededRandom('rows');
  const labels = Uint8Array.from({ length: rows }, () => Number(random.next() < 0.3));
  const scores = Float64Array.from(labels, (label) => 0.25 * label + 0.75 * random.next());
  const groups = Array.from({ length: rows }, () => `group ${Math.floor(GROUPS * random.next())}`);
  return { predictions: { task: 'binary-classification', labels, scores, threshold: 0.5 }, groups };
}
