/**
 * The traffic of the demo: loops rows of the replay against the serving process at a steady rate over kept connections,
 * without a key, so that every request is a randomised unit. The rows bring all inputs, so nothing is looked up. A process of its own; prints one JSON line each half second.
 * A line on standard input is a new rate.
 * Usage: node demo/traffic/generator.ts <serving url> <model> <replay.parquet> <requests per second>
 */

import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { requestBodies } from './bodies.ts';

const CONNECTIONS = 16;
/** The pace is kept in slices of this many milliseconds. */
const SLICE_MS = 10;
/** Time between two lines of the tally. */
const TALLY_MS = 500;
/** More requests than this in flight mean that the server can't keep up; the generator then waits instead of piling up. */
const MAX_IN_FLIGHT = 512;

interface Tally {
  sent: number;
  ok: number;
  failed: number;
  readonly byVersion: Record<string, number>;
}

await main(process.argv.slice(2));

async function main([
  url = '',
  model = '',
  replay = '',
  firstRate = '1000',
]: readonly string[]): Promise<void> {
  const bodies = await requestBodies(replay, url, model);
  const target = new URL(`/v2/models/${model}/infer`, url);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let tally = emptyTally();
  let rate = Number(firstRate);
  let next = 0;
  let inFlight = 0;
  let owed = 0;
  let last = performance.now();

  console.log(`generator ready: ${bodies.length} rows`);
  createInterface({ input: process.stdin }).on('line', (line) => {
    rate = Number(line) || rate;
  });
  setInterval(() => {
    const now = performance.now();
    owed = Math.min(owed + ((now - last) / 1000) * rate, rate / 4);
    last = now;
    while (owed >= 1 && inFlight < MAX_IN_FLIGHT) {
      owed--;
      inFlight++;
      send(bodies[next++ % bodies.length] ?? Buffer.alloc(0));
    }
  }, SLICE_MS);
  setInterval(() => {
    console.log(JSON.stringify(tally));
    tally = emptyTally();
  }, TALLY_MS);

  function send(body: Buffer): void {
    tally.sent++;
    const call = request(target, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': body.byteLength,
        'x-mergeway-synthetic': 'true', // answered and counted, and not part of the prediction log
      },
    });
    call.on('response', (response) => {
      const version = String(response.headers['x-mergeway-version'] ?? 'none');
      tally.byVersion[version] = (tally.byVersion[version] ?? 0) + 1;
      if (response.statusCode === 200) tally.ok++;
      else tally.failed++;
      response.resume();
      response.on('close', () => inFlight--);
    });
    call.on('error', () => {
      tally.failed++;
      inFlight--;
    });
    call.end(body);
  }
}

function emptyTally(): Tally {
  return { sent: 0, ok: 0, failed: 0, byVersion: {} };
}
