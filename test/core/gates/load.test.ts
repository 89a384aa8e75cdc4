/** Latency, throughput and footprint: loads, the runner's noise, and what was not measured. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvaluationPredicate } from '#core/evidence/evaluation.ts';
import { judge } from '#core/gates/judge.ts';
import { latencySettled } from '#core/gates/latency.ts';
import { describe } from '#core/verdict.ts';
import { evaluation, modelConfig } from '#test/support/evaluation.ts';
import { uniform } from '#test/support/numbers.ts';

/** 1,000 latencies of 100 to 120 µs. */
const steady = (seed: number, times = 1) => uniform(seed, 1000).map((u) => times * (100 + 20 * u));
/** The same, but every fiftieth stalls for 40 ms. */
const stalling = (seed: number) => steady(seed).map((us, index) => (index % 50 === seed ? us + 40_000 : us));

const HTTP = {
  at: { concurrency: 8 },
  perTurn: 50,
  candidateUs: steady(1),
  championUs: steady(2),
  againUs: steady(3),
};
const processes = [100, 101, 99, 100, 100].map((value) => ({ loadMs: value, memoryBytes: value * 1e6 }));

for (const { name, gates, evidence, says } of [
  {
    name: 'a candidate half again as slow fails the ratio',
    gates: '{latency: [{percentile: 90, versus: champion, ratio: 1.2}]}',
    evidence: { latency: { candidateUs: steady(1, 1.5), championUs: steady(2), againUs: steady(3) } },
    says: /^failed: p90 is 1\.\d+ \[.*\] times the champion's, wanted at most 1\.2$/,
  },
  {
    name: 'where the champion differs from itself by as much, nobody can tell',
    gates: '{latency: [{percentile: 90, versus: champion, ratio: 1.2}]}',
    evidence: { latency: { candidateUs: steady(1, 1.5), championUs: steady(2), againUs: steady(3, 1.4) } },
    says: /^could not tell: p90 is 1\..*; too noisy a runner to tell: the champion against itself is 1\.\d+ \[.*\], where 1 is the truth/,
  },
  {
    name: 'five times as slow fails on that runner too',
    gates: '{latency: [{percentile: 90, versus: champion, ratio: 1.2}]}',
    evidence: { latency: { candidateUs: steady(1, 5), championUs: steady(2), againUs: steady(3, 1.4) } },
    says: /^failed: /,
  },
  {
    name: 'a limit that the runner breaks for the champion as well could not tell',
    gates: '{latency: [{percentile: 99, max: 20ms}]}',
    evidence: { latency: { candidateUs: stalling(1), championUs: stalling(2), againUs: stalling(3) } },
    says: /^could not tell: p99 is 40\..*; too noisy a runner to tell: the champion in the same turns is 40\.\d+ ms, and the same model on the same row differs by (39|40)\.\d+ ms at this percentile; a quieter runner would settle it$/,
  },
  {
    name: 'a limit that the champion holds in the same turns fails',
    gates: '{latency: [{percentile: 99, max: 20ms}]}',
    evidence: { latency: { candidateUs: stalling(1), championUs: steady(2), againUs: steady(3) } },
    says: /^failed: p99 is 40\./,
  },
  {
    name: 'two slow models fail, since no noise explains it',
    gates: '{latency: [{percentile: 99, max: 20ms}]}',
    evidence: {
      latency: { candidateUs: steady(1, 400), championUs: steady(2, 400), againUs: steady(3, 400) },
    },
    says: /^failed: p99 is 4\d\./,
  },
  {
    name: 'the point alone decides where the policy says so, on a noisy runner too',
    gates: '{latency: [{percentile: 99, max: 20ms, decide: point}]}',
    evidence: { latency: { candidateUs: stalling(1), championUs: stalling(2), againUs: stalling(3) } },
    says: /^failed: .*decide: point/,
  },
  {
    name: 'a load that was not measured could not tell',
    gates: '{latency: [{percentile: 99, max: 20ms, at: {rate: 200/s}}]}',
    evidence: { loads: [HTTP] },
    says: /^could not tell: p99 is undefined, wanted at most 20 ms: no latency was measured \(over HTTP at 200\/s\)/,
  },
  {
    name: 'requests over HTTP are judged by their own latencies',
    gates: '{latency: [{percentile: 50, max: 20ms, at: {concurrency: 8}}]}',
    evidence: { loads: [HTTP] },
    says: /^passed: p50 over HTTP, 8 at a time is 0\.1\d+ \[.*\] ms, wanted at most 20 ms$/,
  },
  {
    // Eight in flight of 110 µs each: 8 / 110 µs = 72,727 a second.
    name: 'throughput is what is in flight by the mean latency',
    gates: '{throughput: [{min: 70000/s, at: {concurrency: 8}}]}',
    evidence: { loads: [HTTP] },
    says: /^passed: throughput over HTTP, 8 at a time is 72,\d+ \[72,\d+, 7\d,\d+\] rows a second, wanted at least 70000$/,
  },
  {
    name: 'half the throughput fails against the champion',
    gates: '{throughput: [{versus: champion, ratio: 0.9, at: {concurrency: 8}}]}',
    evidence: { loads: [{ ...HTTP, candidateUs: steady(1, 2) }] },
    says: /^failed: throughput over HTTP, 8 at a time is 0\.\d+ \[.*\] times the champion's, wanted at least 0\.9$/,
  },
  {
    name: 'a file within its size passes',
    gates: '{size: {max: 50MB}}',
    evidence: { footprint: { bytes: 49_000_000 } },
    says: 'passed: size is 49.00 MB, wanted at most 50 MB',
  },
  {
    // mean 100, s = .7071, t₄ = 2.776: 100 ± 2.776 · .7071 / √5 = 100 ± .878
    name: 'memory is the mean of the processes, with its interval',
    gates: '{memory: {max: 64MB}}',
    evidence: { footprint: { bytes: 1, processes } },
    says: 'failed: memory is 100.0 [99.12, 100.9] MB, wanted at most 64 MB',
  },
  {
    name: 'a load time that straddles its limit could not tell',
    gates: '{load-time: {max: 100ms}}',
    evidence: { footprint: { bytes: 1, processes } },
    says: /^could not tell: load time is 100\.0 \[99\.12, 100\.9\] ms, wanted at most 100 ms; the interval holds the limit/,
  },
  {
    name: 'memory that was not measured could not tell',
    gates: '{memory: {max: 64MB}}',
    evidence: { footprint: { bytes: 1 } },
    says: /^could not tell: the evidence does not say the model's memory/,
  },
] satisfies readonly {
  name: string;
  gates: string;
  evidence: Partial<EvaluationPredicate>;
  says: string | RegExp;
}[]) {
  test(name, () => {
    const [result, ...others] = judge(evaluation(evidence), modelConfig(gates));

    assert.equal(others.length, 0);
    const sentence = result ? describe(result.verdict) : '';
    if (typeof says === 'string') assert.equal(sentence, says);
    else assert.match(sentence, says);
  });
}

