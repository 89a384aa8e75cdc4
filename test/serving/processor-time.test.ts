import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processorTime } from '#serving/processor-time.ts';

test('half a millisecond of computing is seen, not only every fourth', () => {
  const seen = Array.from({ length: 200 }, () => {
    const startedAt = processorTime.now();
    compute(0.5);
    return processorTime.now() - startedAt;
  });

  const unseen = seen.filter((ms) => ms < 0.1).length;
  assert.ok(unseen < 40, `${unseen} of ${seen.length} went unseen`);
});

function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
