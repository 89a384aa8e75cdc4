/** A model server on a free loopback port with everything that moves in the test's hand: clock, chance, store, log. */

import type { TestContext } from 'node:test';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { type MemoryClock, memoryClock } from '#adapters/memory/clock.ts';
import { onnxBackend } from '#adapters/onnx/backend.ts';
import { servingTraffic } from '#adapters/serving/traffic.ts';
import type { Digest } from '#core/digest.ts';
import type { FeatureService } from '#core/features/service.ts';
import type { ModelBackend } from '#core/ports/model-backend.ts';
import type { Traffic } from '#core/ports/traffic.ts';
import type { Follower } from '#serving/follow.ts';
import { ModelHost } from '#serving/host.ts';
import type { LookupFactory } from '#serving/features/feature-plan.ts';
import type { PredictionLog, PredictionLogOptions } from '#serving/prediction-log/prediction-log.ts';
import { buildServer } from '#serving/server.ts';
import { openStateFolder } from '#serving/state-folder.ts';

export const ADMIN_TOKEN = 'a token of the tests';

export interface TestServer {
  readonly url: string;
  readonly clock: MemoryClock;
  /** Time of the day; stands still until moved. */
  readonly wall: MemoryClock;
  readonly traffic: Traffic;
  readonly host: ModelHost;
  readonly predictionLog: PredictionLog | undefined;
  /** Messages that the server logged. */
  readonly logged: readonly string[];
  /** Stores a model's bytes. */
  put(bytes: Uint8Array): Promise<Digest>;
  /** POSTs an inference request for FP32 `x`, or any body. */
  infer(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly version: string | null;
  readonly predictionId: string | null;
  readonly body: AnswerBody;
}

/** The members of a response or a refusal that tests look at. */
export interface AnswerBody {
  readonly error?: string;
  readonly id?: string;
  readonly model_name?: string;
  readonly model_version?: string;
  readonly outputs?: readonly { readonly name: string; readonly data: readonly unknown[] }[];
}

export interface TestServerOptions {
  readonly backend?: ModelBackend;
  /** Folder of the last plans. */
  readonly state?: string;
  /** What chance answers, in turn, again and again. */
  readonly random?: readonly number[];
  /** Bare models by name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Bytes of bodies that the server holds at one time. */
  readonly bodyBudget?: number;
  readonly store?: ReturnType<typeof memoryArtifactStore>;
  /** How features are looked up. */
  readonly lookupFor?: LookupFactory;
  /** Views of a service that the online store has nothing of. */
  readonly unfilled?: (service: FeatureService) => Promise<readonly string[]>;
  /** Opens the prediction log. */
  readonly predictionLog?: (
    world: Pick<PredictionLogOptions, 'wall' | 'random' | 'log'>,
  ) => Promise<PredictionLog>;
  readonly feedbackToken?: string;
  /** What follows a repository's tags for this host. */
  readonly followerOf?: (host: ModelHost) => Follower;
}

/** What the wall clock shows when a test begins. */
export const NOON = Date.UTC(2013, 5, 1, 12);

export async function testServer(t: TestContext, options: TestServerOptions = {}): Promise<TestServer> {
  const clock = memoryClock(0);
  const wall = memoryClock(NOON);
  const logged: string[] = [];
  const log = (_level: string, message: string) => void logged.push(message);
  const store = options.store ?? memoryArtifactStore();
  const state = options.state === undefined ? undefined : await openStateFolder(options.state, log);
  const random = cycle(options.random ?? [0.5]);
  const predictionLog = await options.predictionLog?.({ wall, random, log });
  const host = new ModelHost({
    backend: options.backend ?? onnxBackend(),
    clock,
    random,
    log,
    store,
    state,
    lookupFor: options.lookupFor,
    unfilled: options.unfilled,
    announce: predictionLog?.open,
  });
  const app = buildServer({
    host,
    follower: options.followerOf?.(host),
    clock,
    wall,
    log,
    adminToken: ADMIN_TOKEN,
    bodyBudget: options.bodyBudget,
    predictionLog,
    feedbackToken: options.feedbackToken,
  });
  await host.restore();
  for (const [name, bytes] of Object.entries(options.files ?? {})) await host.serveFile(name, bytes);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  let closing: Promise<void> | undefined;

  function close(): Promise<void> {
    closing ??= app
      .close()
      .then(() => host.close())
      .then(() => predictionLog?.close())
      .then(() => state?.close());
    return closing;
  }
  t.after(close);

  return {
    url,
    clock,
    wall,
    host,
    logged,
    predictionLog,
    traffic: servingTraffic({ url, token: ADMIN_TOKEN }),
    put: (bytes) => store.put(bytes, { mediaType: 'application/onnx', annotations: {} }),
    infer: (path, body, headers = {}) => post(`${url}/v2/models/${path}/infer`, body, headers),
    close,
  };
}

/** A request for FP32 `x` of shape [n, 1]. */
export function rows(...values: readonly number[]): unknown {
  return { inputs: [{ name: 'x', shape: [values.length, 1], datatype: 'FP32', data: values }] };
}

/** A request for INT64 `x` of shape [n]. */
export function keys(...values: readonly number[]): unknown {
  return { inputs: [{ name: 'x', shape: [values.length], datatype: 'INT64', data: values }] };
}

async function post(url: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    version: response.headers.get('x-mergeway-version'),
    predictionId: response.headers.get('x-mergeway-prediction-id'),
    body: (await response.json()) as AnswerBody,
  };
}

function cycle(values: readonly number[]): { next(): number } {
  let index = 0;
  return { next: () => values[index++ % values.length] ?? 0 };
}
