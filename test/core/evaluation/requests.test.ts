/** Load that is sent to a server: a simulated clock, on which a server stalls and answers one request after the other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { requests, requestsPerTurn } from '#core/evaluation/requests.ts';
import { simulatedTime } from '#test/support/simulated-time.ts';

for (const { at, expected } of [
  { at: { concurrency: 1 }, expected: 1 },
  { at: { concurrency: 8 }, expected: 128 },
  { at: { perSecond: 200, arrivals: 'fixed' }, expected: 40 },
  { at: { perSecond: 1, arrivals: 'poisson' }, expected: 10 },
] as const) {
  test(`a turn under ${JSON.stringify(at)} has ${expected} requests`, () => {
    assert.equal(requestsPerTurn(at), expected);
  });
}

test('at a rate, a stall delays every request that was due in it, sent or not', async () => {
  const time = simulatedTime();
  // Answers take 1 ms; between 30 and 80 ms the server stands still.
  const server = time.singleServer((from) => (from >= 30 && from < 80 ? 81 : from + 1));
  const take = requests(
    server,
    { perSecond: 100, arrivals: 'fixed' },
    { ...time, random: seededRandom('r') },
  );

  const latencies = await time.play(take([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));

  // Due at 10, 20 … 100 ms; those due at 30 to 70 are answered at 81, 82, 83, 84 and 85, the one due at 80 after them.
  assert.deepEqual(latencies, [1000, 1000, 51_000, 42_000, 33_000, 24_000, 15_000, 6000, 1000, 1000]);
});

test('with a number in flight, the same stall is seen by that many requests only', async () => {
  const time = simulatedTime();
  const server = time.singleServer((from) => (from >= 30 && from < 80 ? 81 : from + 1));
  const take = requests(server, { concurrency: 1 }, { ...time, random: seededRandom('r') });

  const latencies = await time.play(take(Array.from({ length: 40 }, (_, row) => row)));

  assert.equal(latencies.filter((latency) => latency > 1000).length, 1);
});

test('two in flight wait for each other on a server that answers one by one', async () => {
  const time = simulatedTime();
  const server = time.singleServer((from) => from + 1);
  const take = requests(server, { concurrency: 2 }, { ...time, random: seededRandom('r') });

  const latencies = await time.play(take([0, 1, 2, 3]));

  assert.deepEqual(latencies, [1000, 2000, 2000, 2000]);
});

test('arrivals of many users come at random times, at the rate on average', async () => {
  const time = simulatedTime();
  const sent: number[] = [];
  const take = requests(
    async () => void sent.push(time.clock.now()),
    { perSecond: 1000, arrivals: 'poisson' },
    { ...time, random: seededRandom('arrivals') },
  );

  await time.play(take(Array.from({ length: 2000 }, () => 0)));

  const gaps = sent.slice(1).map((at, index) => at - (sent[index] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  // 2,000 exponential gaps of 1 ms: a standard error of .022 ms. One in e of them is longer than the mean.
  assert.ok(Math.abs(mean - 1) < 0.1, `${mean}`);
  assert.ok(Math.abs(gaps.filter((gap) => gap > 1).length / gaps.length - 1 / Math.E) < 0.05);
});

test('a request that fails ends the turn with its error, once those due have been sent', async () => {
  const time = simulatedTime();
  const take = requests(
    async (row) => {
      if (row === 1) throw new Error('broken off');
    },
    { perSecond: 100, arrivals: 'fixed' },
    { ...time, random: seededRandom('r') },
  );

  await assert.rejects(time.play(take([0, 1, 2])), /broken off/);
});
