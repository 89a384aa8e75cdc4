import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timingTable } from '#core/report/timing.ts';
import { evaluation } from '#test/support/evaluation.ts';

/** 1 to 1,000 µs, each once, in an order that repeats nothing. */
const EVEN = Array.from({ length: 1000 }, (_, index) => ((index * 7) % 1000) + 1);

test('the report says under which load, how often, how long, and how noisy the runner was', () => {
  const text = timingTable(
    evaluation({
      latency: { candidateUs: EVEN, championUs: EVEN.map((us) => us * 2), againUs: EVEN.map((us) => us * 2) },
      loads: [
        { at: { perSecond: 200, arrivals: 'poisson' }, perTurn: 40, candidateUs: EVEN, championUs: null },
      ],
      runner: 'linux x64, 4 × a | b',
    }),
  );

  const [, , calls, load] = text.split('\n');
  assert.equal(
    calls,
    '| bare calls | 1,000 | 0.5005, 0.9001, 0.9900 | 1.001, 1.800, 1.980 | 1.000 [1.000, 1.000], 1.000 [1.000, 1.000] |',
  );
  assert.equal(load, '| over HTTP at 200/s | 1,000 | 0.5005, 0.9001, 0.9900 | – | –, – |');
  assert.match(text, /on linux x64, 4 × a &#124; b\. The runner's noise is the champion divided by itself/);
});

test('nothing timed, nothing said', () => {
  assert.equal(timingTable(evaluation({ latency: { candidateUs: [], championUs: [] } })), '');
});
