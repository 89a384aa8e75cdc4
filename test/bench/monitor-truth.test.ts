/** The benchmark's own instruments: what a rate explains, and samples that are counted as the database counts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostAlarms } from '../../bench/monitor-truth/binomial-limit.ts';
import { categories, longTail, normal, outliers, ties } from '../../bench/monitor-truth/populations.ts';
import { countedBy, draw, profileOf } from '../../bench/monitor-truth/samples.ts';
import { seededRandom } from '#core/chance.ts';

// scipy.stats.binom.ppf(0.99, n, p)
test('the most alarms that a rate explains in 99 of 100 cases', () => {
  assert.equal(mostAlarms(1, 0.5), 1);
  assert.equal(mostAlarms(10, 0.1), 4);
  assert.equal(mostAlarms(2000, 0.05), 123);
});

for (const population of [
  normal('x', { missing: 0.05 }),
  outliers('x'),
  ties('x'),
  categories('x'),
  longTail('x'),
]) {
  test(`shares of ${population.values.length} values sum to 1, and every drawn row is counted once`, () => {
    const random = seededRandom('bench');
    const profile = profileOf(draw(population, 5000, random));
    const counted = countedBy(profile, draw(population, 2000, random));

    assert.ok(Math.abs(population.shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-12);
    assert.ok(counted.kind !== 'none' && profile.kind !== 'skipped');
    const others = counted.kind === 'category' ? counted.others : 0;
    assert.equal(counted.counts.reduce((sum, count) => sum + count, 0) + others + counted.missing, 2000);
    assert.equal(profile.rows, 5000);
  });
}
