/** Live predictions come row by row: what is not a metric of rows could not tell, and says why. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '#core/config/evaluate.ts';
import { measurePerformance } from '#core/monitor/read-performance.ts';
import { tableOf } from '#test/support/table.ts';

for (const { task, metric, says } of [
  { task: 'multiclass-classification', metric: 'accuracy', says: /several classes/ },
  { task: 'ranking', metric: 'ndcg', says: /not by list/ },
  { task: 'forecasting', metric: 'mase', says: /not independent/ },
] as const satisfies readonly { task: Task; metric: string; says: RegExp }[]) {
  test(`${metric} of live ${task} is not measured, for a reason`, async () => {
    const table = await tableOf({ score: [0.5], prediction_id: ['a'] }).open(['log']);
    const window = { table, labels: 'feedback', task, threshold: 0.5 } as const;

    const { performance } = await measurePerformance(window, [metric]);

    assert.equal(performance[0]?.value, null);
    assert.match(performance[0]?.reason ?? '', says);
  });
}
