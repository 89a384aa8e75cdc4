/**
 * What the policy's gates want measured of running models: latencies of bare calls, of requests to a server under each load,
 * and what the candidate takes up. What no gate asks for is not measured and costs no time.
 */

import { durationMs } from '../config/duration.ts';
import type { ModelConfig } from '../config/model.ts';
import { MergewayError } from '../errors.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { FootprintEvidence } from '../evidence/footprint.ts';
import type { LatencyEvidence, LoadAt, LoadEvidence } from '../evidence/latency.ts';
import { latencySettled } from '../gates/latency.ts';
import type { LoadGate } from '../gates/load.ts';
import { throughputSettled } from '../gates/throughput.ts';
import type { Clock } from '../ports/clock.ts';
import type { FootprintMeter } from '../ports/footprint.ts';
import type { ModelBackend } from '../ports/model-backend.ts';
import type { ModelServer, RunningModelServer } from '../ports/model-server.ts';
import type { Progress } from '../ports/progress.ts';
import type { Random } from '../ports/random.ts';
import type { Timer } from '../ports/timer.ts';
import { writeInferRequest } from '../wire/oip.ts';
import { bareCalls, type Timed } from './latency.ts';
import { type LoadSetting, type Measured, sameSetting, settingOf, settingText } from './load-setting.ts';
import { requests, requestsPerTurn } from './requests.ts';
import { measureInTurns } from './turns.ts';

/** Loads over HTTP that one policy may ask for. */
const MOST_LOADS = 8;

/** How long each load is measured at most unless its gates say, in ms; a rate lets requests wait for their time. */
const CALLS_MS = 3000;
const CLOSED_LOOP_MS = 5000;
const OPEN_LOOP_MS = 15_000;

const PROCESSES = 5;
/** Rows that each process runs. */
const FOOTPRINT_ROWS = 100;

export interface TimingPorts {
  readonly backend: ModelBackend;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: Random;
  readonly progress: Progress;
  readonly server: ModelServer;
  readonly footprint: FootprintMeter;
}

export interface TimedModel extends Timed {
  readonly bytes: Uint8Array;
}

export interface TimingRequest extends Pick<ModelConfig, 'gates'> {
  /** Seeds the intervals by which it is told when to stop. */
  readonly subject: Pick<EvaluationPredicate, 'candidate' | 'holdout'>;
  readonly candidate: TimedModel;
  readonly champion: TimedModel | null;
}

export type Timing = Pick<EvaluationPredicate, 'latency' | 'loads' | 'footprint'>;

/** MW_CONFIG_INVALID for more different loads than evidence holds, MW_MEASUREMENT_FAILED, MW_INFERENCE_FAILED. */
export async function timeModels(request: TimingRequest, ports: TimingPorts): Promise<Timing> {
  const wanted = loadsWanted(request);
  const calls = wanted.find(({ setting }) => setting === 'calls');
  const latency = calls
    ? await timeCalls(request, calls, ports)
    : { candidateUs: [], championUs: request.champion ? [] : null };
  const loads = await timeRequests(request, wanted, ports);
  const footprint = await footprintOf(request, ports);
  return { latency, ...(loads.length > 0 && { loads }), ...(footprint && { footprint }) };
}

interface LoadWanted {
  readonly setting: LoadSetting;
  readonly forMs: number;
  readonly settled: (measured: Measured) => boolean;
}

/** Each load once, for as long as the most patient gate wants it, until all of its gates are settled. */
function loadsWanted({ gates, subject }: TimingRequest): readonly LoadWanted[] {
  const asks: readonly LoadWanted[] = [
    ...gates.latency.map((gate) => ({
      ...askOf(gate),
      settled: (measured: Measured) => latencySettled(subject, gate, measured),
    })),
    ...(gates.throughput ?? []).map((gate) => ({
      ...askOf(gate),
      settled: (measured: Measured) => throughputSettled(subject, gate, measured),
    })),
  ];
  const wanted: LoadWanted[] = [];
  for (const ask of asks) {
    const place = wanted.findIndex(({ setting }) => sameSetting(setting, ask.setting));
    const known = wanted[place];
    if (!known) wanted.push(ask);
    else wanted[place] = both(known, ask);
  }
  return wanted;
}