test('without a champion there is no ratio, and the first version is compared with nothing', () => {
  const gates = '{latency: [{percentile: 50, versus: champion, ratio: 1.2}], throughput: [{ratio: 0.9}]}';
  const latency = { candidateUs: steady(1), championUs: null, againUs: steady(2) };

  const results = judge(evaluation({ champion: null, latency }), modelConfig(gates));

  assert.deepEqual(
    results.map(({ verdict }) => verdict.status),
    ['skipped', 'skipped'],
  );
});

for (const { max, settled } of [
  { max: '1ms', settled: true },
  { max: '0.1198ms', settled: false },
  { max: '0.01ms', settled: true },
]) {
  test(`1,000 latencies with a p99 near .1198 ms ${settled ? 'settle' : 'do not settle'} a limit of ${max}`, () => {
    const [gate] = modelConfig(`{latency: [{percentile: 99, max: ${max}}]}`).gates.latency;
    const measured = { candidateUs: steady(1), championUs: steady(2), againUs: steady(3), perTurn: 1 };

    assert.equal(gate && latencySettled(evaluation(), gate, measured), settled);
  });
}

for (const [key, gates] of [
  ['latency', '{latency: [{percentile: 99, over: model, at: {rate: 200/s}}]}'],
  ['throughput', '{throughput: [{min: 1/s, over: model, at: {concurrency: 2}}]}'],
] as const) {
  test(`bare calls can not be asked for several at a time or at a rate: ${key}`, () => {
    assert.throws(() => modelConfig(gates), /bare calls run one at a time/);
  });
}
