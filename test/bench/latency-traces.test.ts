/** The latency part of gates-truth: resampled rounds are rounds of the trace, dealt anew. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resampleRounds } from '../../bench/gates-truth/latency-traces.ts';
import { seededRandom } from '#core/chance.ts';

const TRACE = Array.from({ length: 300 }, (_, round) => [3 * round, 3 * round + 1, 3 * round + 2]);

test('a resampled round has the three latencies of one round, which follow each other as recorded', () => {
  const { candidateUs, championUs, againUs } = resampleRounds(TRACE, 250, seededRandom('trace'));

  assert.equal(candidateUs.length, 250);
  const rounds = candidateUs.map((us, index) => {
    const three = [us, championUs?.[index] ?? 0, againUs[index] ?? 0].sort((a, b) => a - b);
    assert.deepEqual(three, TRACE[Math.floor(us / 3)]);
    return Math.floor(us / 3);
  });
  const jumps = rounds.slice(1).filter((round, index) => round !== ((rounds[index] ?? 0) + 1) % 300);
  assert.ok(jumps.length <= 2, 'three blocks of 100 rounds');
});

test('each of the three is each of the models equally often', () => {
  const { candidateUs } = resampleRounds(TRACE, 3000, seededRandom('dealt'));

  for (const slot of [0, 1, 2]) {
    const share = candidateUs.filter((us) => us % 3 === slot).length / 3000;
    // A third, with a standard error of .0086.
    assert.ok(Math.abs(share - 1 / 3) < 0.04, `${share}`);
  }
});
