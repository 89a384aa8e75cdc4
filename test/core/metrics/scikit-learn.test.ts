/**
 * Every metric beside the values in scikit-learn.json, which scikit-learn 1.7.2 gave for the same numbers; scikit-learn.long.ts asks it
 * again, and of many more.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measuresOf } from '#core/metrics/index.ts';
import { weightsOf } from '#core/metrics/predictions.ts';
import { fixedPredictions } from '#test/support/predictions.ts';
import expected from './scikit-learn.json' with { type: 'json' };

for (const [name, predictions] of Object.entries(fixedPredictions())) {
  test(`every metric of ${name} predictions is scikit-learn's`, () => {
    const measured = measuresOf(predictions).filter(({ metric }) => !metric.source.startsWith('trec_eval'));
    const wanted: Readonly<Record<string, number>> = expected[name as keyof typeof expected];

    assert.deepEqual(measured.map((one) => one.name).sort(), Object.keys(wanted).sort());
    for (const { name: metric, measure } of measured) {
      const [ours, theirs] = [Number(measure(weightsOf(predictions))), wanted[metric] ?? Number.NaN];
      const isClose = Math.abs(ours - theirs) <= 1e-12 * Math.max(1, Math.abs(theirs));
      assert.ok(isClose, `${metric}: ${ours}, scikit-learn ${theirs}`);
    }
  });
}
