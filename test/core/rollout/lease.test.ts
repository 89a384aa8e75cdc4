import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grantLease, leaseAt, renewLease } from '#core/rollout/lease.ts';

const lease = grantLease('credit-1/0/0', 10_000, 100_000);

for (const { name, now, lapsed } of [
  { name: 'just before its end', now: 109_999, lapsed: false },
  { name: 'at its end', now: 110_000, lapsed: true },
  { name: 'after the clock jumped back', now: 50_000, lapsed: false },
]) {
  test(`a lease of 10 s ${name} is ${lapsed ? 'lapsed' : 'alive'}`, () => {
    assert.equal(leaseAt(lease, now).lapsed, lapsed);
  });
}

test('a clock that jumped back does not lengthen a lease beyond one term', () => {
  const seen = leaseAt(lease, 50_000);

  assert.equal(leaseAt(seen, 59_999).lapsed, false);
  assert.equal(leaseAt(seen, 60_000).lapsed, true);
});

test('renewing in time gives another term', () => {
  const renewed = renewLease(lease, { step: 'credit-1/0/0', ttlMs: 10_000, now: 109_000 });

  assert.ok(renewed);
  assert.equal(leaseAt(renewed, 118_999).lapsed, false);
  assert.equal(leaseAt(renewed, 119_000).lapsed, true);
});

test('a lapsed lease and another step’s are not renewed', () => {
  assert.equal(renewLease(lease, { step: 'credit-1/0/0', ttlMs: 10_000, now: 110_000 }), undefined);
  assert.equal(renewLease(lease, { step: 'credit-1/1/0', ttlMs: 10_000, now: 105_000 }), undefined);
});

test('once seen lapsed it stays lapsed, wherever the clock goes', () => {
  const seen = leaseAt(lease, 110_000);

  assert.equal(leaseAt(seen, 100_001).lapsed, true);
});
