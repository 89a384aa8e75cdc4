/**
 * Performance from late labels: a calibrated model of two classes, judged by log loss at 1.3 × its own holdout. Labels come out of the model's
 * own probabilities; worse, a share of them is turned around until the expected loss is the wanted multiple.
 */

import { seededRandom } from '#core/chance.ts';
import { Monitor } from '#core/config/monitor.ts';
import { budgetOf } from '#core/monitor/budget.ts';
import { performanceChecks } from '#core/monitor/performance.ts';
import type { Random } from '#core/ports/random.ts';
import { Z_95 } from '#core/statistics/interval.ts';
import { REFERENCE_ROWS, WINDOWS } from './false-alarms.ts';

const RATIO = 1.3;
const CHUNKS = 10;

export interface Labelled {
  readonly rows: number;
  /** Times the holdout's expected loss. */
  readonly times: number;
  readonly windows: number;
  readonly alarms: number;
  /** NannyML's default: realised performance of a window beyond mean ± 3 standard deviations of the reference's chunks. */
  readonly nannyml: number;
}

export function countLateLabels({
  rows,
  times,
}: {
  readonly rows: number;
  readonly times: number;
}): Labelled {
  const random = seededRandom(`late labels ${rows} ${times}`);
  const turned = turnedFor(times, random);
  const policy = Monitor.parse({ performance: [{ metric: 'log_loss', ratio: RATIO }] });
  const [monitor] = policy.performance;
  if (!monitor) throw new Error('the policy has a metric');
  const { performance: chance } = budgetOf(policy, { columns: [], predictions: null }, 30.436875);

  const found = { alarms: 0, nannyml: 0 };
  for (let window = 0; window < WINDOWS; window++) {
    const chunks = Array.from({ length: CHUNKS }, () => losses(REFERENCE_ROWS / CHUNKS, 0, random));
    const holdout = meanOf(chunks.flat());
    const now = meanOf(losses(rows, turned, random));
    const reach = Z_95 * holdout.error;
    const checks = performanceChecks(
      monitor,
      { metric: 'log_loss', rows, value: now.mean, error: now.error },
      {
        point: holdout.mean,
        low: holdout.mean - reach,
        high: holdout.mean + reach,
        centre: holdout.mean,
        restsOn: REFERENCE_ROWS,
      },
      { chance, minRows: 200, rows },
    );
    found.alarms += Number(checks.some(({ verdict }) => verdict === 'fail'));
    found.nannyml += Number(
      isBeyond(
        now.mean,
        chunks.map((chunk) => meanOf(chunk).mean),
      ),
    );
  }
  return { rows, times, windows: WINDOWS, ...found };
}

/** Log losses of `rows` rows, of whose labels a share is turned around. */
function losses(rows: number, turned: number, random: Random): number[] {
  return Array.from({ length: rows }, () => {
    const p = 1 / (1 + Math.exp(1.2 - 1.5 * standardNormal(random)));
    const label = random.next() < p !== random.next() < turned;
    return -Math.log(label ? p : 1 - p);
  });
}

/** Turning a share around moves the expected loss along a line. */
function turnedFor(times: number, random: Random): number {
  if (times === 1) return 0;
  const [none, all] = [meanOf(losses(200_000, 0, random)).mean, meanOf(losses(200_000, 1, random)).mean];
  return ((times - 1) * none) / (all - none);
}

function isBeyond(value: number, chunks: readonly number[]): boolean {
  const { mean } = meanOf(chunks);
  const deviation = Math.sqrt(chunks.reduce((sum, one) => sum + (one - mean) ** 2, 0) / chunks.length);
  return value > mean + 3 * deviation || value < mean - 3 * deviation;
}

function meanOf(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
