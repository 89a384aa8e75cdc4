/** Performance where rows are few: shares of all or none, small holdouts, and how often chance alone alarms there. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { Monitor } from '#core/config/monitor.ts';
import type { MonitorCheck } from '#core/evidence/monitor.ts';
import { balancedAccuracy, shareOf, type WithError } from '#core/monitor/confusion-error.ts';
import { type Holdout, holdoutOf } from '#core/monitor/holdout.ts';
import { intervalOf } from '#core/monitor/metric-interval.ts';
import { performanceChecks } from '#core/monitor/performance.ts';
import type { MeasuredMetric } from '#core/monitor/summary.ts';
import { drawBinomial } from '#core/statistics/binomial.ts';
import { profile } from '#test/support/profile.ts';

const ROWS = 5000;

function judged(
  spec: { readonly metric: MeasuredMetric['metric'] } & Record<string, unknown>,
  found: WithError,
  { holdout, chance = 1e-3 }: { readonly holdout: Holdout; readonly chance?: number },
): MonitorCheck {
  const [monitor] = Monitor.parse({ performance: [spec] }).performance;
  assert.ok(monitor);
  const measured = { metric: spec.metric, rows: ROWS, ...found };
  const [check] = performanceChecks(monitor, measured, holdout, { chance, minRows: 200, rows: ROWS });
  assert.ok(check);
  return check;
}

function onHoldout(metric: MeasuredMetric['metric'], part: number, of: number): Holdout {
  const share = shareOf(part, of, '');
  assert.ok(share.value !== null);
  return intervalOf({ metric, rows: of }, share.value, share.error);
}

for (const { what, part, of, limit, expected } of [
  {
    what: '10 of 10 positives do not prove a recall of 0.9',
    part: 10,
    of: 10,
    limit: 0.9,
    expected: 'inconclusive',
  },
  { what: '200 of 200 do', part: 200, of: 200, limit: 0.9, expected: 'pass' },
  {
    what: '0 of 10 is no proof that it fell below 0.3',
    part: 0,
    of: 10,
    limit: 0.3,
    expected: 'inconclusive',
  },
  { what: '0 of 100 is', part: 0, of: 100, limit: 0.3, expected: 'fail' },
] as const) {
  test(`${what}, whatever the number of rows`, () => {
    const check = judged({ metric: 'recall', min: limit }, shareOf(part, of, ''), {
      holdout: onHoldout('recall', 95, 100),
    });

    assert.equal(check.verdict, expected, check.reason);
  });
}

// 12 of 12 on the holdout: true shares of 0.8 give that in 7 of 100. 80 of 100 in the window are then no fall.
test('a holdout without a miss is no certainty', () => {
  const found = shareOf(80, 100, '');
  const perfect = profile({
    labels: { rows: 20_000, positive: 12 },
    performance: [{ metric: 'recall', point: 1, low: 1, high: 1 }],
  });
  const holdout = holdoutOf(perfect, 'recall');

  assert.equal(judged({ metric: 'recall', ratio: 0.95 }, found, { holdout }).verdict, 'inconclusive');
  assert.equal(judged({ metric: 'recall', min: 0.95 }, found, { holdout }).verdict, 'inconclusive');
});

for (const { what, changes, says } of [
  {
    what: 'few rows',
    changes: { data: { ...profile().data, rows: 150 } },
    says: /holdout has 150 rows, 200 would settle it/,
  },
  {
    what: 'few rows of a class',
    changes: { labels: { rows: 20_000, positive: 6 } },
    says: /holdout has 6 rows of the rarer class, 10 would settle it/,
  },
  { what: 'no such metric', changes: { performance: [] }, says: /no interval of its value on the holdout/ },
]) {
  test(`a ratio to a holdout with ${what} can not be told`, () => {
    const holdout = holdoutOf(profile(changes), 'roc_auc');
    const check = judged({ metric: 'roc_auc', ratio: 0.9 }, { value: 0.6, error: 0.01 }, { holdout });

    assert.equal(check.verdict, 'inconclusive');
    assert.match(check.reason, says);
  });
}

// Recall 0.4 of 12 positives, 0.96 of 288 negatives pass; the limit lies on the truth, so only chance alarms.
for (const metric of ['recall', 'balanced_accuracy'] as const) {
  test(`without a change, ${metric} of twelve positives alarms at most as often as stated`, () => {
    const random = seededRandom(metric);
    const [runs, chance] = [4000, 0.01];
    const truth = metric === 'recall' ? 0.4 : 0.68;
    const holdout = { point: truth, low: truth, high: truth, centre: truth, restsOn: 1e6 };
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const [tp, tn] = [drawBinomial(12, 0.4, random), drawBinomial(288, 0.96, random)];
      const found =
        metric === 'recall' ? shareOf(tp, 12, '') : balancedAccuracy({ tp, fn: 12 - tp, tn, fp: 288 - tn });
      alarms += Number(judged({ metric, min: truth }, found, { holdout, chance }).verdict === 'fail');
    }

    assert.ok(alarms <= runs * chance + 3 * Math.sqrt(runs * chance), `${alarms} of ${runs}`);
  });
}