function askOf(gate: LoadGate): Omit<LoadWanted, 'settled'> {
  const setting = settingOf(gate);
  return { setting, forMs: gate.for === undefined ? defaultMs(setting) : durationMs(gate.for) };
}

function defaultMs(setting: LoadSetting): number {
  if (setting === 'calls') return CALLS_MS;
  return 'perSecond' in setting ? OPEN_LOOP_MS : CLOSED_LOOP_MS;
}

function both(one: LoadWanted, other: LoadWanted): LoadWanted {
  return {
    setting: one.setting,
    forMs: Math.max(one.forMs, other.forMs),
    settled: (measured) => one.settled(measured) && other.settled(measured),
  };
}

async function timeCalls(
  { candidate, champion }: TimingRequest,
  { forMs, settled }: LoadWanted,
  { backend, clock, random, progress }: TimingPorts,
): Promise<LatencyEvidence> {
  progress.say('timing single rows');
  const once = champion ?? candidate;
  const again = await backend.load(once.bytes, { threads: 1 });
  try {
    const { candidateUs, championUs, againUs } = await measureInTurns(
      {
        candidate: bareCalls(candidate, clock),
        champion: champion && bareCalls(champion, clock),
        again: bareCalls({ rows: once.rows, run: (inputs) => again.infer(inputs) }, clock),
      },
      { rows: candidate.rows.length, perTurn: 1, forMs, settled },
      { clock, random },
    );
    return { candidateUs, championUs, againUs };
  } finally {
    await again.release();
  }
}

async function timeRequests(
  request: TimingRequest,
  wanted: readonly LoadWanted[],
  ports: TimingPorts,
): Promise<LoadEvidence[]> {
  const asked = wanted.flatMap(({ setting, ...load }) =>
    setting === 'calls' ? [] : [{ ...load, at: setting }],
  );
  if (asked.length === 0) return [];
  if (asked.length > MOST_LOADS) {
    throw new MergewayError(
      'MW_CONFIG_INVALID',
      `gates.latency and gates.throughput ask for ${asked.length} different loads over HTTP, at most ${MOST_LOADS} are measured`,
    );
  }
  const { candidate, champion } = request;
  ports.progress.say('starting a model server to measure');
  const server = await ports.server.start({
    candidate: candidate.bytes,
    ...(champion && { champion: champion.bytes }),
    again: (champion ?? candidate).bytes,
  });
  try {
    const loads: LoadEvidence[] = [];
    for (const load of asked) loads.push(await timeLoad(request, load, server, ports));
    return loads;
  } finally {
    await server.stop();
  }
}

async function timeLoad(
  { candidate, champion }: TimingRequest,
  { at, forMs, settled }: Omit<LoadWanted, 'setting'> & { readonly at: LoadAt },
  server: RunningModelServer,
  ports: TimingPorts,
): Promise<LoadEvidence> {
  ports.progress.say(`timing requests ${settingText(at)}`);
  const arm = (name: string, { rows }: Timed) => {
    const bodies = rows.map((inputs) => writeInferRequest(inputs));
    return requests((row) => server.infer(name, bodies[row] ?? ''), at, ports);
  };
  const series = await measureInTurns(
    {
      candidate: arm('candidate', candidate),
      champion: champion && arm('champion', champion),
      again: arm('again', champion ?? candidate),
    },
    { rows: candidate.rows.length, perTurn: requestsPerTurn(at), forMs, settled },
    ports,
  );
  return { at, ...series };
}

async function footprintOf(
  { gates, candidate }: TimingRequest,
  { footprint, progress }: TimingPorts,
): Promise<FootprintEvidence | undefined> {
  const bytes = candidate.bytes.byteLength;
  if (!gates.memory && !gates['load-time']) return gates.size && { bytes };

  const rows = candidate.rows.slice(0, FOOTPRINT_ROWS);
  const processes: NonNullable<FootprintEvidence['processes']> = [];
  for (let process = 1; process <= PROCESSES; process++) {
    progress.say(`loading the candidate in process ${process} of ${PROCESSES}`);
    processes.push(await footprint.measure(candidate.bytes, rows));
  }
  return { bytes, processes };
}
