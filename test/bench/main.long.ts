/** The benchmarks as scripts call them: one JSON object on stdout, in the shape that is promised. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

function bench(...args: readonly string[]) {
  return spawnSync(process.execPath, ['bench/main.ts', ...args], { encoding: 'utf8' });
}

test('rollout-errors prints rows beside live peers, and false rollbacks stay within alpha', () => {
  const { status, stdout } = bench('rollout-errors', '--json');

  assert.equal(status, 0);
  const { name, rows } = JSON.parse(stdout);
  assert.equal(name, 'rollout-errors');
  for (const row of rows) {
    assert.deepEqual(Object.keys(row).sort(), [
      'aim',
      'met',
      'ours',
      'peer',
      'ratio',
      'reason',
      'unit',
      'what',
    ]);
    assert.equal(typeof row.peer, 'number');
    assert.ok(row.reason.length > 0);
  }
  const falseRollbacks = rows.filter(({ what }: { what: string }) => what.startsWith('false rollbacks'));
  assert.ok(falseRollbacks.length > 0 && falseRollbacks.every(({ met }: { met: boolean }) => met));
});

test('features gives the same rows as three queries by hand, and says why Feast is not there', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bench/main.ts', 'features', '--json'], {
    encoding: 'utf8',
    env: { ...process.env, MERGEWAY_BENCH_LABELS: '20000', MERGEWAY_BENCH_FEAST: '' },
  });

  assert.equal(status, 0, stderr);
  const [hand, feast] = JSON.parse(stdout).rows;
  assert.match(hand.reason, /; 0 rows differ$/);
  assert.ok(hand.ours > 0 && hand.peer > 0);
  assert.equal(feast.peer, null);
  assert.match(feast.reason, /not measured/);
});

test('online prints a lookup beside a live HMGET', () => {
  const { status, stdout, stderr } = bench('online', '--json');

  assert.equal(status, 0, stderr);
  const { rows } = JSON.parse(stdout);
  assert.equal(rows.length, 4);
  for (const { ours, peer, unit } of rows) assert.ok(ours > 0 && peer > 0 && unit === 'µs');
});

test('serving-features prints what a lookup adds to a prediction beside a live HMGET', () => {
  const { status, stdout, stderr } = bench('serving-features', '--json');

  assert.equal(status, 0, stderr);
  const { rows } = JSON.parse(stdout);
  assert.equal(rows.length, 4);
  for (const { ours, peer, reason } of rows) {
    assert.equal(typeof ours, 'number');
    assert.ok(peer > 0);
    assert.match(reason, /by key and \d+ µs with the features sent/);
  }
});

for (const args of [[], ['no-such-benchmark'], ['--no-such-option']]) {
  test(`bench ${args.join(' ') || 'without a name'} ends with usage and exit code 2`, () => {
    const { status, stdout, stderr } = bench(...args);

    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /Usage: npm run bench -- <name>/);
  });
}

test('bias prints what an interval on a million rows takes, and says why Fairlearn is not there', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bench/main.ts', 'bias', '--json'], {
    encoding: 'utf8',
    env: { ...process.env, MERGEWAY_BENCH_FAIRLEARN: '' },
  });

  assert.equal(status, 0, stderr);
  const [whole, fairlearn] = JSON.parse(stdout).rows;
  assert.ok(whole.ours > 0);
  assert.equal(fairlearn.peer, null);
  assert.match(fairlearn.reason, /not measured/);
});
